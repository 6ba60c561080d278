using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>
/// What an answer of the API server means, by its status and its Status object (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/).
/// Pure: the same answer always means the same.
/// </summary>
internal static class ClusterFaults
{
    /// <summary>Null for a success.</summary>
    /// <param name="writes">Whether the request changes a binding.</param>
    /// <param name="body">As it came; only a Status object's <c>reason</c> and <c>message</c> are used.</param>
    /// <param name="redact">Takes secrets out of what the server says.</param>
    public static Fault? Of(int status, HttpResponseHeaders headers, bool writes, string body, DateTimeOffset now, Func<string, string> redact)
    {
        var (reason, message) = Status(body);

        // The message quotes names, and one may hold the words in which others throttle. Kubernetes does so by 429 only.
        var fault = HttpFaults.Of((HttpStatusCode)status, headers, detail: null, HttpFaults.Said(status, reason, message, redact), now);

        // Rights are given for each namespace and each role (the verb bind), so a refused write is one binding's trouble and not the system's.
        return fault is { Code: "http-403", Outcome: Outcome.Unauthorized } && writes ? fault with { Outcome = Outcome.Rejected } : fault;
    }

    /// <summary>Whether the server says that something is not there, and not a proxy that nothing is.</summary>
    public static bool SaysNotFound(string body) => Status(body).Reason == "NotFound";

    /// <summary>Transient, since it is what a maintenance page looks like as well as a wrong address.</summary>
    public static Fault NotKubernetes(string what)
        => new(Outcome.Transient, "not-kubernetes", $"The server's answer for {what} is not that of a Kubernetes API server. Is url the API server's?");

    private static (string? Reason, string? Message) Status(string body)
    {
        try
        {
            return JsonNode.Parse(body) is JsonObject json && json.Text("kind") == "Status" ? (json.Text("reason"), json.Text("message")) : (null, null);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return (null, null);
        }
    }
}
