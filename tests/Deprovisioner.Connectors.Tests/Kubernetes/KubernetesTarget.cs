using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Kubernetes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Kubernetes;

internal sealed class KubernetesTarget(ClusterFixture fixture) : ConformanceTarget
{
    public const string CanaryName = "canary@example.test";

    public override IConnectorKind Kind { get; } = new KubernetesKind();

    public override SystemSettings Settings => With(fixture.Cluster);

    public override SystemSettings WithRefusedCredential => With(fixture.Cluster, RefusedSecret);

    public override SystemSettings Unreachable => With($"http://127.0.0.1:{LoopbackPort.Free()}");

    public override (SystemSettings Settings, string Key) Misconfigured => (With($"http://{RefusedSecret}@127.0.0.1"), "url");

    public override string Canary => CanaryName;

    public static SystemSettings With(ICluster cluster, string token = ICluster.OperatorToken, params (string Key, string Value)[] values)
        => With(cluster.Url, token, cluster.Authority is { } authority ? [("caFile", authority), .. values] : values);

    public static SystemSettings With(string url, string token = ICluster.OperatorToken, params (string Key, string Value)[] values)
    {
        var all = new Dictionary<string, string> { ["url"] = url, ["token"] = token };
        foreach (var (key, value) in values)
        {
            all[key] = value;
        }

        return new SystemSettings { Name = new SystemName("shop-cluster"), Connector = "kubernetes", Values = all, Match = new AccountMatch(null, "person.mail") };
    }

    public override async Task<string> NewAccountAsync(StepAction action)
    {
        var name = fixture.NewName("leaver") + "@example.test";
        await fixture.Administrator.BindAsync("shop", fixture.NewName("team:a b"), "edit", [ClusterAdministrator.Group("everybody"), ClusterAdministrator.User(name)]);
        await fixture.Administrator.BindAsync(null, fixture.NewName("viewers"), "view", [ClusterAdministrator.User(name), ClusterAdministrator.User(CanaryName)]);
        if (action == StepAction.RestoreAccount)
        {
            // Stays, so that whoever was stripped is still found by name, as the tests have it. Restoring somebody with nothing left is a test of our own.
            await fixture.Administrator.BindAsync("shop", fixture.NewName("kept"), "view", [ClusterAdministrator.User(name)], Owned());
        }

        return name;
    }

    /// <summary>Of a binding that something else puts back.</summary>
    public static JsonObject Owned() => new() { ["annotations"] = new JsonObject { ["argocd.argoproj.io/tracking-id"] = "shop-access:rbac.authorization.k8s.io/RoleBinding:shop/any" } };
}
