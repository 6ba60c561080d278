namespace Deprovisioner.Connectors.Tests.Kubernetes;

/// <summary>What a path points to (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris).</summary>
/// <param name="Namespace">Null: a thing of the whole cluster, or all namespaces.</param>
/// <param name="Name">Null: the collection.</param>
internal sealed record FakeAddress(string Resource, string? Namespace, string? Name)
{
    public const string Group = "rbac.authorization.k8s.io";

    public string Kind => Resource switch
    {
        "rolebindings" => "RoleBinding",
        "clusterrolebindings" => "ClusterRoleBinding",
        "clusterroles" => "ClusterRole",
        _ => "Namespace",
    };

    public string ApiVersion => Resource == "namespaces" ? "v1" : $"{Group}/v1";

    /// <summary>Null: nothing is there.</summary>
    public static FakeAddress? Of(string path) => path[1..].Split('/').Select(Uri.UnescapeDataString).ToArray() switch
    {
        ["api", "v1", "namespaces"] => new("namespaces", null, null),
        ["apis", Group, "v1", "namespaces", var space, "rolebindings"] => new("rolebindings", space, null),
        ["apis", Group, "v1", "namespaces", var space, "rolebindings", var name] => new("rolebindings", space, name),
        ["apis", Group, "v1", "rolebindings"] => new("rolebindings", null, null),
        ["apis", Group, "v1", ("clusterrolebindings" or "clusterroles") and var resource] => new(resource, null, null),
        ["apis", Group, "v1", ("clusterrolebindings" or "clusterroles") and var resource, var name] => new(resource, null, name),
        _ => null,
    };
}
