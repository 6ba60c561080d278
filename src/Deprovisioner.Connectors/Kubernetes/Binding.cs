using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>
/// A binding as the API has it (https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-binding-v1/). It is kept as the JSON that it came as, so that what later
/// versions add is written back with it.
/// </summary>
internal sealed class Binding
{
    private readonly JsonObject json;
    private readonly JsonObject metadata;

    private Binding(JsonObject json, JsonObject metadata, BindingRef reference, string role, string roleKind)
        => (this.json, this.metadata, Ref, Role, RoleKind) = (json, metadata, reference, role, roleKind);

    public BindingRef Ref { get; }

    /// <summary>The name of what is bound.</summary>
    public string Role { get; }

    /// <summary><c>Role</c> or <c>ClusterRole</c>.</summary>
    public string RoleKind { get; }

    /// <summary>All names of the kind User, each as often as it is there.</summary>
    public IEnumerable<string> Users => Subjects.Select(UserName).OfType<string>();

    /// <summary>Who puts back what is changed here; null: nobody.</summary>
    public string? Owner => BindingOwner.Of(metadata);

    /// <summary>What makes it anew some day; null: nothing.</summary>
    public string? Source => BindingOwner.SourceOf(metadata);

    public Entitlement Entitlement
        => new(Ref.Id, Ref.Namespace is { } space ? $"{RoleKind} {Role} in namespace {space} ({Ref.Kind} {Ref.Name})" : $"{RoleKind} {Role} in the whole cluster ({Ref.Kind} {Ref.Name})", Owner);

    private IEnumerable<JsonNode?> Subjects => json["subjects"] as JsonArray ?? [];

    /// <exception cref="SystemFaultException">It is none.</exception>
    public static Binding Of(JsonNode? item)
        => item is JsonObject json && (json["subjects"] is null or JsonArray)
            && json.Part("metadata") is { } metadata && metadata.Text("name") is { Length: > 0 } name && metadata.Text("uid") is { Length: > 0 } uid && metadata.Text("resourceVersion") is { Length: > 0 }
            && json.Part("roleRef") is { } role && role.Text("kind") is { Length: > 0 } roleKind && role.Text("name") is { Length: > 0 } roleName
                ? new Binding(json, metadata, new BindingRef(metadata.Text("namespace"), name, uid), roleName, roleKind)
                : throw new SystemFaultException(ClusterFaults.NotKubernetes("a binding"));

    public bool Names(string user) => Users.Contains(user, StringComparer.Ordinal);

    /// <summary>The whole binding without the user; everybody else is left as they are, in their order.</summary>
    public JsonObject Without(string user) => With(Subjects.Where(subject => UserName(subject) != user));

    /// <summary>The whole binding with the user once more.</summary>
    public JsonObject And(string user)
        => With(Subjects.Append(new JsonObject { ["kind"] = UserSubject.Kind, ["apiGroup"] = RbacApi.Group, ["name"] = user }));

    private JsonObject With(IEnumerable<JsonNode?> subjects)
    {
        var changed = json.DeepClone().AsObject();
        changed["subjects"] = new JsonArray([.. subjects.Select(subject => subject?.DeepClone())]);
        return changed;
    }

    // No group is that of RBAC, for a user: https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-binding-v1/#RoleBinding
    private static string? UserName(JsonNode? subject)
        => subject is JsonObject one && one.Text("kind") == UserSubject.Kind && (one.Text("apiGroup") is null or "" or RbacApi.Group) ? one.Text("name") : null;
}
