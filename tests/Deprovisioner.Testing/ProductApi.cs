using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Deprovisioner.Testing;

/// <summary>A product's own interface as its administrator uses it: a client of the test's own, so that what a connector says can be compared with what the product says.</summary>
/// <param name="authorization">The administrator's.</param>
internal sealed class ProductApi(string url, string authorization) : IDisposable
{
    /// <summary>Without cookies: whoever signed in last would else come along with the next one.</summary>
    private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(url + "/") };

    /// <summary>What the product says as its administrator; null: nothing, or 404.</summary>
    /// <exception cref="InvalidOperationException">It refuses.</exception>
    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = Request(method, path, body, authorization);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer switch
        {
            { StatusCode: HttpStatusCode.NotFound } => null,
            { IsSuccessStatusCode: true } => text.Length == 0 ? null : JsonNode.Parse(text),
            _ => throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}"),
        };
    }

    /// <summary>Whether the product lets somebody in: 2xx, and not 401 or 403.</summary>
    /// <param name="own">Their own authorization; null: the request itself holds what they sign in with.</param>
    /// <exception cref="InvalidOperationException">It says neither.</exception>
    public async Task<bool> LetsInAsync(HttpMethod method, string path, JsonObject? body = null, string? own = null)
    {
        using var request = Request(method, path, body, own);
        using var answer = await http.SendAsync(request);
        return answer switch
        {
            { IsSuccessStatusCode: true } => true,
            { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } => false,
            _ => throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}"),
        };
    }

    /// <summary>The value of a cookie that a sign-in sets.</summary>
    /// <exception cref="InvalidOperationException">It sets none.</exception>
    public async Task<string> CookieAsync(string name, string path, JsonObject body)
    {
        using var request = Request(HttpMethod.Post, path, body, authorization: null);
        using var answer = await http.SendAsync(request);
        var cookies = answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [];
        return cookies.Select(cookie => cookie.Split(';')[0].Split('=', 2)).SingleOrDefault(cookie => cookie[0] == name)?[1]
            ?? throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} without the cookie {name}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Whether it answers at all, without anybody's credential.</summary>
    public async Task<bool> AnswersAsync(string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        return answer.IsSuccessStatusCode;
    }

    public void Dispose() => http.Dispose();

    private static HttpRequestMessage Request(HttpMethod method, string path, JsonObject? body, string? authorization)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return request;
    }
}
