using System.Security.Claims;
using Deprovisioner.Console.Api;
using Deprovisioner.Console.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Deprovisioner.Console.SignIn;

/// <summary>Nobody can be asked who they are.</summary>
internal sealed class IdentityProviderAwayException(Exception inner) : Exception("The identity provider, at which people sign in, does not answer, or does not know this console. Nothing else has stopped; the console's log says more.", inner);

/// <summary>What is answered to whoever may not: 401 to nobody in particular, 403 to somebody, which the audit then has. A page for people, problem details for programs.</summary>
internal sealed class AccessAnswers(RefusedAccesses refused) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler usual = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
        => authorizeResult.Forbidden ? Refuse(context, policy)
            : authorizeResult.Challenged ? Ask(next, context, policy, authorizeResult)
            : usual.HandleAsync(next, context, policy, authorizeResult);

    private async Task Refuse(HttpContext context, AuthorizationPolicy policy)
    {
        var needs = policy.Requirements.OfType<RolesAuthorizationRequirement>().Where(r => !r.AllowedRoles.Any(context.User.IsInRole)).SelectMany(r => r.AllowedRoles).Distinct().ToList();
        await refused.Note(context, needs);
        var detail = $"This needs the role {string.Join(" or ", needs)}.";
        await (RequestKind.IsForMachines(context.Request)
            ? Problems.Write(context, StatusCodes.Status403Forbidden, detail)
            : Notices.Write(context, StatusCodes.Status403Forbidden, "That is not for you", $"{detail} {Standing(context.User)} Whoever manages access in your company can change that.", ("To the first page", "/")));
    }

    private async Task Ask(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        try
        {
            await usual.HandleAsync(next, context, policy, authorizeResult);
        }
        catch (Exception error) when (error is InvalidOperationException or OpenIdConnectProtocolException)
        {
            // What the handler throws where it cannot read the provider's configuration (IDX20803), or where the provider refuses what is pushed to it (RFC 9126).
            throw new IdentityProviderAwayException(error);
        }

        if (context.Response is not { HasStarted: false, StatusCode: StatusCodes.Status401Unauthorized })
        {
            return;
        }

        await (RequestKind.IsForMachines(context.Request)
            ? Problems.Write(context, StatusCodes.Status401Unauthorized, "Sign in with Authorization: Bearer and an API key or a token of the identity provider.")
            : Notices.Write(
                context, StatusCodes.Status401Unauthorized, "Nobody is signed in", "Programs send Authorization: Bearer and an API key. People sign in at an identity provider, once one is set up: see Deprovisioner:Console:Oidc in the README, and there too how to try it out without one."));
    }

    private static string Standing(ClaimsPrincipal user)
        => user.FindAll(Access.RoleClaim).Select(claim => claim.Value).ToList() is { Count: > 0 } roles ? $"You are {user.Who()}: {string.Join(", ", roles)}." : $"You are {user.Who()}, and have no role here.";
}
