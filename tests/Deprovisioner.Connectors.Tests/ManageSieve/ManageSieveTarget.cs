using System.Globalization;
using Deprovisioner.Connectors.ManageSieve;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.ManageSieve;

internal sealed class ManageSieveTarget(ManageSieveFixture fixture) : ConformanceTarget
{
    public const string CanaryMailbox = "canary@example.test";

    public const string Forward = "redirect \"private@elsewhere.test\";\r\n";

    public override IConnectorKind Kind { get; } = new ManageSieveKind();

    public override SystemSettings Settings => With(fixture.Server.Port);

    public override SystemSettings WithRefusedCredential => With(fixture.Server.Port, password: RefusedSecret);

    public override SystemSettings Unreachable => With(LoopbackPort.Free());

    public override (SystemSettings Settings, string Key) Misconfigured => (With(fixture.Server.Port, startTls: RefusedSecret), "startTls");

    public override string Canary => CanaryMailbox;

    public override bool Lists => false;

    public static SystemSettings With(int port, string password = DovecotServer.Password, string? startTls = "none", string? caFile = null, string? canary = null, string host = "127.0.0.1")
    {
        var values = new Dictionary<string, string>
        {
            ["host"] = host,
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["user"] = DovecotServer.Administrator,
            ["password"] = password,
        };
        foreach (var (key, value) in new[] { ("startTls", startTls), ("caFile", caFile) })
        {
            if (value is not null)
            {
                values[key] = value;
            }
        }

        return new() { Name = new SystemName("mail"), Connector = "managesieve", Values = values, Match = new AccountMatch(null, "person.email"), Canary = canary };
    }

    public override Task<string> NewAccountAsync(StepAction action) => fixture.NewMailbox(Forward, "everything");
}
