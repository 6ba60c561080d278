using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>
/// Sends one request and grades its answer. What prevents an answer is told apart by whether the request may have had its effect: a write without an
/// answer is <c>indeterminate</c>, all else is <c>transient</c>.
/// </summary>
internal sealed class ClusterClient(KubernetesSettings settings, ISecrets secrets, TimeProvider clock) : IDisposable
{
    /// <summary>So that a binding says who changed it last (https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers).</summary>
    private const string Manager = "?fieldManager=deprovisioner";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly HttpClient http = Open(settings);

    /// <summary>An object of the API's own.</summary>
    public async Task<JsonObject> GetAsync(string path, string what, CancellationToken cancellationToken)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, path, null, [404], cancellationToken);
        return status == 404 ? throw new SystemFaultException(ClusterFaults.NotKubernetes(what)) : Parsed(body, what);
    }

    /// <summary>A page of a list; null: the continue token is no longer good, and the list begins anew (https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks).</summary>
    public async Task<JsonObject?> PageAsync(string path, string what, CancellationToken cancellationToken)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, path, null, [404, 410], cancellationToken);
        return status switch
        {
            410 => null,
            404 => throw new SystemFaultException(ClusterFaults.NotKubernetes(what)),
            _ => Parsed(body, what),
        };
    }

    /// <summary>A binding; null: there is none of this name.</summary>
    public async Task<Binding?> FindAsync(BindingRef binding, CancellationToken cancellationToken)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, binding.Path, null, [404], cancellationToken);
        return status != 404 ? Binding.Of(Parsed(body, "a binding"))
            : ClusterFaults.SaysNotFound(body) ? null
            : throw new SystemFaultException(ClusterFaults.NotKubernetes("a binding"));
    }

    /// <summary>
    /// Writes a binding as it is given, if it is still as it was read: its <c>resourceVersion</c> and <c>uid</c> go with it
    /// (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions).
    /// </summary>
    /// <returns>False: it has changed meanwhile (409), or is gone.</returns>
    public async Task<bool> ReplaceAsync(BindingRef binding, JsonObject changed, CancellationToken cancellationToken)
        => (await SendAsync(HttpMethod.Put, binding.Path + Manager, changed, [404, 409], cancellationToken)).Status is not (404 or 409);

    /// <summary>Whether the credential may do something (https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/). Changes nothing.</summary>
    public async Task<bool> MayAsync(AccessQuestion question, CancellationToken cancellationToken)
    {
        const string Reviews = "selfsubjectaccessreviews";
        var (status, body) = await SendAsync(HttpMethod.Post, $"apis/authorization.k8s.io/v1/{Reviews}", question.Review, [404], cancellationToken);
        return status == 404 ? throw new SystemFaultException(ClusterFaults.NotKubernetes(Reviews)) : Parsed(body, Reviews)["status"] is JsonObject answer && answer["allowed"] is JsonValue allowed && allowed.TryGetValue<bool>(out var may) && may;
    }

    public void Dispose() => http.Dispose();

    private static JsonObject Parsed(string body, string what)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return JsonObject.Create(document.RootElement.Clone()) ?? throw new JsonException();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new SystemFaultException(ClusterFaults.NotKubernetes(what));
        }
    }

    /// <param name="expected">What is no fault here beside a success.</param>
    private async Task<(int Status, string Body)> SendAsync(HttpMethod method, string path, JsonObject? body, int[] expected, CancellationToken cancellationToken)
    {
        var writes = method == HttpMethod.Put;
        using var request = new HttpRequestMessage(method, Below(path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return await HttpExchange.SendAsync(
            http, request, writes, settings.Timeout, clock,
            (answer, text) =>
            {
                var status = (int)answer.StatusCode;
                var fault = expected.Contains(status) ? null : ClusterFaults.Of(status, answer.Headers, writes, text, clock.GetUtcNow(), secrets.Redact);
                return fault is null ? (status, text) : throw new SystemFaultException(fault);
            },
            cancellationToken);
    }

    private Uri Below(string path)
    {
        var address = new Uri(settings.Endpoint, path);
        return address.PathAndQuery == settings.Endpoint.AbsolutePath + path && address.Authority == settings.Endpoint.Authority && address.Fragment.Length == 0
            ? address
            : throw new SystemFaultException(new Fault(Outcome.Rejected, "unsafe-name", "A name cannot stand in an address without changing what it points to. Nothing was sent: use kubectl."));
    }

    private static HttpClient Open(KubernetesSettings settings)
    {
        var client = HttpConnection.Open(settings.Timeout, settings.Trust);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings.Token);
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        return client;
    }
}
