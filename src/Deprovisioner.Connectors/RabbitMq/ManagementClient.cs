using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.RabbitMq;

/// <summary>
/// Sends one request and grades its answer. What prevents an answer is told apart by whether the request may have had its effect: a write without an
/// answer is <c>indeterminate</c>, all else is <c>transient</c>.
/// </summary>
internal sealed class ManagementClient(RabbitMqSettings settings, ISecrets secrets, TimeProvider clock) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { AllowDuplicateProperties = false, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HttpClient http = ManagementHttp.Open(settings);

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

        using var limit = new CancellationTokenSource(settings.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await http.SendAsync(request, either.Token);
            var text = await answer.Content.ReadAsStringAsync(either.Token);
            var status = (int)answer.StatusCode;
            var fault = method != HttpMethod.Put && answer.StatusCode == HttpStatusCode.NotFound ? null : ManagementGrading.Of(status, answer.Headers, text, clock.GetUtcNow(), Redact);
            return fault is null ? (status, text) : throw new SystemFaultException(fault);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SystemFaultException(limit.IsCancellationRequested ? Unanswered(writes) : Unreachable("no connection in time"), error);
        }
        catch (HttpRequestException error)
        {
            throw new SystemFaultException(Broken(error, writes), error);
        }
    }

    // The header's form of the credential too: what stands in front of a server may repeat what it was sent.
    private string Redact(string text) => secrets.Redact(text.Replace(settings.Credential.Parameter!, "[redacted]", StringComparison.Ordinal));

    private Fault Unanswered(bool writes)
        => writes
            ? new Fault(Outcome.Indeterminate, Fault.NoAnswer, "The server took the request and gave no answer.")
            : new Fault(Outcome.Transient, Fault.TimedOut, $"The server gave no answer within {settings.Timeout.TotalSeconds:0.#} s.");

    private Fault Unreachable(string why) => new(Outcome.Transient, Fault.Unreachable, $"{settings.Endpoint.Authority} cannot be reached: {why}.");

    private Fault Broken(HttpRequestException error, bool writes) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => Unreachable("its name does not resolve"),
        HttpRequestError.ConnectionError => Unreachable("the connection is refused or broken"),
        HttpRequestError.ProxyTunnelError => Unreachable("the proxy does not let it through"),
        HttpRequestError.SecureConnectionError => error.InnerException is AuthenticationException
            ? new(Outcome.Unauthorized, Fault.Untrusted, $"{settings.Endpoint.Authority} shows a certificate that is not trusted, or speaks no TLS: set caFile, or correct the certificate.")
            : Unreachable("it hung up while encryption was agreed"),
        HttpRequestError.ConfigurationLimitExceeded => new(Outcome.Rejected, "answer-too-large", "The answer is larger than any that is read."),
        _ => writes ? Unanswered(writes) : new(Outcome.Transient, Fault.NoAnswer, "The connection broke before the answer was complete."),
    };
}
