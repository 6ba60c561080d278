using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>Looks whether the API server is there and the credential may do what is asked of it, by the server's own judgement. Changes nothing.</summary>
internal sealed class KubernetesCheck(ClusterClient client, ClusterBindings bindings, KubernetesSettings settings)
{
    /// <summary>Each role is a question of its own, and a person waits.</summary>
    private const int MostRoles = 50;

    private static readonly string[] Verbs = ["list", "get", "update"];

    private readonly List<CheckFinding> findings = [];

    public async Task<SystemCheck> RunAsync(CancellationToken cancellationToken)
    {
        string? version = null;
        var fault = await SystemFaultException.OfAsync(async () => version = (await client.GetAsync("version", "its version", cancellationToken)).Text("gitVersion"));
        if (fault?.Code is Fault.Unreachable or Fault.TimedOut or Fault.Untrusted)
        {
            var reached = fault.Code == Fault.Untrusted;
            return new SystemCheck(reached, null, [new CheckFinding(reached ? "certificate" : "reachable", false, fault.Message)]);
        }

        Find("connection is private", settings.Endpoint.Scheme == Uri.UriSchemeHttps || settings.Endpoint.IsLoopback, "The token travels in clear text: use https.");
        Find("credential accepted", fault is null, fault?.Message);
        if (fault is null)
        {
            await MayChangeAsync(RbacApi.Bindings, cancellationToken);
            await MayChangeAsync(RbacApi.ClusterBindings, cancellationToken);
            await MayBindAsync(cancellationToken);
        }

        return new SystemCheck(true, version is null ? null : $"Kubernetes {version}", findings);
    }

    private async Task MayChangeAsync(string resource, CancellationToken cancellationToken)
    {
        var lacking = new List<string>();
        var fault = await SystemFaultException.OfAsync(async () =>
        {
            foreach (var verb in Verbs)
            {
                if (!await client.MayAsync(new AccessQuestion(verb, resource), cancellationToken))
                {
                    lacking.Add(verb);
                }
            }
        });
        Find($"may read and change {resource}", fault is null && lacking.Count == 0, fault?.Message ?? $"Allow {string.Join(", ", lacking)} on {resource} of {RbacApi.Group}.");
    }

    /// <summary>
    /// Whoever changes a binding in any way, also to take a subject away, needs the verb bind for its role, or all that the role allows
    /// (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#restrictions-on-role-binding-creation-or-update).
    /// </summary>
    private async Task MayBindAsync(CancellationToken cancellationToken)
    {
        var lacking = new List<string>();
        var fault = await SystemFaultException.OfAsync(async () =>
        {
            foreach (var (kind, space, name) in RolesOfPeople(await bindings.ReadAsync(cancellationToken)))
            {
                if (!await client.MayAsync(new AccessQuestion("bind", kind == "ClusterRole" ? "clusterroles" : "roles", space, name), cancellationToken))
                {
                    lacking.Add(space is null ? $"{kind} {name}" : $"{kind} {name} in {space}");
                }
            }
        });
        Find(
            "may change who has a role", fault is null && lacking.Count == 0,
            fault?.Message ?? $"Allow the verb bind on {string.Join(", ", lacking)}: else only whoever holds all that a role allows can change its bindings.");
    }

    private static IEnumerable<(string Kind, string? Namespace, string Name)> RolesOfPeople(IEnumerable<Binding> all)
        => all.Where(binding => binding.Owner is null && binding.Users.Any(user => !UserSubject.IsCritical(user)))
            .Select(binding => (binding.RoleKind, binding.Ref.Namespace, binding.Role)).Distinct().Take(MostRoles);

    private void Find(string subject, bool ok, string? remedy) => findings.Add(new CheckFinding(subject, ok, ok ? null : remedy));
}
