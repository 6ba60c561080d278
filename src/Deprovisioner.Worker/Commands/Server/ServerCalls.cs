using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Worker.Commands.Server;

/// <summary>The console did not do what was asked; the message is for a person.</summary>
internal sealed class ServerException(string message) : Exception(message);

/// <summary>Requests to a console's REST API.</summary>
internal sealed class ServerCalls : IDisposable
{
    private const string Root = "api/v1/";

    /// <summary>A verification of a long audit takes minutes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    // A redirect could take the token elsewhere.
    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) };
    private readonly HttpClient client;

    private ServerCalls(Uri server)
    {
        client = new HttpClient(handler) { BaseAddress = server, Timeout = Patience };
    }

    /// <param name="token">What the console lets us in by; null: nothing, as in its local mode.</param>
    public static ServerCalls To(Uri server, string? token)
    {
        var calls = new ServerCalls(new Uri(server.AbsoluteUri.TrimEnd('/') + "/"));
        if (token is not null)
        {
            calls.client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return calls;
    }

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }

    /// <summary>What is there; null: the console says that there is none.</summary>
    public async Task<T?> Find<T>(string path, CancellationToken cancellationToken)
        where T : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Root + path);
        using var answer = await Send(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await Read<T>(answer, cancellationToken);
    }

    public async Task<T> Get<T>(string path, CancellationToken cancellationToken)
        where T : class
        => await Find<T>(path, cancellationToken) ?? throw new ServerException($"{client.BaseAddress} has no {Root}{path.Split('?')[0]}: is it a console of this version?");

    /// <summary>One after the other, as they come.</summary>
    public async IAsyncEnumerable<T> Stream<T>(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Root + path);
        using var answer = await Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await Check(answer, cancellationToken);
        await foreach (var item in answer.Content.ReadFromJsonAsAsyncEnumerable<T>(JsonSerializerOptions.Web, cancellationToken))
        {
            yield return item!;
        }
    }

    /// <summary>Asks for acts, under a key of its own, so that nothing is done twice. What is refused is an answer too.</summary>
    /// <returns>Null: the key was used for something else.</returns>
    public async Task<IReadOnlyList<Act>?> Post(string path, object body, string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Root + path) { Content = JsonContent.Create(body, options: JsonSerializerOptions.Web) };
        request.Headers.Add("Idempotency-Key", key);
        request.Headers.Add("Prefer", "wait=0");
        using var answer = await Send(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.Conflict)
        {
            var problem = await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
            return problem?["acts"].Deserialize<List<Act>>(JsonSerializerOptions.Web) ?? throw new ServerException((string?)problem?["detail"] ?? "The console refused it.");
        }

        return answer.StatusCode == HttpStatusCode.UnprocessableEntity ? null : await Read<List<Act>>(answer, cancellationToken);
    }

    /// <summary>Sends HR events; what is no valid event is told of as well.</summary>
    public async Task<JsonArray> Ingest(byte[] batch, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "ingest/hr-events") { Content = new ByteArrayContent(batch) { Headers = { ContentType = new MediaTypeHeaderValue("application/cloudevents-batch+json") } } };
        using var answer = await Send(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.BadRequest && (await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken)) is { } problem && problem["events"] is JsonArray events)
        {
            return (JsonArray)events.DeepClone();
        }

        return await Read<JsonArray>(answer, cancellationToken);
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(request, completion, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new ServerException($"{client.BaseAddress} does not answer: {error.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerException($"{client.BaseAddress} does not answer.");
        }
    }

    private async Task<T> Read<T>(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await Check(answer, cancellationToken);
        try
        {
            return (await answer.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web, cancellationToken))!;
        }
        catch (JsonException)
        {
            throw new ServerException($"{client.BaseAddress} answered with something that no console answers.");
        }
    }

    private async Task Check(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
        {
            return;
        }

        var detail = answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))?["detail"] : null;
        if (answer.StatusCode == HttpStatusCode.BadRequest && detail == new UnknownPlaceException().Message)
        {
            throw new UnknownPlaceException();
        }

        throw new ServerException(answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized => $"{client.BaseAddress} does not know this token: set {ServerOption.TokenVariable} to an API key, or {ServerOption.TokenFileVariable} to a file with one.",
            HttpStatusCode.Forbidden => $"{client.BaseAddress} refuses: {detail ?? "the token has not the role."}",
            _ => $"{client.BaseAddress} answered {(int)answer.StatusCode}: {detail ?? answer.ReasonPhrase}",
        });
    }
}
