using System.Diagnostics;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Redis;

[Collection(nameof(RedisFixture))]
public sealed class When_the_credential_for_redis_lacks_rights(RedisFixture fixture)
{
    private static readonly string[] Documented =
        ["+acl|getuser", "+acl|list", "+acl|setuser", "+acl|deluser", "+acl|save", "+acl|dryrun", "+client|list", "+client|kill", "+client|setname", "+config|get", "+config|rewrite", "+info", "+ping"];

    [Fact]
    public async Task The_documented_rights_are_enough()
    {
        await using var target = new RedisTarget(fixture);
        var settings = await As(Documented);
        foreach (var action in target.Kind.Description.Actions.Except([StepAction.RestoreAccount]))
        {
            var report = await settings.Run(action, await target.NewAccountAsync(action));
            Assert.True(report is { Outcome: Outcome.Changed, Code: null }, $"{action}: {report.Outcome} {report.Code} {report.Message}");
        }

        await using var host = RedisUsers.Host(settings);
        var check = await host.Check();
        Assert.StartsWith("Redis ", check.Version, StringComparison.Ordinal);
        Assert.All(check.Findings, f => Assert.True(f.Ok, $"{f.Subject}: {f.Remedy}"));
    }

    [Fact]
    public async Task Sessions_that_cannot_be_seen_are_not_claimed_to_be_none()
    {
        await using var target = new RedisTarget(fixture);
        var settings = await As(Documented.Except(["+client|list"]));
        var name = await target.NewAccountAsync(StepAction.RevokeSessions);

        Assert.Null((await settings.Read(name))!.LiveSessions);
        Assert.Equal((Outcome.Unauthorized, "redis-noperm"), (await settings.Run(StepAction.RevokeSessions, name)).Ending());
    }

    [Theory]
    [InlineData("+acl|getuser", StepAction.DisableAccount)]
    [InlineData("+acl|setuser", StepAction.DisableAccount)]
    [InlineData("+acl|setuser", StepAction.RevokeCredentials)]
    [InlineData("+acl|deluser", StepAction.DeleteAccount)]
    [InlineData("+client|kill", StepAction.RevokeSessions)]
    public async Task A_missing_right_is_the_credentials_trouble_and_found_by_the_check(string missing, StepAction action)
    {
        await using var target = new RedisTarget(fixture);
        var settings = await As(Documented.Except([missing]));

        Assert.Equal((Outcome.Unauthorized, "redis-noperm"), (await settings.Run(action, await target.NewAccountAsync(action))).Ending());
        await using var host = RedisUsers.Host(settings);
        Assert.Contains((await host.Check()).Findings, f => !f.Ok && f.Remedy!.Contains(missing, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_may_not_be_written_down_is_left_to_a_person()
    {
        await using var target = new RedisTarget(fixture);
        var settings = await As(Documented.Except(["+acl|save"]));

        var report = await settings.Run(StepAction.DisableAccount, await target.NewAccountAsync(StepAction.DisableAccount));

        Assert.Equal((Outcome.Changed, "follow-up"), report.Ending());
    }

    [Fact]
    public async Task A_node_is_trusted_by_its_authority_and_by_no_other()
    {
        var address = $"127.0.0.1:{fixture.Server.TlsPort}";
        await using var trusting = RedisTarget.With([address], caFile: fixture.Server.Authority).Open();
        await using var doubting = RedisTarget.With([address], caFile: fixture.Server.OtherAuthority).Open();
        await using var plain = RedisTarget.With([fixture.Server.Address], caFile: fixture.Server.Authority).Open();

        Assert.Single(await trusting.FindAsync("canary", default));
        var fault = (await Assert.ThrowsAsync<SystemFaultException>(() => doubting.FindAsync("canary", default))).Fault;
        Assert.Equal((Outcome.Unauthorized, Fault.Untrusted), (fault.Outcome, fault.Code));
        await Assert.ThrowsAsync<SystemFaultException>(() => plain.FindAsync("canary", default));
    }

    [Fact]
    public async Task A_node_that_freezes_keeps_nobody_waiting_and_is_of_use_again_afterwards()
    {
        await using var server = await RedisServer.StartNew();
        await server.Run("ACL", "SETUSER", "ada", "on");
        var settings = RedisTarget.With([server.Address]) with { Limits = new SystemLimits { Timeout = TimeSpan.FromSeconds(1) } };
        await using var connector = settings.Open();
        await using var late = settings.Open();
        var before = (await connector.ReadAsync("ada", default))!;
        server.Freeze(true);
        try
        {
            foreach (var call in new Func<CancellationToken, Task>[]
            {
                token => connector.FindAsync("ada", token),
                token => late.FindAsync("ada", token),
                token => connector.ActAsync(new ActRequest { Action = StepAction.RevokeCredentials, Before = before, Facts = new Dictionary<string, string>() }, token),
            })
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
                var watch = Stopwatch.StartNew();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call(limit.Token));
                Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1.3), $"{watch.Elapsed}");
            }

            var silent = (await Assert.ThrowsAsync<SystemFaultException>(() => late.FindAsync("ada", default))).Fault;
            Assert.Equal((Outcome.Transient, Fault.Unreachable), (silent.Outcome, silent.Code));
        }
        finally
        {
            server.Freeze(false);
        }

        await Eventually.True("an answer", async () => (await connector.FindAsync("ada", default)).Count == 1);
    }

    private async Task<SystemSettings> As(IEnumerable<string> rules)
    {
        var name = fixture.NewName("admin");
        await fixture.Server.Run(["ACL", "SETUSER", name, "on", ">admin", .. rules]);
        return RedisTarget.With([fixture.Server.Address], name, "admin");
    }
}
