using Deprovisioner.Contracts;

namespace Deprovisioner.Storage.Tests.Writing;

[Collection(nameof(StorageServer))]
public sealed class ReportTests(StorageServer server)
{
    [Fact]
    public async Task When_all_steps_are_reported_the_saga_is_completed_and_says_so_once()
    {
        await using var store = await Store.New(server);
        var commands = await store.Sent("p1");

        foreach (var command in commands)
        {
            await store.ReportEach(store.Reported(command, Outcome.Changed));
        }

        Assert.Equal(["completed True True"], await store.Rows("select status, contained_at is not null, completed_at is not null from sagas"));
        Assert.Equal(["deprovisioning.started.v1", "deprovisioning.stage-completed.v1", "deprovisioning.completed.v1"], await store.Rows("select type from outbox order by outbox_id"));
        Assert.Equal([], await store.Faults());
    }

    [Theory]
    [InlineData(Outcome.Changed)]
    [InlineData(Outcome.Rejected)]
    [InlineData(Outcome.Transient)]
    [InlineData(Outcome.Throttled)]
    [InlineData(Outcome.Unauthorized)]
    [InlineData(Outcome.Accepted)]
    public async Task A_redelivered_report_changes_nothing(Outcome outcome)
    {
        await using var store = await Store.New(server);
        var command = (await store.Sent("p1"))[0];
        var report = store.Reported(command, outcome, "unreachable", "Nobody there.") with
        {
            Evidence = [new AccountEvidence("u1", "ada", new Dictionary<string, string> { ["enabled"] = "true" }, null)],
            Snapshots = [new AccountSnapshot("u1", "ada", true, ["admins"], new Dictionary<string, string>())],
        };
        var first = await store.Report("crm", report);
        var before = await store.Everything();

        var again = await store.Report("crm", report, report);
        store.Clock.Advance(TimeSpan.FromMinutes(5));
        await store.Report("crm", report);

        Assert.Equal("1 of 1 reports counted.", first.Reason);
        Assert.Equal("0 of 2 reports counted.", again.Reason);
        Assert.Equal(before, await store.Everything());
    }

    [Fact]
    public async Task A_host_cannot_report_for_a_step_of_another_system()
    {
        await using var store = await Store.New(server);
        var command = (await store.Sent("p1"))[0];
        var before = await store.Everything();

        var answer = await store.Report("elsewhere", store.Reported(command, Outcome.Changed));

        Assert.Equal("0 of 1 reports counted.", answer.Reason);
        Assert.Equal(before, await store.Everything());
    }

    [Fact]
    public async Task An_old_refusal_that_comes_again_does_not_shut_a_system_that_was_opened_since()
    {
        await using var store = await Store.New(server);
        var command = (await store.Sent("p1")).First(c => c.TraceParent is null);
        var refused = store.Reported(command, Outcome.Unauthorized, "http-401");
        var system = (await store.Rows($"select system from steps where step_id = '{command.StepId}'"))[0];
        await store.Report(system, refused);
        Assert.Equal("unauthorized", (await store.Rows($"select gate from systems where system = '{system}'"))[0]);
        store.Clock.Advance(TimeSpan.FromMinutes(2));
        var probe = (await store.Claim()).Single(c => c.StepId == command.StepId);
        await store.Report(system, store.Reported(probe, Outcome.Changed));

        await store.Report(system, refused);

        Assert.Equal(["open"], await store.Rows($"select gate from systems where system = '{system}'"));
    }

    [Fact]
    public async Task Reports_of_ten_steps_end_alike_however_they_are_grouped()
    {
        const int seed = 20260302;
        var random = new Random(seed);
        string? expected = null;
        for (var round = 0; round < 6; round++)
        {
            await using var store = await Store.New(server, Organisation.Of([.. Enumerable.Range(0, 10).Select(i => $"s{i}")]));
            await using var replica = store.Replica();
            var commands = (await store.Sent("p1")).ToArray();
            Assert.Equal(10, commands.Length);
            random.Shuffle(commands);
            var groups = round == 0 ? [.. commands.Select(c => new[] { c })] : commands.Chunk(random.Next(1, 11)).ToList();

            await Task.WhenAll(groups.Select((group, i) => (i % 2 == 0 ? store : replica).ReportEach([.. group.Select(c => store.Reported(c, Outcome.Changed))])));

            var end = string.Join('\n', [
                .. await store.Rows("select status, completed_at is not null, audit_seq from sagas"),
                .. await store.Rows("select ordinal, status, outcome, sends, failures, settled_at is not null from steps order by ordinal"),
                .. await store.Rows("select type, count(*) from audit group by type order by type"),
                .. await store.Rows("select type, count(*) from outbox group by type order by type")]);
            Assert.Equal(expected ??= end, end);
            Assert.Contains("completed True 14", end, StringComparison.Ordinal);
            Assert.Equal([], await store.Faults());
        }
    }

    [Fact]
    public async Task What_a_target_says_is_recorded_even_where_PostgreSQL_cannot_hold_it()
    {
        await using var store = await Store.New(server);
        var command = (await store.Sent("p1"))[0];
        var attributes = new Dictionary<string, string> { ["a\0"] = "b\0c" };
        var snapshot = new AccountSnapshot("u\0", "\ud800", true, ["g\0"], attributes);

        var answer = await store.Report("crm", store.Reported(command, Outcome.Changed, new string('c', 5000) + "\0", "no\0 \udc00") with
        {
            Evidence = [new AccountEvidence("u\0", "ada\0", attributes, attributes), new AccountEvidence(new string('x', 9000), "long", attributes, null), new AccountEvidence("u1", "fine", attributes, null)],
            Snapshots = [snapshot, snapshot],
        });

        Assert.Equal("1 of 1 reports counted.", answer.Reason);
        Assert.Equal(["succeeded no\uFFFD \uFFFD 100"], await store.Rows($"select status, message, length(code) from steps where step_id = '{command.StepId}'"));
        Assert.Equal(["u\uFFFD b\uFFFDc"], await store.Rows($"select k, v -> 'attributes' ->> 'a\uFFFD' from steps, jsonb_each(snapshots) as s(k, v) where step_id = '{command.StepId}'"));
        Assert.Equal(["u1"], await store.Rows("select account_id from known_accounts"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task The_first_snapshot_of_an_account_is_kept_when_a_later_attempt_sees_it_changed()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var none = new Dictionary<string, string>();
        var first = (await store.Sent("p1"))[0];
        await store.Report("crm", store.Reported(first, Outcome.Transient, "reset") with { Snapshots = [new AccountSnapshot("u1", "ada", true, ["admins"], none)] });
        store.Clock.Advance(TimeSpan.FromMinutes(5));
        var second = Assert.Single(await store.Claim());

        await store.Report("crm", store.Reported(second, Outcome.Changed) with { Snapshots = [new AccountSnapshot("u1", "ada", false, [], none), new AccountSnapshot("u2", "adm", true, [], none)] });

        Assert.Equal(["u1 true", "u2 true"], await store.Rows("select k, v ->> 'enabled' from steps, jsonb_each(snapshots) as s(k, v) order by 1"));
    }
}
