using System.Text.Encodings.Web;
using Deprovisioner.Storage.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Deprovisioner.Console.SignIn;

/// <summary>Machines, by <c>Authorization: Bearer dpk_…</c> (RFC 6750, section 2.1).</summary>
internal sealed class ApiKeyScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logging, UrlEncoder encoder, ApiKeys keys, FailedSignIns failed)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logging, encoder)
{
    public const string Name = "api-key";

    /// <summary>In front of a key's name, so that no person can be taken for a machine.</summary>
    public const string NamePrefix = "key:";

    private const string Bearer = "Bearer ";

    /// <summary>What a request bears; null: nothing.</summary>
    public static string? Token(HttpRequest request)
        => request.Headers.Authorization.ToString() is var header && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Token(Request) is not { } token || !ApiKeyText.Is(token))
        {
            return AuthenticateResult.NoResult();
        }

        if (ApiKeyText.TryParse(token, out var presented) && await keys.Find(presented, Context.RequestAborted) is { } key)
        {
            return AuthenticateResult.Success(new AuthenticationTicket(Access.Principal(Name, NamePrefix + key.Name, key.Roles), Name));
        }

        failed.Note(Context);
        return AuthenticateResult.Fail("The key is not known, or no longer.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return Task.CompletedTask;
    }
}
