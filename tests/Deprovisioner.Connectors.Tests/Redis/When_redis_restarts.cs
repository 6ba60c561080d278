using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Redis;

/// <summary>A user is changed in memory; what a node has not written down is undone by its next start.</summary>
public sealed class When_redis_restarts
{
    [Theory]
    [InlineData(RedisUsersIn.AclFile)]
    [InlineData(RedisUsersIn.ConfigFile)]
    public async Task A_leaver_does_not_come_back(RedisUsersIn usersIn)
    {
        await using var server = await RedisServer.StartNew(usersIn);
        foreach (var name in new[] { "locked", "deleted" })
        {
            await server.Run("ACL", "SETUSER", name, "on", ">p", "~*", "+@all");
        }

        await server.Run(usersIn == RedisUsersIn.AclFile ? ["ACL", "SAVE"] : ["CONFIG", "REWRITE"]);
        var settings = RedisTarget.With([server.Address]);

        Assert.Equal((Outcome.Changed, null), (await settings.Run(StepAction.DisableAccount, "locked")).Ending());
        Assert.Equal((Outcome.Changed, null), (await settings.Run(StepAction.DeleteAccount, "deleted")).Ending());

        Assert.Contains("user locked off", server.Stored, StringComparison.Ordinal);
        await server.Restart();
        Assert.False(await server.LetsIn("locked", "p"));
        Assert.Null(await server.Line("deleted"));
    }

    [Fact]
    public async Task What_cannot_be_written_down_is_left_to_a_person_and_holds_until_then()
    {
        await using var memory = await RedisServer.StartNew(RedisUsersIn.Memory);
        await using var broken = await RedisServer.StartNew();
        broken.LoseFolder();
        foreach (var server in new[] { memory, broken })
        {
            await server.Run("ACL", "SETUSER", "ada", "on", ">p");
            var report = await RedisTarget.With([server.Address]).Run(StepAction.DisableAccount, "ada");

            Assert.Equal((Outcome.Changed, "follow-up"), report.Ending());
            Assert.Contains("restart", report.Message, StringComparison.Ordinal);
            Assert.False(await server.LetsIn("ada", "p"));
        }

        await using var host = RedisUsers.Host(RedisTarget.With([memory.Address]));
        Assert.Contains((await host.Check()).Findings, f => f is { Ok: false, Remedy: not null } && f.Subject.EndsWith("keeps its users", StringComparison.Ordinal));
    }
}
