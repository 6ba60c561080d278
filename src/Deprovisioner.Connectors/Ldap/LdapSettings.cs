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

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required LdapTransport Transport { get; init; }

    public required string? CaFile { get; init; }

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
    /// <exception cref="ArgumentException">A value cannot be used; the message says which and why.</exception>
    /// <exception cref="SecretMissingException">A reference leads nowhere.</exception>
    public static LdapSettings From(SystemSettings system, ISecrets secrets)
    {
        string? Optional(string key) => system.Values.TryGetValue(key, out var value) && value.Length > 0 ? secrets.Resolve(value) : null;
        string Required(string key) => Optional(key) is { Length: > 0 } value ? value : throw Unusable(system, key, "is missing or empty");
        string Attribute(string key, string name) => AttributeName().IsMatch(name) ? name : throw Unusable(system, key, $"is no attribute name (RFC 4512, section 2.5): {name}");

        var url = Uri.TryCreate(Required("url"), UriKind.Absolute, out var parsed) && parsed.Scheme is "ldap" or "ldaps" && parsed!.Host.Length > 0
            ? parsed
            : throw Unusable(system, "url", "must be ldap://host[:port] or ldaps://host[:port]");
        var startTls = bool.TryParse(Optional("startTls") ?? "false", out var wanted) ? wanted : throw Unusable(system, "startTls", "must be true or false");
        if (startTls && url.Scheme == "ldaps")
        {
            throw Unusable(system, "startTls", "cannot be asked of ldaps://, which is encrypted from the start");
        }

        var secure = startTls ? LdapTransport.StartTls : url.Scheme == "ldaps" ? LdapTransport.Tls : LdapTransport.Plain;
        var bindDn = Required("bindDn");
        var baseDn = Required("baseDn");
        var credentials = system.Values.Where(pair => pair.Key.StartsWith("credentialAttributes.", StringComparison.Ordinal))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Attribute(pair.Key, pair.Value)).ToList();
        return new()
        {
            Host = url.DnsSafeHost,
            Port = url.Port > 0 ? url.Port : secure == LdapTransport.Tls ? 636 : 389,
            Transport = secure,
            CaFile = Optional("caFile"),
            BindDn = bindDn,
            // An empty password would be an "unauthenticated bind" that succeeds as nobody (RFC 4513, section 5.1.2).
            Password = Required("password"),
            BaseDn = baseDn,
            AccountFilter = Optional("accountFilter") ?? DefaultAccountFilter,
            GroupsBaseDn = Optional("groups.baseDn") ?? baseDn,
            MatchAttribute = Attribute("match.attribute", system.Match?.Attribute ?? "uid"),
            IdAttribute = Attribute("idAttribute", Optional("idAttribute") ?? "entryUUID"),
            CredentialAttributes = credentials.Count > 0 ? credentials : ["userPassword"],
            // RFC 4519, section 3.5: a groupOfNames has at least one member. The bound account is the one DN that surely exists (a dangling
            // one would hand the group to whoever creates that entry), and it can write the group's members anyway, so it gains nothing.
            PlaceholderMember = Optional("placeholderMember") ?? bindDn,
            PlaceholderIsDedicated = Optional("placeholderMember") is { } placeholder && !placeholder.Equals(bindDn, StringComparison.OrdinalIgnoreCase),
            Lock = LockFrom(system, Optional, key => Attribute(key, Required(key)), Required),
            Concurrency = system.Limits.Concurrency,
            Timeout = system.Limits.Timeout,
        };
    }

    private static LdapLock LockFrom(SystemSettings system, Func<string, string?> optional, Func<string, string> attribute, Func<string, string> required)
        => optional("disable") switch
        {
            null or "ppolicy" => LdapLock.PasswordPolicy,
            "attribute" => new LdapLock(attribute("disableAttribute"), required("disableValue"), optional("enableValue")),
            _ => throw Unusable(system, "disable", "must be ppolicy or attribute"),
        };

    private static ArgumentException Unusable(SystemSettings system, string key, string why) => new($"System {system.Name}: {key} {why}.", nameof(system));

    /// <summary>RFC 4512, section 2.5: a name or a numeric OID, and options.</summary>
    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9-]*|[0-9]+(\.[0-9]+)+)(;[A-Za-z0-9-]+)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AttributeName();
}
