namespace Deprovisioner.Console.SignIn;

/// <summary>What a browser may do with our answers (https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html).</summary>
internal static class SecurityHeaders
{
    /// <summary>Nothing from elsewhere, nothing inline; forms go to us.</summary>
    private const string Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public static Task Add(HttpContext http, RequestDelegate next)
    {
        // At the last moment: an error begins the answer anew, without what stood in it.
        http.Response.OnStarting(() =>
        {
            Add(http.Response.Headers);
            return Task.CompletedTask;
        });
        return next(http);
    }

    private static void Add(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }
    }

    /// <summary>
    /// Another site's page makes a browser send something here: refused, whatever it carries. Browsers say where a request comes from (https://www.w3.org/TR/fetch-metadata/); programs do not, and cannot be made to act by a page.
    /// </summary>
    public static Task RefuseOtherSites(HttpContext http, RequestDelegate next)
    {
        var from = http.Request.Headers["Sec-Fetch-Site"].ToString();
        if (from is "" or "same-origin" or "none" || HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method))
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return http.Response.WriteAsync("This came from another site's page.\n", http.RequestAborted);
    }
}
