using System.Security.Claims;
using Deprovisioner.Console.Settings;

namespace Deprovisioner.Console.SignIn;

/// <summary>From an identity provider's token to who somebody is here.</summary>
internal static class OidcClaims
{
    /// <summary>Nothing of the token stays but the name and our roles. Null: there is no name, or one that only machines and local mode have.</summary>
    public static ClaimsPrincipal? Of(ClaimsPrincipal token, OidcSettings settings, string scheme)
        => token.FindFirst(settings.NameClaim)?.Value is { Length: > 0 } name && !name.StartsWith(ApiKeyScheme.NamePrefix, StringComparison.Ordinal) && !name.StartsWith(LocalScheme.Name + ":", StringComparison.Ordinal)
            ? Access.Principal(scheme, name, settings.RolesOf(token.FindAll(settings.RolesClaim).Select(claim => claim.Value).ToHashSet()))
            : null;
}
