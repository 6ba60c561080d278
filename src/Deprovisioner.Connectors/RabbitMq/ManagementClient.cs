using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.RabbitMq;

/// <summary>
/// Sends one request and grades its answer. What prevents an answer is told apart by whether the request may have had its effect: a write without an
/// answer is <c>indeterminate</c>, all else is <c>transient</c>.
/// </summary>
internal sealed class ManagementClient(RabbitMqSettings settings, ISecrets secrets, TimeProvider clock) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { AllowDuplicateProperties = false, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HttpClient http = Open(settings);

    /// <summary>Null: there is no such thing, by a server that is known to be the management plugin.</summary>
    public async Task<T?> GetAsync<T>(ManagementPath path, CancellationToken cancellationToken)
        where T : class
    {
        var (status, body) = await SendAsync(HttpMethod.Get, path.Under(settings.Endpoint), null, cancellationToken);
        if (status != 404)
        {
            return Parsed(() => JsonSerializer.Deserialize<T>(body, Json), "a user");
        }

        // It answers 404 in the same words below an address that is not its own: so it is asked for something that is always there.
        await WhoAmIAsync(cancellationToken);
        return null;
    }

    /// <summary>A collection or a document of the API's own. No text of an event may be in it.</summary>
    public async Task<T> GetAsync<T>(string fixedPath, CancellationToken cancellationToken)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, new Uri(settings.Endpoint, fixedPath), null, cancellationToken);
        return status == 404 ? throw new SystemFaultException(ManagementGrading.NotRabbitMq(fixedPath)) : Parsed(() => JsonSerializer.Deserialize<T>(body, Json), fixedPath);
    }

    public Task<Identity> WhoAmIAsync(CancellationToken cancellationToken) => GetAsync<Identity>("whoami", cancellationToken);

    /// <returns>The status: 201 for what was not there before.</returns>
    public async Task<int> PutAsync(ManagementPath path, object resource, CancellationToken cancellationToken)
        => (await SendAsync(HttpMethod.Put, path.Under(settings.Endpoint), JsonSerializer.SerializeToUtf8Bytes(resource, Json), cancellationToken)).Status;

    /// <summary>What is not there any more is no error.</summary>
    public Task DeleteAsync(ManagementPath path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Delete, path.Under(settings.Endpoint), null, cancellationToken);

    public void Dispose() => http.Dispose();

    /// <summary>A part of an answer.</summary>
    public static T Read<T>(JsonElement element, string what) => Parsed(() => element.Deserialize<T>(Json), what);

    private static T Parsed<T>(Func<T?> read, string what)
    {
        try
        {
            return read() ?? throw new SystemFaultException(ManagementGrading.NotRabbitMq(what));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NotSupportedException)
        {
            // The exception would quote the answer, and that has password hashes.
            throw new SystemFaultException(ManagementGrading.NotRabbitMq(what));
        }
    }

    private async Task<(int Status, string Body)> SendAsync(HttpMethod method, Uri address, byte[]? body, CancellationToken cancellationToken)
    {
        var writes = method != HttpMethod.Get;
        using var request = new HttpRequestMessage(method, address);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return await HttpExchange.SendAsync(
            http, request, writes, settings.Timeout, clock,
            (answer, text) =>
            {
                var status = (int)answer.StatusCode;
                var fault = method != HttpMethod.Put && answer.StatusCode == HttpStatusCode.NotFound ? null : ManagementGrading.Of(status, answer.Headers, text, clock.GetUtcNow(), Redact);
                return fault is null ? (status, text) : throw new SystemFaultException(fault);
            },
            cancellationToken);
    }

    // The header's form of the credential too: what stands in front of a server may repeat what it was sent.
    private string Redact(string text) => secrets.Redact(text.Replace(settings.Credential.Parameter!, "[redacted]", StringComparison.Ordinal));

    private static HttpClient Open(RabbitMqSettings settings)
    {
        var client = HttpConnection.Open(settings.Timeout, settings.Trust);
        client.DefaultRequestHeaders.Authorization = settings.Credential;

        // Nothing narrower: limits of users answer 406 to a request that wants JSON.
        client.DefaultRequestHeaders.Accept.ParseAdd("*/*");
        return client;
    }
}
