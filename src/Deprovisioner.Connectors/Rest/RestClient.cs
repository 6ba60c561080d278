using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Connectors.Rest.Signing;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest;

/// <summary>What came back.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">The answer's.</param>
/// <param name="Body">Null where there was none, or none that is JSON.</param>
/// <param name="Nothing">The answer means: no such thing, or not any more.</param>
/// <param name="Fault">Null for a success, and where there is nothing.</param>
internal sealed record RestReply(int Status, HttpResponseHeaders Headers, JsonNode? Body, bool Nothing, Fault? Fault)
{
    /// <summary>The reply, unless it is a fault.</summary>
    public RestReply OrThrow() => Fault is null ? this : throw new SystemFaultException(Fault);
}

/// <summary>
/// Sends one declared request and says what its answer means. Answers are values; what prevents an answer is a <see cref="SystemFaultException"/>.
/// A request that the server refused for its credential alone was not carried out, so it is sent once more with a credential that was asked for anew.
/// </summary>
internal sealed class RestClient : IDisposable
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly DeclaredServer server;
    private readonly RestSettings settings;
    private readonly ISecrets secrets;
    private readonly TimeProvider clock;
    private readonly X509Certificate2? own;
    private readonly HttpClient http;
    private readonly IRestCredential credential;
    private readonly Dictionary<string, IRestCredential> others;
    private readonly SecretsOfAnswers shown = new();
    private readonly IReadOnlyList<(string Name, string Value)> headers;
    private readonly SpentBudget budget = new();
    private readonly ExchangeRecord? record;

    /// <exception cref="SystemFaultException">A setting cannot be used.</exception>
    public RestClient(DeclaredServer server, RestSettings settings, ISecrets secrets, TimeProvider clock, ExchangeRecord? record = null)
    {
        (this.server, this.settings, this.secrets, this.clock, this.record) = (server, settings, secrets, clock, record);
        headers = [.. server.Headers.Select(h => (h.Key, Rendered.Text(h.Value, Place.Header, settings.Values)))];
        own = ClientCertificate.Of(server.Credential.Certificate, settings.Values);
        http = HttpConnection.Open(settings.Timeout, settings.Trust, own);
        credential = RestCredentials.Of(server.Credential, settings, new CredentialRequests(this), clock);
        others = server.Credentials.ToDictionary(c => c.Key, c => RestCredentials.Of(c.Value, settings, new CredentialRequests(this), clock), StringComparer.Ordinal);
    }

    public async Task<RestReply> SendAsync(DeclaredRequest request, Scope scope, bool writes, CancellationToken cancellationToken)
        => await SendAsync(request.Line!.Value.Method, AddressOf(request, scope), request, scope, writes, cancellationToken);

    /// <summary>Where a request goes with these values.</summary>
    /// <exception cref="SystemFaultException">A value is missing, or cannot stand in an address.</exception>
    public Uri AddressOf(DeclaredRequest request, Scope scope) => RestAddress.Of(request.Line!.Value.Path, request.Query, settings.Endpoint, scope);

    /// <summary>The same request at another address of the same server: its next page.</summary>
    public async Task<RestReply> SendAsync(HttpMethod method, Uri address, DeclaredRequest request, Scope scope, bool writes, CancellationToken cancellationToken)
    {
        if (budget.SpentUntil(clock.GetUtcNow()) is { } until)
        {
            throw new SystemFaultException(new Fault(Outcome.Throttled, "budget-spent", "The server said that no request is left for now. Nothing was sent.", until));
        }

        var proof = request.Credential is { } other ? others[other] : credential;
        var reply = await ExchangeAsync(method, address, request, scope, writes, proof, cancellationToken);
        return reply.Status == (int)HttpStatusCode.Unauthorized && proof.Forget()
            ? await ExchangeAsync(method, address, request, scope, writes, proof, cancellationToken)
            : reply;
    }

    /// <summary>One exchange, with this credential or none.</summary>
    internal async Task<RestReply> ExchangeAsync(
        HttpMethod method, Uri address, DeclaredRequest request, Scope scope, bool writes, IRestCredential? with, CancellationToken cancellationToken)
    {
        using var message = Message(method, address, request, scope);
        if (with is not null)
        {
            await with.ApplyAsync(message, cancellationToken);
        }

        return await HttpExchange.SendAsync(
            http, message, writes, settings.Timeout, clock,
            (answer, text) =>
            {
                budget.Note(answer.Headers, clock.GetUtcNow());
                shown.Note(request, text);
                record?.Add(message, answer, text, Redact);
                return Graded(answer, text, request, scope, writes);
            },
            cancellationToken);
    }

    public void Dispose()
    {
        http.Dispose();
        own?.Dispose();
        credential.Dispose();
        foreach (var other in others.Values)
        {
            other.Dispose();
        }
    }

    private HttpRequestMessage Message(HttpMethod method, Uri address, DeclaredRequest request, Scope scope)
    {
        var message = new HttpRequestMessage(method, address);
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        foreach (var (name, value) in headers.Concat(request.Headers.Select(h => (h.Key, Rendered.Text(h.Value, Place.Header, scope)))))
        {
            message.Headers.Remove(name);
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (request.Json is not null)
        {
            // Without a charset: JSON is UTF-8 (RFC 8259 section 8.1), and servers exist that compare the whole text.
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Rendered.Json(request.Json, scope)?.ToJsonString(Relaxed) ?? "null"));
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.MediaType ?? "application/json");
        }
        else if (request.Form is { } form)
        {
            message.Content = new FormUrlEncodedContent(form.Where(f => !Rendered.IsLeftOut(f.Value, scope)).Select(f => KeyValuePair.Create(f.Key, Rendered.Text(f.Value, Place.Plain, scope))));
        }

        return message;
    }

    private RestReply Graded(HttpResponseMessage answer, string text, DeclaredRequest request, Scope scope, bool writes)
    {
        var body = Json(text);
        var status = (int)answer.StatusCode;
        var detail = server.Error.Select(at => at.TextIn(body)).FirstOrDefault(found => found is not null);
        var said = HttpFaults.Said(status, null, detail, Redact);
        if (request.Answers.Concat(server.Answers).FirstOrDefault(a => (a.Status.Count == 0 || a.Status.Contains(status)) && a.Body.AllHold(body, scope)) is { } declared)
        {
            var fault = Meant(declared, status, said, answer.Headers);
            return new RestReply(status, answer.Headers, body, declared.Means == Meaning.Nothing, fault);
        }

        return writes && answer.StatusCode == HttpStatusCode.Accepted
            ? new RestReply(status, answer.Headers, body, false, HttpFaults.Taken(answer.Headers, clock.GetUtcNow()))
            : new RestReply(status, answer.Headers, body, false, HttpFaults.Of(answer.StatusCode, answer.Headers, detail, said, clock.GetUtcNow()));
    }

    private Fault? Meant(DeclaredAnswer declared, int status, string said, HttpResponseHeaders answered)
    {
        var code = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http-{status}");
        var words = declared.Says ?? said;
        return declared.Means switch
        {
            Meaning.Done or Meaning.Nothing => null,
            Meaning.Accepted => new Fault(Outcome.Accepted, code, declared.Says ?? "The server took the change and finishes it later.", RetryAfter.Of(answered, clock.GetUtcNow())),
            Meaning.Throttled => new Fault(Outcome.Throttled, code, words, RetryAfter.Of(answered, clock.GetUtcNow())),
            Meaning.Transient => new Fault(Outcome.Transient, code, words),
            Meaning.Unauthorized => new Fault(Outcome.Unauthorized, code, words),
            Meaning.Rejected => new Fault(Outcome.Rejected, code, words),
            Meaning.NotRemovableHere => new Fault(Outcome.NotRemovableHere, "owned-elsewhere", words),
            _ => throw new InvalidOperationException($"{declared.Means} is no meaning."),
        };
    }

    /// <summary>The forms in which credentials are sent too, and the secrets that answers held: servers exist that repeat what they were sent.</summary>
    private string Redact(string text)
        => secrets.Redact(others.Values.Prepend(credential).SelectMany(c => c.Sent).Concat(shown.Texts).Where(sent => sent.Length > 3).OrderByDescending(sent => sent.Length).Aggregate(text, (rest, sent) => rest.Replace(sent, "[redacted]", StringComparison.Ordinal)));

    private static JsonNode? Json(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
