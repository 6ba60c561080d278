using Deprovisioner.Console.Pages;
using Deprovisioner.Console.Settings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Deprovisioner.Console.SignIn;

// Theory of operation. Three ways in, and a request takes exactly one: a machine bears a key of ours, a program bears a token of the identity provider, and a person's browser has a cookie. The API and the ingress take no
// cookies, so no other site's page can make a browser act there; the pages' forms carry an antiforgery token.

/// <summary>Who is let in, and how.</summary>
internal static class SignInRegistration
{
    /// <summary>A working day; after it the identity provider is asked again.</summary>
    private static readonly TimeSpan SessionLasts = TimeSpan.FromHours(8);

    private const string ByRequest = "by-request";

    public static void AddSignIn(this IServiceCollection services, ConsoleSettings settings)
    {
        services.AddSingleton<FailedSignIns>();
        services.AddSingleton<RefusedAccesses>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessAnswers>();
        services.AddAuthorizationBuilder().AddPolicies();
        var protection = services.AddDataProtection().SetApplicationName("deprovisioner-console");
        if (settings.KeysPath is { } path)
        {
            protection.PersistKeysToFileSystem(new DirectoryInfo(path));
        }
        else
        {
            // Else they would lie open in somebody's home.
            protection.UseEphemeralDataProtectionProvider();
        }

        var authentication = services.AddAuthentication(ByRequest)
            .AddPolicyScheme(ByRequest, null, options => options.ForwardDefaultSelector = http => Scheme(http, settings))
            .AddScheme<AuthenticationSchemeOptions, ApiKeyScheme>(ApiKeyScheme.Name, null)
            .AddScheme<AuthenticationSchemeOptions, LocalScheme>(LocalScheme.Name, null);
        if (settings.Oidc is { } oidc)
        {
            authentication.AddCookie(Cookies).AddOpenIdConnect(options => People(options, oidc)).AddJwtBearer(options => Programs(options, oidc));
        }
    }

    private static string Scheme(HttpContext http, ConsoleSettings settings)
        => ApiKeyScheme.Token(http.Request) is { } token ? Storage.Access.ApiKeyText.Is(token) || settings.Oidc is null ? ApiKeyScheme.Name : JwtBearerDefaults.AuthenticationScheme
            : settings.Local ? LocalScheme.Name
            : settings.Oidc is null || RequestKind.IsForMachines(http.Request) ? ApiKeyScheme.Name
            : CookieAuthenticationDefaults.AuthenticationScheme;

    private static void Cookies(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "__Host-deprovisioner";
        options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.ExpireTimeSpan = SessionLasts;
        options.SlidingExpiration = false;
        options.ForwardChallenge = OpenIdConnectDefaults.AuthenticationScheme;
    }

    private static void People(OpenIdConnectOptions options, OidcSettings settings)
    {
        options.SignInScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        options.Authority = settings.Authority;
        options.RequireHttpsMetadata = !settings.AllowHttp;
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret;
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.MapInboundClaims = false;
        options.GetClaimsFromUserInfoEndpoint = false;
        foreach (var scope in settings.Scopes)
        {
            options.Scope.Add(scope);
        }

        options.Events.OnTokenValidated = context =>
        {
            if (OidcClaims.Of(context.Principal!, settings, OpenIdConnectDefaults.AuthenticationScheme) is { } person)
            {
                context.Principal = person;
            }
            else
            {
                context.Fail($"The token has no usable claim '{settings.NameClaim}'.");
            }

            return Task.CompletedTask;
        };
        options.Events.OnRemoteFailure = context =>
        {
            // Here and now: another address would only ask for a sign-in again.
            context.HandleResponse();
            return Notices.Write(context.HttpContext, StatusCodes.Status401Unauthorized, "Signing in did not work", "Nothing was changed. If it goes on, the console's log says why.", ("Try again", "/"));
        };
        options.Events.OnRedirectToIdentityProviderForSignOut = context =>
        {
            if (string.IsNullOrEmpty(context.ProtocolMessage.IssuerAddress))
            {
                // It has no page for that.
                context.Response.Redirect(SignOutEndpoints.DoneAddress);
                context.HandleResponse();
            }

            // In the place of a token of theirs, which is not kept (https://openid.net/specs/openid-connect-rpinitiated-1_0.html, section 2).
            context.ProtocolMessage.ClientId = settings.ClientId;
            return Task.CompletedTask;
        };
    }

    private static void Programs(JwtBearerOptions options, OidcSettings settings)
    {
        options.Authority = settings.Authority;
        options.RequireHttpsMetadata = !settings.AllowHttp;
        options.Audience = settings.Audience ?? settings.ClientId;
        options.MapInboundClaims = false;
        options.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                if (OidcClaims.Of(context.Principal!, settings, JwtBearerDefaults.AuthenticationScheme) is { } program)
                {
                    context.Principal = program;
                }
                else
                {
                    context.Fail($"The token has no usable claim '{settings.NameClaim}'.");
                }

                return Task.CompletedTask;
            },
        };
    }
}
