using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Deprovisioner.Connectors.Http;
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

    /// <summary>Null: the machine's own authorities.</summary>
    public X509ChainPolicy? Trust { get; private init; }

    /// <exception cref="SystemFaultException">A setting is wrong; names the setting, never its value.</exception>
    public static ScimSettings Read(SystemSettings system, ISecrets secrets)
    {
        var settings = new SettingsReader(system, secrets);
        return new ScimSettings(
            settings.BaseAddress("url", "/", "https://crm.example.test/scim/v2"),
            CredentialFrom(settings),
            ScimAttribute.Parse(system.Match?.Attribute ?? "userName") ?? throw settings.Unusable("match.attribute", "is not a SCIM attribute such as userName or emails.value"),
            system.Limits.Timeout)
        {
            GroupsFrom = settings.Choice<GroupSource>("groupsFrom"),
            Patch = settings.Choice<PatchUse>("patch"),
            MemberRemoval = settings.Choice<MemberRemoval>("memberRemoval"),
            Trust = settings.Trust("caFile"),
        };
    }

    private static AuthenticationHeaderValue CredentialFrom(SettingsReader settings) => (settings.BearerToken("token"), settings.Optional("user"), settings.Optional("password")) switch
    {
        ({ } token, null, null) => new AuthenticationHeaderValue("Bearer", token),

        // RFC 7617 section 2: the user name cannot hold a colon.
        (null, { } user, { } password) => !user.Contains(':', StringComparison.Ordinal)
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")))
            : throw settings.Unusable("user", "cannot hold a colon"),
        _ => throw settings.Unusable("token", "must be given, or else user and password together"),
    };
}
