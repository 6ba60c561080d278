using Deprovisioner.Contracts;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Intake;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Testing;

namespace Deprovisioner.Storage.Tests.Telemetry;

/// <summary>What is counted of a transaction is what it changed, once.</summary>
[Collection(nameof(StorageServer))]
public sealed class CommittedWorkTests(StorageServer server) : IDisposable
{
    private readonly Measurements measured = new("Deprovisioner");

    public void Dispose() => measured.Dispose();

    [Fact]
    public async Task A_leavers_containment_and_completion_count_from_the_effective_time_and_a_repeated_report_counts_nothing()
    {
        await using var store = await Store.New(server, Organisation.Of([Organisation.System("crm")], Organisation.Stage("contain", StepAction.DisableAccount), Organisation.Stage("revoke", StepAction.RemoveEntitlements)));
        await store.Arrive(Organisation.Terminated("p1", urgent: true));
        store.Clock.Advance(TimeSpan.FromSeconds(7));
        var disabled = store.Reported(Assert.Single(await store.Claim()), Outcome.Changed);
        await store.Report("crm", disabled);
        await store.Report("crm", disabled);
        store.Clock.Advance(TimeSpan.FromSeconds(20));
        await store.Report("crm", store.Reported(Assert.Single(await store.Claim()), Outcome.Already));

        Assert.Equal(["kind=leaver 1"], measured.Sums("deprovisioner.sagas.opened"));
        Assert.Equal(["kind=leaver urgent=true 7"], measured.Sums("deprovisioner.time_to_contain"));
        Assert.Equal(["kind=leaver urgent=true 27"], measured.Sums("deprovisioner.time_to_complete"));
        Assert.Equal(["system=crm 27"], measured.Sums("deprovisioner.steps.wait"));
        Assert.Equal([$"{await store.Count("audit")}"], measured.Sums("deprovisioner.audit.appended"));
        Assert.Equal(["4"], measured.Sums("deprovisioner.commit.facts"));
        Assert.Equal(["0"], measured.Sums("deprovisioner.writer.waiting"));
    }

    [Fact]
    public async Task Attempts_that_come_to_nothing_failures_replays_and_gates_are_told_apart_by_system()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var sent = await store.Sent("p1");
        await store.Report("crm", store.Reported(sent[0], Outcome.Transient, "unreachable"));
        store.Clock.Advance(TimeSpan.FromMinutes(5));
        await store.Report("crm", store.Reported(Assert.Single(await store.Claim()), Outcome.Rejected, "ldap-50"));
        await store.Commit(new Fact.ActRequested(await Request(store, "replay", step: sent[0].StepId.Value)));
        await store.Commit(new Fact.ActRequested(await Request(store, "pause", system: "crm")));

        Assert.Equal(["outcome=transient system=crm 1"], measured.Sums("deprovisioner.steps.retried"));
        Assert.Equal(["action=disable-account outcome=rejected system=crm 1"], measured.Sums("deprovisioner.steps.failed"));
        Assert.Equal(["system=crm 1"], measured.Sums("deprovisioner.steps.replayed"));
        Assert.Equal(["gate=down system=crm 1", "gate=open system=crm 1", "gate=paused system=crm 1"], measured.Sums("deprovisioner.system.gate.changes"));
    }

    [Fact]
    public async Task Missed_deadlines_holds_quarantine_and_publishing_are_counted()
    {
        var unguarded = Organisation.Of([Organisation.System("crm")], Organisation.Stage("contain", StepAction.DisableAccount) with { Within = TimeSpan.FromHours(1) });
        await using var store = await Store.New(server, unguarded with { Guard = new GuardSettings { Window = TimeSpan.FromDays(1), MaxLeavers = 1 } });
        await store.Arrive(Organisation.Terminated("p1"));
        await store.Arrive(Organisation.Terminated("p2"));
        var invalid = new Fact.InvalidArrived(new HrEventParse.Invalid("not-utf-8", "It is no text.", null, null), "x"u8.ToArray(), store.Clock.Now);
        await store.Commit(invalid);
        await store.Commit(invalid);
        store.Clock.Advance(TimeSpan.FromHours(2));
        await store.Commit(new Fact.DeadlinesPassed(await store.Get<Deadlines>().Passed(default)));
        await store.Outbox.Publish((_, _) => Task.CompletedTask, default);

        Assert.Equal(["reason=guard 1"], measured.Sums("deprovisioner.holds.opened"));
        Assert.Equal(["kind=leaver urgent=false 2"], measured.Sums("deprovisioner.deadlines.missed"));
        Assert.Equal(["reason=not-utf-8 1"], measured.Sums("deprovisioner.events.quarantined"));
        Assert.Equal(await store.Count("outbox"), measured.All.Count(m => m.Instrument.Name == "deprovisioner.outbox.delay"));
        Assert.Contains(measured.All, m => m.Instrument.Name == "deprovisioner.outbox.delay" && m.Value >= 7200);
    }

    [Fact]
    public async Task A_retry_days_later_and_a_replay_are_sent_under_the_events_trace()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Commit(store.Arrived(Organisation.Terminated("p1")) with { TraceParent = Trace });
        var traces = new List<string?>();

        traces.Add(Assert.Single(await Sent(store, Outcome.Transient)).TraceParent);
        store.Clock.Advance(TimeSpan.FromDays(2));
        var failed = Assert.Single(await Sent(store, Outcome.Rejected));
        traces.Add(failed.TraceParent);
        await store.Commit(new Fact.ActRequested(await Request(store, "replay", step: failed.StepId.Value)));
        traces.Add(Assert.Single(await store.Claim()).TraceParent);

        Assert.Equal([Trace, Trace, Trace], traces);
    }

    private static async Task<IReadOnlyList<StepCommand>> Sent(Store store, Outcome outcome)
    {
        var sent = await store.Claim();
        await store.ReportEach([.. sent.Select(command => store.Reported(command, outcome, "some-code"))]);
        return sent;
    }

    private static async Task<long> Request(Store store, string kind, Guid? step = null, string? system = null)
        => long.Parse((await store.Rows(
            $"""
            insert into operator_acts (kind, saga_id, step_id, system, who, why, requested_at)
            select '{kind}', (select saga_id from steps where step_id = {Quoted(step?.ToString())}), {Quoted(step?.ToString())}, {Quoted(system)}, 'ann', 'because', now() returning act_id
            """))[0]);

    private static string Quoted(string? text) => text is null ? "null" : $"'{text}'";
}
