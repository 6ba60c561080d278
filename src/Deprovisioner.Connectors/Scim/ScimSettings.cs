using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Scim;

/// <summary>Where a user's groups are read.</summary>
internal enum GroupSource
{
    /// <summary>The user's own <c>groups</c>, and where that shows none, a search of the groups.</summary>
    Auto,

    /// <summary>The user's own <c>groups</c> (RFC 7643 section 4.1.2).</summary>
    Attribute,

    /// <summary>Groups whose <c>members</c> hold the user.</summary>
    Search,

    /// <summary>The system has no groups.</summary>
    None,
}

/// <summary>How a resource is changed.</summary>
internal enum PatchUse
{
    /// <summary>PATCH, and PUT where the server has no PATCH or refuses each known form of it for a user.</summary>
    Auto,

    /// <summary>Never PUT.</summary>
    Patch,

    /// <summary>Always PUT.</summary>
    Put,
}

/// <summary>How one member is taken out of a group.</summary>
internal enum MemberRemoval
{
    /// <summary><c>members[value eq "id"]</c>, the standard's own way (RFC 7644 section 3.5.2.2).</summary>
    Filter,

    /// <summary>
    /// <c>members</c> with a value array. Only for servers known to read the value: by RFC 7644 section 3.5.2.2 a remove whose
    /// path has no filter takes <i>all</i> members out. So it is never tried unasked.
    /// </summary>
    Value,
}

/// <summary>A system's settings, read and checked. Holds a credential: has no text form.</summary>
internal sealed class ScimSettings
{
    public static readonly IReadOnlyList<SettingDescription> Described =
    [
        new("url", SettingKind.Url, true, "The base of the SCIM service, such as https://crm.example.test/scim/v2."),
        new("token", SettingKind.Secret, false, "Bearer token; this, or user and password."),
        new("user", SettingKind.Text, false, "User name for HTTP Basic, with password."),
        new("password", SettingKind.Secret, false, "Password for HTTP Basic, with user."),
        new("caFile", SettingKind.Text, false, "PEM file of the authorities that vouch for the server; default: those of the machine."),
        new("groupsFrom", SettingKind.Choice, false, "Where a user's groups are read; default auto.", [.. EnumText.All<GroupSource>()]),
        new("patch", SettingKind.Choice, false, "How resources are changed; default auto. A PUT may clear a password, which is never shown.", [.. EnumText.All<PatchUse>()]),
        new("memberRemoval", SettingKind.Choice, false, "How a member is taken out of a group; default filter. On a server that follows RFC 7644 value empties the group.", [.. EnumText.All<MemberRemoval>()]),
    ];

    private ScimSettings(Uri endpoint, AuthenticationHeaderValue credential, ScimAttribute match, TimeSpan timeout)
        => (Endpoint, Credential, Match, Timeout) = (endpoint, credential, match, timeout);

    /// <summary>Ends with a slash, has no query and no user.</summary>
    public Uri Endpoint { get; }

    public AuthenticationHeaderValue Credential { get; }

    public ScimAttribute Match { get; }

    public TimeSpan Timeout { get; }

    public GroupSource GroupsFrom { get; private init; }

    public PatchUse Patch { get; private init; }

    public MemberRemoval MemberRemoval { get; private init; }

    /// <summary>Null: those of the machine.</summary>
    public X509Certificate2Collection? Authorities { get; private init; }

    /// <exception cref="FormatException">A setting is wrong; names the setting, never a secret's value.</exception>
    public static ScimSettings Read(SystemSettings system, ISecrets secrets)
    {
        string? Text(string key) => system.Values.TryGetValue(key, out var value) && value.Length > 0 ? secrets.Resolve(value) : null;

        var match = system.Match?.Attribute ?? "userName";
        return new ScimSettings(
            EndpointOf(Text("url")),
            CredentialOf(Text("token"), Text("user"), Text("password")),
            ScimAttribute.Parse(match) ?? throw new FormatException($"match.attribute '{match}' is not a SCIM attribute such as userName or emails.value."),
            system.Limits.Timeout)
        {
            GroupsFrom = Choice<GroupSource>("groupsFrom", Text("groupsFrom")),
            Patch = Choice<PatchUse>("patch", Text("patch")),
            MemberRemoval = Choice<MemberRemoval>("memberRemoval", Text("memberRemoval")),
            Authorities = Text("caFile") is { } file ? AuthoritiesIn(file) : null,
        };
    }

    private static Uri EndpointOf(string? url)
    {
        if (!Uri.TryCreate(url?.TrimEnd('/') + "/", UriKind.Absolute, out var endpoint)
            || (endpoint.Scheme != Uri.UriSchemeHttps && endpoint.Scheme != Uri.UriSchemeHttp)
            || endpoint.Query.Length > 0 || endpoint.Fragment.Length > 0 || endpoint.UserInfo.Length > 0)
        {
            throw new FormatException("url must be an http or https address without a user, a query or a fragment, such as https://crm.example.test/scim/v2.");
        }

        return endpoint;
    }

    // The header's own checks put the value into their exception: it is checked here first.
    private static AuthenticationHeaderValue CredentialOf(string? token, string? user, string? password)
    {
        if (token is not null && user is null && password is null)
        {
            return token.All(c => c is > ' ' and <= '~')
                ? new AuthenticationHeaderValue("Bearer", token)
                : throw new FormatException("token holds a character that no bearer token has (RFC 6750 section 2.1).");
        }

        // RFC 7617 section 2: the user name cannot hold a colon.
        return token is null && user is not null && password is not null && !user.Contains(':', StringComparison.Ordinal)
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")))
            : throw new FormatException("Give either token, or user (without a colon) and password.");
    }

    private static T Choice<T>(string key, string? text)
        where T : struct, Enum
        => text is null ? default
            : EnumText.TryParse<T>(text, out var value) ? value
            : throw new FormatException($"{key} is not one of: {string.Join(", ", EnumText.All<T>())}.");

    private static X509Certificate2Collection AuthoritiesIn(string file)
    {
        var read = new X509Certificate2Collection();
        try
        {
            read.ImportFromPemFile(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new FormatException($"caFile {file} cannot be read: {error.Message}", error);
        }

        return read.Count > 0 ? read : throw new FormatException($"caFile {file} holds no certificate.");
    }
}
