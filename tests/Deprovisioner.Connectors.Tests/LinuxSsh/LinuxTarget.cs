using System.Globalization;
using Deprovisioner.Connectors.LinuxSsh;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.LinuxSsh;

internal sealed class LinuxTarget(LinuxFixture fixture) : ConformanceTarget
{
    public override IConnectorKind Kind { get; } = new LinuxSshKind();

    public override SystemSettings Settings => With(fixture.Machine, ("removeHome", "true"));

    public override SystemSettings WithRefusedCredential => With(fixture.Machine, ("privateKey", fixture.Machine.EncryptedKey), ("passphrase", RefusedSecret));

    public override SystemSettings Unreachable => With(fixture.Machine, ("port", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)));

    public override (SystemSettings Settings, string Key) Misconfigured => (With(fixture.Machine, ("privateKey", $"-----BEGIN {RefusedSecret}-----")), "privateKey");

    public override string Canary => "canary";

    public static SystemSettings With(LinuxMachine machine, params (string Key, string Value)[] others)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = "127.0.0.1",
            ["port"] = machine.Port.ToString(CultureInfo.InvariantCulture),
            ["privateKey"] = machine.PrivateKey,
            ["hostKey"] = machine.HostKeys,
        };
        foreach (var (key, value) in others)
        {
            values[key] = value;
        }

        return new SystemSettings { Name = new SystemName("build-host"), Connector = "linux-ssh", Values = values, Match = new AccountMatch(null, "person.userName") };
    }

    public override async Task<string> NewAccountAsync(StepAction action)
    {
        var name = await fixture.NewAccount();
        if (action == StepAction.RevokeSessions)
        {
            await fixture.StartProcesses(name);
        }

        return name;
    }
}
