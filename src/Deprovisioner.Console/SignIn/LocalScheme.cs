using System.Net;
using System.Text.Encodings.Web;
using Deprovisioner.Storage.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Deprovisioner.Console.SignIn;

/// <summary>Local mode: whoever is at this machine has every role.</summary>
internal sealed class LocalScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logging, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logging, encoder)
{
    public const string Name = "local";

    /// <summary>A page elsewhere whose name was made to mean 127.0.0.1 (DNS rebinding) asks under that name.</summary>
    public static Task Guard(HttpContext http, RequestDelegate next)
    {
        var host = http.Request.Host.Host;
        if (host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)))
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return http.Response.WriteAsync("In local mode the console answers to localhost and 127.0.0.1 only.\n", http.RequestAborted);
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        => Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(Access.Principal(Name, $"local:{Environment.UserName}", AccessRoles.All), Name)));
}
