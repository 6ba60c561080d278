using Deprovisioner.Console.SignIn;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Deprovisioner.Console.Pages;

/// <summary>Tells a person why there is no page.</summary>
internal static class Notices
{
    /// <param name="links">Where to go from here.</param>
    public static async Task Write(HttpContext http, int status, string title, string text, params (string Words, string Address)[] links)
    {
        // A renderer of its own: the request's may have been at a page already, which failed.
        await using var renderer = new HtmlRenderer(http.RequestServices, http.RequestServices.GetRequiredService<ILoggerFactory>());
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(Notice.Title)] = title,
            [nameof(Notice.Text)] = text,
            [nameof(Notice.Links)] = links,
            [nameof(Notice.MaySignOut)] = http.User.HasSignedIn(),
        });
        var page = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<Notice>(parameters)).ToHtmlString());
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        await http.Response.WriteAsync(page, CancellationToken.None);
    }
}
