using System.Data.Common;
using Deprovisioner.Storage.Reading;
using Microsoft.AspNetCore.Diagnostics;

namespace Deprovisioner.Console.Api;

/// <summary>What went wrong below an endpoint, told without its inside.</summary>
internal sealed class ApiErrors(ILogger<ApiErrors> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, detail) = exception switch
        {
            UnknownPlaceException unknown => (StatusCodes.Status400BadRequest, unknown.Message),
            BadHttpRequestException bad => (bad.StatusCode, bad.Message),
            DbException or TimeoutException => (StatusCodes.Status503ServiceUnavailable, "The database does not answer. Try again."),
            _ => (StatusCodes.Status500InternalServerError, "Something that should not happen has happened; the console's log has it."),
        };
        if (status >= StatusCodes.Status500InternalServerError)
        {
            log.LogError("{Endpoint} failed: {Error}", httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.DisplayName, exception);
        }

        await Problems.Write(httpContext, status, detail);
        return true;
    }
}
