using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>How the bytes to the server are protected.</summary>
internal enum LdapTransport
{
    Plain,
    Tls,
    StartTls,
}

/// <summary>One configured directory, checked, its secrets resolved. A class, so that no generated ToString shows the password.</summary>
internal sealed partial class LdapSettings
{
    /// <summary>
    /// A group can have a mail address too, and an HR system may name any entry's id: only what is a person or an account by its
    /// object class (RFC 4519, RFC 4524, RFC 2307) is ever found, read or changed.
    /// </summary>
    public const string DefaultAccountFilter = "(|(objectClass=person)(objectClass=account)(objectClass=posixAccount))";

    /// <summary>RFC 4519, section 2.41.</summary>
    private const string UserPassword = "userPassword";

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required LdapTransport Transport { get; init; }

    /// <summary>Reads anew whom to trust, so that a changed caFile counts without a restart. Null: the machine's own authorities.</summary>
    public required Func<X509ChainPolicy?> Trust { get; init; }

    public required string BindDn { get; init; }

    public required string Password { get; init; }

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

    public required int Concurrency { get; init; }

    /// <summary>For one request to the server, and for the opening of a connection.</summary>
    public required TimeSpan Timeout { get; init; }

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

        var (url, transport) = AddressFrom(settings);
        var bindDn = settings.Required("bindDn");
        var baseDn = settings.Required("baseDn");
        var placeholder = settings.Optional("placeholderMember");
        return new()
        {
            Host = url.DnsSafeHost,
            Port = url.Port > 0 ? url.Port : transport == LdapTransport.Tls ? 636 : 389,
            Transport = transport,
            Trust = () => settings.Trust("caFile"),
            BindDn = bindDn,
            // An empty password would be an "unauthenticated bind" that succeeds as nobody (RFC 4513, section 5.1.2).
            Password = settings.Required("password"),
            BaseDn = baseDn,
            AccountFilter = settings.Optional("accountFilter") ?? DefaultAccountFilter,
            GroupsBaseDn = settings.Optional("groups.baseDn") ?? baseDn,
            MatchAttribute = Shown("match.attribute", system.Match?.Attribute ?? "uid"),
            IdAttribute = Shown("idAttribute", settings.Optional("idAttribute") ?? "entryUUID"),
            CredentialAttributes = credentials,
            // RFC 4519, section 3.5: a groupOfNames has at least one member. The bound account is the one DN that surely exists (a dangling
            // one would hand the group to whoever creates that entry), and it can write the group's members anyway, so it gains nothing.
            PlaceholderMember = placeholder ?? bindDn,
            PlaceholderIsDedicated = placeholder is not null && !placeholder.Equals(bindDn, StringComparison.OrdinalIgnoreCase),
            Lock = settings.Optional("disable") switch
            {
                null or "ppolicy" => LdapLock.PasswordPolicy,
                "attribute" => new LdapLock(Shown("disableAttribute", settings.Required("disableAttribute")), settings.Required("disableValue"), settings.Optional("enableValue")),
                _ => throw settings.Unusable("disable", "must be ppolicy or attribute"),
            },
            Concurrency = system.Limits.Concurrency,
            Timeout = system.Limits.Timeout,
        };
    }

    private static (Uri Url, LdapTransport Transport) AddressFrom(SettingsReader settings)
    {
        var url = Uri.TryCreate(settings.Required("url"), UriKind.Absolute, out var parsed) && parsed is { Scheme: "ldap" or "ldaps", Host.Length: > 0, UserInfo.Length: 0 }
            ? parsed
            : throw settings.Unusable("url", "must be ldap://host[:port] or ldaps://host[:port]");
        return (url.Scheme, settings.Flag("startTls")) switch
        {
            ("ldaps", true) => throw settings.Unusable("startTls", "cannot be asked of ldaps://, which is encrypted from the start"),
            ("ldaps", _) => (url, LdapTransport.Tls),
            (_, true) => (url, LdapTransport.StartTls),
            _ => (url, LdapTransport.Plain),
        };
    }

    /// <summary>RFC 4512, section 2.5: a name or a numeric OID, and options.</summary>
    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9-]*|[0-9]+(\.[0-9]+)+)(;[A-Za-z0-9-]+)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AttributeName();
}
