using System.Diagnostics.CodeAnalysis;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>Which binding. Its uid tells it from another one that was made anew under its name (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#uids).</summary>
/// <param name="Namespace">Null: a ClusterRoleBinding.</param>
internal sealed record BindingRef(string? Namespace, string Name, string Uid)
{
    public const string Namespaced = "RoleBinding";

    public const string ClusterWide = "ClusterRoleBinding";

    public string Kind => Namespace is null ? ClusterWide : Namespaced;

    /// <summary>The entitlement's id. None of its parts can hold a slash.</summary>
    public string Id => Namespace is null ? $"{ClusterWide}/{Name}/{Uid}" : $"{Namespaced}/{Namespace}/{Name}/{Uid}";

    /// <summary>For people.</summary>
    public string Text => Namespace is null ? $"{ClusterWide} {Name}" : $"{Namespaced} {Name} in namespace {Namespace}";

    /// <summary>Its address below the API server's.</summary>
    /// <exception cref="SystemFaultException">The address would be another one than is meant.</exception>
    public string Path => Namespace is null
        ? $"{RbacApi.Path}/clusterrolebindings/{Segment(Name)}"
        : $"{RbacApi.Path}/namespaces/{Segment(Namespace)}/rolebindings/{Segment(Name)}";

    /// <summary>Of an id as <see cref="Id"/> gives it.</summary>
    public static bool TryParse(string id, [NotNullWhen(true)] out BindingRef? binding)
    {
        binding = id.Split('/') switch
        {
            [ClusterWide, var name, var uid] => new BindingRef(null, name, uid),
            [Namespaced, var space, var name, var uid] => new BindingRef(space, name, uid),
            _ => null,
        };
        return binding is not null;
    }

    // What Kubernetes allows in a name that is to stand in a path, which a server of another make might not heed
    // (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names).
    private static string Segment(string name)
        => name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '%', '\\')
            ? throw new SystemFaultException(new Fault(Outcome.Rejected, "unsafe-name", "The binding's name cannot stand in an address without changing what it points to. Nothing was sent: use kubectl."))
            : Uri.EscapeDataString(name);
}
