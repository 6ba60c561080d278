using Deprovisioner.Connectors.Postgres;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Connectors.Tests.Postgres;

internal sealed class PostgresTarget(PostgresFixture fixture) : ConformanceTarget
{
    public const string Password = "leaver-password";

    private readonly List<NpgsqlConnection> sessions = [];

    public override IConnectorKind Kind { get; } = new PostgresKind();

    public override SystemSettings Settings => With(fixture.Server.ConnectionString());

    public override SystemSettings WithRefusedCredential => With(fixture.Server.ConnectionString(password: RefusedSecret));

    public override SystemSettings Unreachable
        => With(new NpgsqlConnectionStringBuilder(fixture.Server.ConnectionString()) { Port = LoopbackPort.Free() }.ConnectionString);

    public override (SystemSettings Settings, string Key) Misconfigured => (With($"Host=127.0.0.1;{RefusedSecret}=x"), "connection");

    public override string Canary => "canary";

    public static SystemSettings With(string connection) => new()
    {
        Name = new SystemName("warehouse"),
        Connector = "postgres",
        Values = new Dictionary<string, string> { ["connection"] = connection, ["reassignOwnedTo"] = "role:archive" },
        Match = new AccountMatch(null, "person.userName"),
    };

    public override async Task<string> NewAccountAsync(StepAction action)
    {
        var name = fixture.NewName("leaver");
        await fixture.Server.Execute($"create role {name} login password '{Password}' in role readers; grant writers to {name} with admin option");
        if (action == StepAction.RevokeSessions)
        {
            var session = new NpgsqlConnection(fixture.Server.ConnectionString(user: name, password: Password) + ";Pooling=false");
            await session.OpenAsync();
            sessions.Add(session);
        }

        if (action == StepAction.TransferData)
        {
            await fixture.Server.Execute($"create table t_{name} (x int); alter table t_{name} owner to {name}");
        }

        return name;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var session in sessions)
        {
            await session.DisposeAsync();
        }

        await base.DisposeAsync();
    }
}
