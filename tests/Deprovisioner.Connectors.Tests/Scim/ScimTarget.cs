using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Scim;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Scim;

/// <summary>Users in groups and with a role, on a SCIM server that may be shared.</summary>
internal sealed class ScimTarget(ScimServer server) : ConformanceTarget
{
    private static int last;

    public override IConnectorKind Kind { get; } = new ScimKind();

    public override SystemSettings Settings => With(server.Url, server.Token);

    public override SystemSettings WithRefusedCredential => With(server.Url, RefusedSecret);

    public override SystemSettings Unreachable => With($"http://127.0.0.1:{LoopbackPort.Free()}/scim/v2", server.Token);

    public override (SystemSettings Settings, string Key) Misconfigured => (With(server.Url, $"two {RefusedSecret}"), "token");

    public override string Canary => "conformance-canary";

    public override async Task StartAsync()
    {
        var found = await server.GetAsync($"Users?filter=userName%20eq%20%22{Canary}%22");
        if (found!["totalResults"]!.GetValue<int>() == 0)
        {
            await server.AddUserAsync(Canary);
        }
    }

    public override async Task<string> NewAccountAsync(StepAction action)
    {
        var name = $"conformance-{Interlocked.Increment(ref last)}";
        var id = await server.AddUserAsync(name, user => user["roles"] = new JsonArray(new JsonObject { ["value"] = "admin", ["display"] = "Administrator" }));
        await server.AddGroupAsync($"{name}-group", id);
        return name;
    }

    private static SystemSettings With(string url, string token) => new()
    {
        Name = new SystemName("crm"),
        Connector = "scim",
        Values = new Dictionary<string, string> { ["url"] = url, ["token"] = token },
        Match = new AccountMatch(null, "person.userName"),
    };
}
