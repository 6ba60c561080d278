using System.Text;
using Deprovisioner.Storage.Access;

namespace Deprovisioner.Console.Settings;

/// <summary>How people sign in, by OpenID Connect (authorization code with PKCE), and whose bearer tokens are believed.</summary>
internal sealed record OidcSettings
{
    /// <summary>The issuer, https.</summary>
    public string Authority { get; init; } = "";

    public string ClientId { get; init; } = "";

    /// <summary>Of a confidential client; null: a public one.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>Whom bearer tokens must be for; null: the client's id.</summary>
    public string? Audience { get; init; }

    /// <summary>The claim that names a person in the audit: one that nobody can choose for themselves.</summary>
    public string NameClaim { get; init; } = "preferred_username";

    /// <summary>The claim that has the groups or roles.</summary>
    public string RolesClaim { get; init; } = "roles";

    /// <summary>What else is asked for beside <c>openid</c> and <c>profile</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>For each of our roles the values of the claim that give it. A role that is not named is given by its own name.</summary>
    public IReadOnlyDictionary<string, string[]> Roles { get; init; } = new Dictionary<string, string[]>();

    /// <summary>Plain http to an authority on this machine, for trying it out.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Our roles of somebody who has these values in the claim.</summary>
    public IEnumerable<string> RolesOf(IReadOnlySet<string> values)
        => AccessRoles.All.Where(role => Roles.TryGetValue(role, out var given) ? given.Any(values.Contains) : values.Contains(role));

    /// <exception cref="ConsoleSettingsException">Something is missing or cannot be.</exception>
    public void Check()
    {
        const string Section = "Deprovisioner:Console:Oidc";
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var authority) || !(authority.Scheme == Uri.UriSchemeHttps || (AllowHttp && authority is { Scheme: "http", IsLoopback: true })))
        {
            throw new ConsoleSettingsException($"{Section}:Authority must be the https address of the issuer, such as https://login.example.com/realms/staff.");
        }

        if (ClientId.Length == 0)
        {
            throw new ConsoleSettingsException($"{Section}:ClientId is missing: the name by which the issuer knows this console.");
        }

        if (Roles.Keys.FirstOrDefault(role => !AccessRoles.All.Contains(role)) is { } unknown)
        {
            throw new ConsoleSettingsException($"{Section}:Roles:{unknown} is no role: there are {string.Join(", ", AccessRoles.All)}.");
        }
    }

    /// <summary>Without the secret.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Authority)} = {Authority}, {nameof(ClientId)} = {ClientId}");
        return true;
    }
}
