using Deprovisioner.Connectors.RabbitMq;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;
using RabbitMQ.Client;

namespace Deprovisioner.Connectors.Tests.RabbitMq;

internal sealed class RabbitMqTarget(RabbitMqFixture fixture) : ConformanceTarget
{
    public const string CanaryName = "canary";

    /// <summary>A name that an address has to escape.</summary>
    public const string SecondHost = "orders/eu:1";

    private readonly List<IConnection> connections = [];

    public override IConnectorKind Kind { get; } = new RabbitMqKind();

    public override SystemSettings Settings => With(fixture.Administrator.Url);

    public override SystemSettings WithRefusedCredential => With(fixture.Administrator.Url, password: RefusedSecret);

    public override SystemSettings Unreachable => With($"http://127.0.0.1:{LoopbackPort.Free()}");

    public override (SystemSettings Settings, string Key) Misconfigured => (With($"http://{RefusedSecret}@127.0.0.1"), "url");

    public override string Canary => CanaryName;

    public static SystemSettings With(string url, string user = BrokerAdministrator.Operator, string password = BrokerAdministrator.OperatorPassword) => new()
    {
        Name = new SystemName("broker"),
        Connector = "rabbitmq",
        Values = new Dictionary<string, string> { ["url"] = url, ["user"] = user, ["password"] = password },
        Match = new AccountMatch(null, "person.userName"),
    };

    public override async Task<string> NewAccountAsync(StepAction action)
    {
        var name = fixture.NewName("leaver");
        await fixture.Administrator.AddUserAsync(name, ["management", "team-a"]);
        await fixture.Administrator.PermitAsync("/", name);
        await fixture.Administrator.PermitAsync(SecondHost, name, configure: "^$", write: "^orders\\.", read: ".*");
        if (action == StepAction.RevokeSessions)
        {
            connections.Add(await fixture.Administrator.ConnectAsync(name));
        }

        return name;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }

        await base.DisposeAsync();
    }
}
