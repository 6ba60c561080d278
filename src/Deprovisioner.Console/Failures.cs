using System.Data.Common;
using Deprovisioner.Console.Api;
using Deprovisioner.Console.Pages;
using Deprovisioner.Console.SignIn;
using Deprovisioner.Storage.Reading;
using Microsoft.AspNetCore.Diagnostics;

namespace Deprovisioner.Console;

/// <summary>What went wrong below an address, told without its inside: to programs as problem details, to people as a page.</summary>
internal sealed class Failures(ILogger<Failures> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, title, detail) = exception switch
        {
            UnknownPlaceException unknown => (StatusCodes.Status400BadRequest, "That cannot be shown", unknown.Message),
            BadHttpRequestException bad => (bad.StatusCode, "That cannot be asked", bad.Message),
            IdentityProviderAwayException away => (StatusCodes.Status503ServiceUnavailable, "Nobody can sign in now", away.Message),
            DbException or TimeoutException => (StatusCodes.Status503ServiceUnavailable, "The database does not answer", "The database does not answer. Try again."),
            _ => (StatusCodes.Status500InternalServerError, "Something went wrong", "Something that should not happen has happened; the console's log has it."),
        };
        if (status >= StatusCodes.Status500InternalServerError)
        {
            log.LogError("{Endpoint} failed: {Error}", httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.DisplayName, exception);
        }

        await (RequestKind.IsForMachines(httpContext.Request) ? Problems.Write(httpContext, status, detail) : Notices.Write(httpContext, status, title, detail, ("Try again", "/")));
        return true;
    }
}
