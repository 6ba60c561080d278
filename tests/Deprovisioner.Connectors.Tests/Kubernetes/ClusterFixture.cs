namespace Deprovisioner.Connectors.Tests.Kubernetes;

/// <summary>One cluster for all tests but those of the wire: a real one where there is one. Bindings and users have names of their own.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private int last;

    internal ICluster Cluster { get; private set; } = null!;

    internal ClusterAdministrator Administrator { get; private set; } = null!;

    public string NewName(string purpose) => $"{purpose}-{Interlocked.Increment(ref last)}";

    public async Task InitializeAsync()
    {
        Cluster = RealCluster.IsHere ? await RealCluster.StartNew() : await FakeCluster.StartNew();
        Administrator = new ClusterAdministrator(Cluster);
        await Administrator.PrepareAsync();
        await Administrator.BindAsync("shop", "canary", "view", [ClusterAdministrator.User(KubernetesTarget.CanaryName)]);
    }

    public async Task DisposeAsync()
    {
        Administrator.Dispose();
        await Cluster.DisposeAsync();
    }
}

[CollectionDefinition(nameof(ClusterFixture))]
public sealed class ClusterGroup : ICollectionFixture<ClusterFixture>;
