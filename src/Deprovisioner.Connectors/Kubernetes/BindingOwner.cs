using System.Text.Json.Nodes;

namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>
/// Who else writes a binding, by what they leave in its metadata. The bootstrapping bindings (<c>rbac.authorization.kubernetes.io/autoupdate</c>) are not among them: the API server puts back
/// the subjects of its own that are missing, and takes no notice of any other (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#auto-reconciliation).
/// </summary>
internal static class BindingOwner
{
    /// <summary>What puts a binding back within minutes; null: nothing.</summary>
    public static string? Of(JsonObject metadata)
        => Controller(metadata)

            // application:group/kind:namespace/name: https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
            ?? Named("Argo CD application", Value(metadata, "annotations", "argocd.argoproj.io/tracking-id")?.Split(':')[0])
            ?? Named("Argo CD application", Value(metadata, "labels", "argocd.argoproj.io/instance"))

            // https://fluxcd.io/flux/components/kustomize/kustomizations/
            ?? Named("Flux Kustomization", Value(metadata, "labels", "kustomize.toolkit.fluxcd.io/name"));

    /// <summary>What writes a binding anew when somebody has it do so; null: nothing that is known.</summary>
    public static string? SourceOf(JsonObject metadata)
        => Value(metadata, "labels", "app.kubernetes.io/managed-by") == "Helm" || Value(metadata, "annotations", "meta.helm.sh/release-name") is not null
            ? Named("Helm release", Value(metadata, "annotations", "meta.helm.sh/release-name")) ?? "Helm"
            : null;

    // At most one owner is the controller: https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
    private static string? Controller(JsonObject metadata)
        => (metadata["ownerReferences"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(IsController) is { } controller ? $"{controller.Text("kind")} {controller.Text("name")}" : null;

    private static bool IsController(JsonObject owner) => owner["controller"] is JsonValue value && value.TryGetValue<bool>(out var yes) && yes;

    private static string? Named(string what, string? name) => string.IsNullOrEmpty(name) ? null : $"{what} {name}";

    private static string? Value(JsonObject metadata, string map, string key) => metadata.Part(map)?.Text(key);
}
