using Deprovisioner.Console.Pages;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace Deprovisioner.Console.SignIn;

/// <summary>Signing out here, and at the identity provider too where somebody wants that.</summary>
internal static class SignOutEndpoints
{
    public const string Address = "/sign-out";

    public const string DoneAddress = "/signed-out";

    private const string ProviderAddress = "/sign-out/provider";

    public static void Map(WebApplication web)
    {
        web.MapPost(Address, async (HttpContext http) =>
        {
            await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            return Results.LocalRedirect(DoneAddress);
        }).RequireAuthorization().ExcludeFromDescription();
        web.MapGet(DoneAddress, (HttpContext http) => Notices.Write(
            http, StatusCodes.Status200OK, "Signed out", "This browser is signed out of the console. The identity provider may still know you, so that whoever uses this browser next is you again.",
            ("Sign out there too", ProviderAddress), ("Sign in", "/"))).AllowAnonymous().ExcludeFromDescription();
        web.MapGet(ProviderAddress, () => Results.SignOut(new AuthenticationProperties { RedirectUri = DoneAddress }, [OpenIdConnectDefaults.AuthenticationScheme])).AllowAnonymous().ExcludeFromDescription();
    }
}
