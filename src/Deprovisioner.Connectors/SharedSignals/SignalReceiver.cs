using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.SharedSignals;

/// <summary>Hands tokens to a receiver (RFC 8935), or to the console, which keeps them for one that polls.</summary>
internal sealed class SignalReceiver(SharedSignalsSettings settings, ISecrets secrets, TimeProvider clock) : IDisposable
{
    /// <summary>RFC 8935 section 2.4: what it says of us and not of the event, so that the next one would fare alike.</summary>
    private static readonly string[] OurTrouble = ["invalid_key", "invalid_issuer", "invalid_audience", "authentication_failed", "access_denied"];

    private readonly HttpClient http = Open(settings);

    /// <summary>The receiver has it (section 2.2), or the console keeps it.</summary>
    public async Task PushAsync(string token, CancellationToken cancellationToken)
    {
        if (await PostAsync(token, cancellationToken) is { } fault)
        {
            throw new SystemFaultException(fault);
        }
    }

    /// <summary>What is said to a body that is no token. Every receiver refuses it, and before it does so looks at who sends it.</summary>
    public Task<Fault?> RefusalAsync(CancellationToken cancellationToken) => PostAsync("", cancellationToken);

    /// <summary>Returns once the receiver has acknowledged a token that the console keeps.</summary>
    /// <exception cref="SystemFaultException">Accepted: it has not yet. Rejected: it could not use it (RFC 8936 section 2.6).</exception>
    public async Task FetchedAsync(string id, CancellationToken cancellationToken)
    {
        var kept = await GetAsync(AddressOf(id), cancellationToken);
        switch (kept?["state"]?.ToString())
        {
            case "acknowledged":
                return;
            case "waiting":
                throw new SystemFaultException(new Fault(Outcome.Accepted, "not-fetched", "The receiver has not fetched it yet."));
            case "refused":
                throw new SystemFaultException(Refused(kept!["err"]?.ToString(), HttpFaults.Said(400, null, Detail(kept), secrets.Redact)));
            default:
                throw new SystemFaultException(NoStream);
        }
    }

    /// <summary>Whether the console keeps a token: its database may be one that was put back from a backup.</summary>
    public async Task<bool> IsKeptAsync(string id, CancellationToken cancellationToken) => await GetAsync(AddressOf(id), cancellationToken) is not null;

    /// <summary>How many tokens the console keeps for a receiver that polls.</summary>
    public async Task<int> WaitingAsync(CancellationToken cancellationToken)
        => (await GetAsync(settings.Endpoint, cancellationToken))?["waiting"] is JsonValue waiting && waiting.TryGetValue(out int number) ? number : throw new SystemFaultException(NoStream);

    public void Dispose() => http.Dispose();

    private static Fault NoStream => new(Outcome.Unauthorized, Fault.Misconfigured, "url is no stream of a console: it does not answer as one.");

    private async Task<Fault?> PostAsync(string token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Endpoint);
        request.Content = new StringContent(token, new MediaTypeHeaderValue("application/secevent+jwt"));
        request.Headers.Accept.ParseAdd("application/json");
        return await HttpExchange.SendAsync(
            http, request, writes: true, settings.Timeout, clock,
            (answer, text) =>
            {
                var body = Parsed(text);
                var said = HttpFaults.Said((int)answer.StatusCode, null, body is null ? null : Detail(body), secrets.Redact);
                return answer.StatusCode == HttpStatusCode.BadRequest ? Refused(body?["err"]?.ToString(), said)
                    : answer.StatusCode == HttpStatusCode.NotFound ? new Fault(Outcome.Unauthorized, "http-404", $"{said} Correct url.")
                    : HttpFaults.Of(answer.StatusCode, answer.Headers, text, said, clock.GetUtcNow());
            },
            cancellationToken);
    }

    private Uri AddressOf(string id) => new($"{settings.Endpoint}/{Uri.EscapeDataString(id)}");

    /// <returns>Null: there is no such thing.</returns>
    private async Task<JsonObject?> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await HttpExchange.SendAsync(
            http, request, writes: false, settings.Timeout, clock,
            (answer, text) => answer.StatusCode == HttpStatusCode.NotFound ? null
                : HttpFaults.Of(answer.StatusCode, answer.Headers, text, HttpFaults.Said((int)answer.StatusCode, null, null, secrets.Redact), clock.GetUtcNow()) is { } fault ? throw new SystemFaultException(fault)
                : Parsed(text) ?? throw new SystemFaultException(NoStream),
            cancellationToken);
    }

    private static Fault Refused(string? error, string said)
        => OurTrouble.Contains(error, StringComparer.Ordinal) ? new Fault(Outcome.Unauthorized, $"set-{error!.Replace('_', '-')}", said)
            : new Fault(Outcome.Rejected, error is "invalid_request" ? "set-invalid-request" : "http-400", said);

    private static string? Detail(JsonObject body) => string.Join(": ", new[] { body["err"]?.ToString(), body["description"]?.ToString() }.Where(part => !string.IsNullOrEmpty(part)));

    private static JsonObject? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static HttpClient Open(SharedSignalsSettings settings)
    {
        var client = HttpConnection.Open(settings.Timeout, settings.Trust);
        if (settings.Token is { } token)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }
}
