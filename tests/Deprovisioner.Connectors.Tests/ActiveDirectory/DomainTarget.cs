using System.Globalization;
using Deprovisioner.Connectors.ActiveDirectory;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.ActiveDirectory;

/// <summary>People with a password and in groups, on a domain controller that may be shared.</summary>
internal sealed class DomainTarget(SambaDomainController server) : ConformanceTarget
{
    private static int last;

    public override IConnectorKind Kind { get; } = new ActiveDirectoryKind();

    public override SystemSettings Settings => Of();

    public override SystemSettings WithRefusedCredential => Of(("password", RefusedSecret));

    public override SystemSettings Unreachable => Of(("url", $"ldaps://127.0.0.1:{LoopbackPort.Free()}"));

    public override (SystemSettings Settings, string Key) Misconfigured => (Of(("ticketLifetime", RefusedSecret)), "ticketLifetime");

    public override string Canary => "conformance-canary";

    public override async Task StartAsync()
    {
        if ((await server.Values(Canary, "cn")).Count == 0)
        {
            await server.AddAccount(Canary);
        }
    }

    public override async Task<string> NewAccountAsync(StepAction action)
    {
        var name = $"conform-{Interlocked.Increment(ref last).ToString(CultureInfo.InvariantCulture)}";
        var dn = await server.AddAccount(name);
        await server.AddGroup($"{name}-one", dn);
        await server.AddGroup($"{name}-two", dn);
        return name;
    }

    private SystemSettings Of(params (string Key, string Value)[] settings) => Domains.Settings(server, "sAMAccountName", [("baseDn", SambaDomainController.PeopleDn), ("groups.baseDn", SambaDomainController.GroupsDn), .. settings]);
}
