using Deprovisioner.Console.Api;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Deprovisioner.Console.SignIn;

/// <summary>What is answered to whoever may not: 401 to nobody in particular, 403 to somebody, which the audit then has.</summary>
internal sealed class AccessAnswers(RefusedAccesses refused) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler usual = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Forbidden)
        {
            var needs = policy.Requirements.OfType<RolesAuthorizationRequirement>().Where(r => !r.AllowedRoles.Any(context.User.IsInRole)).SelectMany(r => r.AllowedRoles).Distinct().ToList();
            await refused.Note(context, needs);
            await Problems.Write(context, StatusCodes.Status403Forbidden, $"This needs the role {string.Join(" or ", needs)}.");
            return;
        }

        await usual.HandleAsync(next, context, policy, authorizeResult);
        if (authorizeResult.Challenged && RequestKind.IsForMachines(context.Request) && !context.Response.HasStarted)
        {
            await Problems.Write(context, StatusCodes.Status401Unauthorized, "Sign in with Authorization: Bearer and an API key or a token of the identity provider.");
        }
    }
}
