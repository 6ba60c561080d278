using Deprovisioner.Connectors.MySql;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.MySql;

internal sealed class MariaDbTarget(MariaDbFixture fixture) : ConformanceTarget
{
    public const string Password = "leaver-password";

    private readonly List<ServerProcess> sessions = [];

    public override IConnectorKind Kind { get; } = new MySqlKind(ServerDialect.MariaDb);

    public override SystemSettings Settings => With(fixture.Server.ConnectionString());

    public override SystemSettings WithRefusedCredential => With(fixture.Server.ConnectionString(password: RefusedSecret));

    public override SystemSettings Unreachable => With($"Server=127.0.0.1;Port={LoopbackPort.Free()};User ID=root;Password=x");

    public override (SystemSettings Settings, string Key) Misconfigured => (With($"Server=127.0.0.1;{RefusedSecret}=x"), "connection");

    public override string Canary => "canary";

    public static SystemSettings With(string connection, string? caFile = null)
    {
        var values = new Dictionary<string, string> { ["connection"] = connection };
        if (caFile is not null)
        {
            values["caFile"] = caFile;
        }

        return new() { Name = new SystemName("orders"), Connector = "mariadb", Values = values, Match = new AccountMatch(null, "person.userName") };
    }

    public override async Task<string> NewAccountAsync(StepAction action)
    {
        var name = fixture.NewName("leaver");
        await fixture.Server.Run($"""
            create user {name}@'%' identified by '{Password}', {name}@localhost identified by '{Password}';
            grant readers to {name}@'%'; grant writers to {name}@localhost with admin option; grant select on shop.* to {name}@'%', {name}@localhost;
            """);
        if (action == StepAction.RevokeSessions)
        {
            sessions.Add(await fixture.Server.Session(name, Password));
        }

        return name;
    }

    public override async ValueTask DisposeAsync()
    {
        sessions.ForEach(session => session.Dispose());
        await base.DisposeAsync();
    }
}
