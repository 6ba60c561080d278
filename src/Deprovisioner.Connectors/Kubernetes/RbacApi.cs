namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>Where bindings are (https://kubernetes.io/docs/reference/access-authn-authz/rbac/).</summary>
internal static class RbacApi
{
    public const string Group = "rbac.authorization.k8s.io";

    public const string Path = $"apis/{Group}/v1";

    public const string Bindings = "rolebindings";

    public const string ClusterBindings = "clusterrolebindings";
}
