using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>
/// What is done to bindings: one subject goes or comes back, by a write that counts only while nobody else has written. A binding is never deleted, also where nobody is left in it: what it
/// binds cannot be changed later (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding), and one made anew would be another. An empty one gives nobody anything.
/// </summary>
internal sealed class BindingChanges(ClusterClient client)
{
    /// <summary>More writers at the same moment than a binding ever has.</summary>
    private const int Tries = 5;

    public Task RemoveAsync(string user, ActRequest request, CancellationToken cancellationToken)
    {
        var going = request.Before.Entitlements.Where(e => e.Owner is null && request.OnlyEntitlements?.Contains(e.Id) is not false);
        return Independently.DoAsync(going.Select(e => (Func<Task>)(() => RemoveAsync(user, Of(e.Id), request.FollowUp, cancellationToken))));
    }

    public Task RestoreAsync(string user, ActRequest request, AccountSnapshot snapshot, CancellationToken cancellationToken)
    {
        var missing = snapshot.Entitlements.Except(request.Before.Entitlements.Select(e => e.Id), StringComparer.Ordinal);
        return Independently.DoAsync(missing.Select(id => (Func<Task>)(() => RestoreAsync(user, Of(id), cancellationToken))));
    }

    private async Task RemoveAsync(string user, BindingRef at, Action<string> followUp, CancellationToken cancellationToken)
    {
        string? source = null;
        await ChangeAsync(
            at,
            binding =>
            {
                var named = binding.Names(user);
                source = named ? binding.Source : null;
                return named ? binding.Without(user) : null;
            },
            cancellationToken);
        if (source is not null)
        {
            followUp($"{at.Text} comes from {source}, whose next upgrade may put {user} back: take the name out there too.");
        }
    }

    private async Task RestoreAsync(string user, BindingRef at, CancellationToken cancellationToken)
    {
        if (!await ChangeAsync(at, binding => binding.Names(user) ? null : binding.And(user), cancellationToken))
        {
            throw new SystemFaultException(new Fault(Outcome.Rejected, "binding-gone", $"{at.Text} was deleted, or made anew, since the access was taken away: bind the role by hand if it is still due."));
        }
    }

    /// <param name="change">Gives the binding as it shall be; null: it is so.</param>
    /// <returns>False: there is no such binding any more.</returns>
    private async Task<bool> ChangeAsync(BindingRef at, Func<Binding, JsonObject?> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            if (await client.FindAsync(at, cancellationToken) is not { } binding || binding.Ref.Uid != at.Uid)
            {
                return false;
            }

            // A proxy that unescapes what it passes on makes another one of a name.
            if (binding.Ref != at)
            {
                throw new SystemFaultException(ClusterFaults.NotKubernetes("a binding (it shows another one)"));
            }

            if (change(binding) is not { } changed || await client.ReplaceAsync(at, changed, cancellationToken))
            {
                return true;
            }
        }

        throw new SystemFaultException(new Fault(Outcome.Transient, "http-409", $"{at.Text} was changed by somebody else each time it was to be written."));
    }

    private static BindingRef Of(string id)
        => BindingRef.TryParse(id, out var binding) ? binding : throw new SystemFaultException(new Fault(Outcome.Rejected, "bad-snapshot", "The snapshot does not say which binding it was."));
}
