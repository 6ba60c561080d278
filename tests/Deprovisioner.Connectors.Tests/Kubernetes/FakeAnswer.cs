using System.Text.Json.Nodes;

namespace Deprovisioner.Connectors.Tests.Kubernetes;

/// <summary>An answer.</summary>
/// <param name="Status">0: the connection is cut instead.</param>
internal sealed record FakeAnswer(int Status, string Body = "")
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/</summary>
    public static FakeAnswer Refusal(int status, string reason, string message) => new(
        status,
        new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = message,
            ["reason"] = reason,
            ["code"] = status,
        }.ToJsonString());

    public static FakeAnswer NotFound(FakeAddress address) => Refusal(404, "NotFound", $"{address.Resource} \"{address.Name}\" not found");
}
