using System.Security.Claims;
using Deprovisioner.Storage.Access;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;

namespace Deprovisioner.Console.SignIn;

/// <summary>What may be asked for by whom. Whatever says nothing is for those who may see how things stand.</summary>
internal static class Access
{
    public const string RoleClaim = "role";
    public const string NameClaim = "name";

    /// <summary>See how things stand.</summary>
    public const string Read = "read";

    /// <summary>Replay, settle, cancel, pause, reconcile, announce.</summary>
    public const string Operate = "operate";

    /// <summary>Release, reject, approve.</summary>
    public const string Approve = "approve";

    /// <summary>Verify and export the audit.</summary>
    public const string Audit = "audit";

    /// <summary>Send HR events.</summary>
    public const string Publish = "publish";

    /// <summary>Bring security event tokens.</summary>
    public const string Transmit = "transmit";

    /// <summary>Fetch security event tokens.</summary>
    public const string Receive = "receive";

    public static void AddPolicies(this AuthorizationBuilder authorization)
        => authorization
            .AddPolicy(Read, policy => policy.RequireRole(AccessRoles.Readers))
            .AddPolicy(Operate, policy => policy.RequireRole(AccessRoles.Operator))
            .AddPolicy(Approve, policy => policy.RequireRole(AccessRoles.Approver))
            .AddPolicy(Audit, policy => policy.RequireRole(AccessRoles.Auditor))
            .AddPolicy(Publish, policy => policy.RequireRole(AccessRoles.Publisher))
            .AddPolicy(Transmit, policy => policy.RequireRole(AccessRoles.Transmitter))
            .AddPolicy(Receive, policy => policy.RequireRole(AccessRoles.Receiver))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireRole(AccessRoles.Readers).Build());

    /// <summary>Somebody who was let in.</summary>
    /// <param name="scheme">How.</param>
    /// <param name="who">As the audit shall name them.</param>
    public static ClaimsPrincipal Principal(string scheme, string who, IEnumerable<string> roles)
        => new(new ClaimsIdentity([new Claim(NameClaim, who), .. roles.Select(role => new Claim(RoleClaim, role))], scheme, NameClaim, RoleClaim));

    /// <summary>Who asks, as the audit names them.</summary>
    public static string Who(this ClaimsPrincipal user) => user.Identity?.Name is { Length: > 0 } name ? name : throw new InvalidOperationException("Nobody has signed in.");

    /// <summary>Whether a person has signed in at the identity provider, and so can sign out.</summary>
    public static bool HasSignedIn(this ClaimsPrincipal user) => user.Identity is { IsAuthenticated: true, AuthenticationType: OpenIdConnectDefaults.AuthenticationScheme };
}
