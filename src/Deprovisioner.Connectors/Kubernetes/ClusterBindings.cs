using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>
/// Reads all bindings of the cluster. No list can be asked for a subject, so all of it comes each time; never from the server's cache (<c>resourceVersion=0</c>), which may be old
/// (https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list): a read-back would show what was.
/// </summary>
internal sealed class ClusterBindings(ClusterClient client)
{
    /// <summary>What kubectl asks for at once.</summary>
    private const int PageSize = 500;

    /// <summary>A token lives for minutes: whoever needs longer for all pages, three times in a row, needs a faster server.</summary>
    private const int Beginnings = 3;

    public async Task<IReadOnlyList<Binding>> ReadAsync(CancellationToken cancellationToken)
        => [.. await ReadAsync(RbacApi.Bindings, BindingRef.Namespaced, cancellationToken), .. await ReadAsync(RbacApi.ClusterBindings, BindingRef.ClusterWide, cancellationToken)];

    private async Task<IReadOnlyList<Binding>> ReadAsync(string collection, string kind, CancellationToken cancellationToken)
    {
        for (var beginning = 0; beginning < Beginnings; beginning++)
        {
            if (await PagesAsync(collection, kind, cancellationToken) is { } all)
            {
                return all;
            }
        }

        throw new SystemFaultException(new Fault(Outcome.Transient, "http-410", $"The list of {collection} expires before all of it is read."));
    }

    /// <summary>Null: the list expired on the way. All pages are of one moment.</summary>
    private async Task<List<Binding>?> PagesAsync(string collection, string kind, CancellationToken cancellationToken)
    {
        var all = new List<Binding>();
        var next = "";
        while (true)
        {
            var path = $"{RbacApi.Path}/{collection}?limit={PageSize}" + (next.Length > 0 ? $"&continue={Uri.EscapeDataString(next)}" : "");
            if (await client.PageAsync(path, collection, cancellationToken) is not { } page)
            {
                return null;
            }

            var (items, following) = Read(page, collection, kind);
            all.AddRange(items);
            if (following.Length == 0)
            {
                return all;
            }

            // A page without an end would be asked for for ever.
            next = following != next ? following : throw new SystemFaultException(ClusterFaults.NotKubernetes(collection));
        }
    }

    private static (IReadOnlyList<Binding> Items, string Next) Read(JsonObject page, string collection, string kind)
        => page.Text("kind") == $"{kind}List" && page["items"] is JsonArray items && items.Select(Binding.Of).ToList() is var bindings && bindings.TrueForAll(binding => binding.Ref.Kind == kind)
            ? (bindings, page.Part("metadata")?.Text("continue") ?? "")
            : throw new SystemFaultException(ClusterFaults.NotKubernetes(collection));
}
