using System.Text.Json.Nodes;

namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>Whether the credential may do one thing.</summary>
/// <param name="Namespace">Null: in all of them.</param>
/// <param name="Name">Null: to all of them.</param>
internal sealed record AccessQuestion(string Verb, string Resource, string? Namespace = null, string? Name = null)
{
    public JsonObject Review => new()
    {
        ["apiVersion"] = "authorization.k8s.io/v1",
        ["kind"] = "SelfSubjectAccessReview",
        ["spec"] = new JsonObject
        {
            ["resourceAttributes"] = new JsonObject { ["group"] = RbacApi.Group, ["verb"] = Verb, ["resource"] = Resource, ["namespace"] = Namespace ?? "", ["name"] = Name ?? "" },
        },
    };
}
