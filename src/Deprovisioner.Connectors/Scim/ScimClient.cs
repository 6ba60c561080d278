using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Scim;

/// <summary>What came back.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">Null where there was none, or none that is a JSON object.</param>
/// <param name="ETag">Of the resource, as the server spells it (RFC 7644 section 3.14); null: it gives none.</param>
/// <param name="Fault">Null for a success.</param>
internal sealed record ScimReply(int Status, JsonObject? Body, string? ETag, Fault? Fault)
{
    /// <summary>"No such resource": gone, or never there.</summary>
    public bool Gone => Status is 404 or 410;

    /// <summary>Throws what the server said, unless it did as it was asked or the resource is gone.</summary>
    public void ThrowUnlessGone()
    {
        if (Fault is not null && !Gone)
        {
            throw new SystemFaultException(Fault);
        }
    }
}

/// <summary>
/// Sends one request and grades its answer. Answers are values; what prevents an answer is a <see cref="SystemFaultException"/>, told apart by whether
/// the request may have had its effect: a write without an answer is <c>indeterminate</c>, all else is <c>transient</c>.
/// </summary>
internal sealed class ScimClient(ScimSettings settings, ISecrets secrets, TimeProvider clock) : IDisposable
{
    // RFC 7644 section 3.1. Without a charset: JSON is UTF-8, and servers exist that compare the whole text.
    private static readonly MediaTypeHeaderValue Media = new("application/scim+json");

    private readonly HttpClient http = Open(settings);

    public Task<ScimReply> GetAsync(ScimAddress address, CancellationToken cancellationToken)
        => SendAsync(HttpMethod.Get, address.Under(settings.Endpoint), null, null, writes: false, cancellationToken);

    /// <summary>Reads a collection, or one of the service's own documents.</summary>
    public Task<ScimReply> GetAsync(string collection, string query, CancellationToken cancellationToken)
        => SendAsync(HttpMethod.Get, new Uri(settings.Endpoint, collection + query), null, null, writes: false, cancellationToken);

    /// <summary>RFC 7644 section 3.4.3: a query whose text would be too long for an address.</summary>
    public Task<ScimReply> SearchAsync(string collection, JsonObject search, CancellationToken cancellationToken)
        => SendAsync(HttpMethod.Post, new Uri(settings.Endpoint, collection + "/.search"), search, null, writes: false, cancellationToken);

    public Task<ScimReply> PatchAsync(ScimAddress address, JsonObject operations, CancellationToken cancellationToken)
        => SendAsync(HttpMethod.Patch, address.Under(settings.Endpoint), operations, null, writes: true, cancellationToken);

    public Task<ScimReply> PutAsync(ScimAddress address, JsonObject resource, string? eTag, CancellationToken cancellationToken)
        => SendAsync(HttpMethod.Put, address.Under(settings.Endpoint), resource, eTag, writes: true, cancellationToken);

    public Task<ScimReply> DeleteAsync(ScimAddress address, CancellationToken cancellationToken)
        => SendAsync(HttpMethod.Delete, address.Under(settings.Endpoint), null, null, writes: true, cancellationToken);

    public void Dispose() => http.Dispose();

    private async Task<ScimReply> SendAsync(HttpMethod method, Uri address, JsonObject? body, string? eTag, bool writes, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
            request.Content.Headers.ContentType = Media;
        }

        if (eTag is not null)
        {
            // Unchecked, since servers hand out tags without the quotes that the header's grammar asks for.
            request.Headers.TryAddWithoutValidation("If-Match", eTag);
        }

        return await HttpExchange.SendAsync(http, request, writes, settings.Timeout, clock, (answer, text) => Graded(answer, text, writes), cancellationToken);
    }

    private ScimReply Graded(HttpResponseMessage answer, string text, bool writes)
    {
        var fault = writes && answer.StatusCode == HttpStatusCode.Accepted
            ? HttpFaults.Taken(answer.Headers, clock.GetUtcNow())
            : ScimGrading.Of(answer.StatusCode, answer.Headers, text, clock.GetUtcNow(), Redact);
        var body = ScimJson.Object(text);
        var eTag = answer.Headers.TryGetValues("ETag", out var tags) ? tags.First() : (body?.Get("meta") as JsonObject)?.Text("version");
        return new ScimReply((int)answer.StatusCode, body, eTag?.Any(char.IsControl) is true ? null : eTag, fault);
    }

    // The header's form of the credential too: servers exist that repeat what they were sent.
    private string Redact(string text) => secrets.Redact(text.Replace(settings.Credential.Parameter!, "[redacted]", StringComparison.Ordinal));

    private static HttpClient Open(ScimSettings settings)
    {
        var client = HttpConnection.Open(settings.Timeout, settings.Trust);
        client.DefaultRequestHeaders.Authorization = settings.Credential;

        // RFC 7644 section 3.1 and 8.1; some servers know only the plain name.
        client.DefaultRequestHeaders.Accept.ParseAdd("application/scim+json, application/json;q=0.9");
        return client;
    }
}
