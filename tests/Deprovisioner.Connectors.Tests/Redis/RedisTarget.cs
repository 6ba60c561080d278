using Deprovisioner.Connectors.Redis;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Redis;

internal sealed class RedisTarget(RedisFixture fixture) : ConformanceTarget
{
    public const string Password = "leaver-password";

    private readonly List<ServerProcess> sessions = [];

    public override IConnectorKind Kind { get; } = new RedisKind();

    public override SystemSettings Settings => With([fixture.Server.Address]);

    public override SystemSettings WithRefusedCredential => With([fixture.Server.Address], password: RefusedSecret);

    public override SystemSettings Unreachable => With([$"127.0.0.1:{LoopbackPort.Free()}"]);

    public override (SystemSettings Settings, string Key) Misconfigured => (With([$"user:{RefusedSecret}@127.0.0.1"]), "nodes.0");

    public override string Canary => "canary";

    public static SystemSettings With(IEnumerable<string> nodes, string user = "default", string password = RedisServer.Password, string? caFile = null)
    {
        var values = nodes.Select((node, i) => KeyValuePair.Create($"nodes.{i}", node)).Append(KeyValuePair.Create("user", user)).Append(KeyValuePair.Create("password", password)).ToDictionary();
        if (caFile is not null)
        {
            values["caFile"] = caFile;
        }

        return new() { Name = new SystemName("cache"), Connector = "redis", Values = values, Match = new AccountMatch(null, "person.userName") };
    }

    public override async Task<string> NewAccountAsync(StepAction action)
    {
        var name = fixture.NewName("leaver");
        await fixture.Server.Run("ACL", "SETUSER", name, "on", $">{Password}", "~app:*", "~cache:*", "&news", "+@read", "-get", "+set", "+blpop", "+acl|whoami", "~nothing");
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
