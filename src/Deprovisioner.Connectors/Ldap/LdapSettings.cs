using System.Text.RegularExpressions;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>One configured directory, checked, its secrets resolved.</summary>
internal sealed partial class LdapSettings
{
    /// <summary>
    /// A group can have a mail address too, and an HR system may name any entry's id: only what is a person or an account by its
    /// object class (RFC 4519, RFC 4524, RFC 2307) is ever found, read or changed.
    /// </summary>
    public const string DefaultAccountFilter = "(|(objectClass=person)(objectClass=account)(objectClass=posixAccount))";

    /// <summary>RFC 4519, section 2.41.</summary>
    private const string UserPassword = "userPassword";

    public required LdapServer Server { get; init; }

    public required string BaseDn { get; init; }

    public required string AccountFilter { get; init; }

    public required string GroupsBaseDn { get; init; }

    public required string MatchAttribute { get; init; }

    public required string IdAttribute { get; init; }

    public required IReadOnlyList<string> CredentialAttributes { get; init; }

    public required string PlaceholderMember { get; init; }

    /// <summary>Whether the placeholder was configured for this purpose, so that it may go again when somebody comes back into the group.</summary>
    public required bool PlaceholderIsDedicated { get; init; }

    public required LdapLock Lock { get; init; }

    /// <summary>Reads a system's settings.</summary>
    /// <exception cref="SystemFaultException">A value cannot be used; the message says which and why.</exception>
    /// <exception cref="SecretMissingException">A reference leads nowhere.</exception>
    public static LdapSettings From(SystemSettings system, ISecrets secrets)
    {
        var settings = new SettingsReader(system, secrets);
        string Attribute(string key, string name) => AttributeName().IsMatch(name) ? name : throw settings.Unusable(key, "is no attribute name (RFC 4512, section 2.5)");

        var credentials = system.Values.Keys.Where(key => key.StartsWith("credentialAttributes.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(key => Attribute(key, settings.Required(key))).ToList();
        credentials = credentials.Count > 0 ? credentials : [UserPassword];
        string Shown(string key, string name) => !credentials.Append(UserPassword).Contains(Attribute(key, name).Split(';')[0], StringComparer.OrdinalIgnoreCase)
            ? name
            : throw settings.Unusable(key, "names a credential, whose values would stand in the evidence");

        var baseDn = settings.Required("baseDn");
        var groupsBaseDn = settings.Optional("groups.baseDn") ?? baseDn;
        var idAttribute = Shown("idAttribute", settings.Optional("idAttribute") ?? "entryUUID");
        var bindDn = settings.Required("bindDn");

        // RFC 4519, section 3.5: a groupOfNames has at least one member. The bound account is the one DN that surely exists (a dangling
        // one would hand the group to whoever creates that entry), and it can write the group's members anyway, so it gains nothing.
        var placeholder = settings.Optional("placeholderMember") ?? bindDn;
        return new()
        {
            Server = LdapServer.From(system, settings, "url", (session, cancellationToken) => LdapServerFacts.ReadAsync(session, [bindDn, placeholder], idAttribute, groupsBaseDn, cancellationToken)),
            BaseDn = baseDn,
            AccountFilter = settings.Optional("accountFilter") ?? DefaultAccountFilter,
            GroupsBaseDn = groupsBaseDn,
            MatchAttribute = Shown("match.attribute", system.Match?.Attribute ?? "uid"),
            IdAttribute = idAttribute,
            CredentialAttributes = credentials,
            PlaceholderMember = placeholder,
            PlaceholderIsDedicated = !placeholder.Equals(bindDn, StringComparison.OrdinalIgnoreCase),
            Lock = settings.Optional("disable") switch
            {
                null or "ppolicy" => LdapLock.PasswordPolicy,
                "attribute" => new LdapLock(Shown("disableAttribute", settings.Required("disableAttribute")), settings.Required("disableValue"), settings.Optional("enableValue")),
                _ => throw settings.Unusable("disable", "must be ppolicy or attribute"),
            },
        };
    }

    /// <summary>RFC 4512, section 2.5: a name or a numeric OID, and options.</summary>
    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9-]*|[0-9]+(\.[0-9]+)+)(;[A-Za-z0-9-]+)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AttributeName();
}
