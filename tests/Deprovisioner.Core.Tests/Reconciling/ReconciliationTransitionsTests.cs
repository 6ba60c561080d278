using Deprovisioner.Contracts;
using Deprovisioner.Core.Reconciling;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Reconciling;

public sealed class ReconciliationTransitionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly Act Ann = new("ann", "audit");
    private static readonly ListFault Fault = (outcome, code) => new ListingFault(outcome, code, "It said so.");

    private delegate ListingFault ListFault(Outcome outcome, string code);

    [Fact]
    public void A_list_that_was_read_to_its_end_is_complete_and_tells_what_it_found()
    {
        var run = Read(Read(Begun(), 1, "c1", Accounts(3), Orphan("o1")), 2, null, [Canary(), Orphan("o2")], elsewhere: new(Orphans: 1));

        Assert.Equal((ReconciliationStatus.Complete, 2, 6, 2, 1), (run.Status, run.Listed.Pages, run.Listed.Accounts, run.Found.Orphans, run.Listed.Canaries));
        Assert.Equal((null, null, Now), (run.AskAt, run.Cursor, run.FinishedAt));
    }

    [Fact]
    public void Begin_and_end_are_recorded_with_counts_and_pages_are_not()
    {
        var begun = ReconciliationTransitions.Begin(new ReconciliationId(Guid.Empty), new SystemName("crm"), Ann, shrunkIsRight: false, Now);
        Assert.Equal(("reconciliation-begun", "ann", "audit"), (begun.Audit!.Type, (string?)begun.Audit.Facts["who"], (string?)begun.Audit.Facts["why"]));
        var first = ReconciliationTransitions.Read(begun.Run, 1, [Canary()], "c1", new(), Expecting(), Now);
        Assert.Null(first.Audit);
        var last = ReconciliationTransitions.Read(first.Run, 2, [Orphan("o1")], null, new(), Expecting(), Now);
        Assert.Equal(("reconciliation-ended", "complete", 2, 1), (last.Audit!.Type, (string?)last.Audit.Facts["status"], (int?)last.Audit.Facts["accounts"], (int?)last.Audit.Facts["orphans"]));
        Assert.DoesNotContain("o1", last.Audit.Facts.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_list_is_inconclusive()
    {
        var run = Read(Begun(), 1, null, [], canary: false);
        Assert.Equal((ReconciliationStatus.Inconclusive, InconclusiveReason.EmptyList), (run.Status, run.Reason));
    }

    [Fact]
    public void A_list_without_the_canary_is_inconclusive_and_what_was_seen_stays()
    {
        var run = Read(Begun(), 1, null, [.. Accounts(20), Orphan("o1")]);
        Assert.Equal((ReconciliationStatus.Inconclusive, InconclusiveReason.CanaryNotListed, 1), (run.Status, run.Reason, run.Found.Orphans));
        Assert.Equal(ReconciliationStatus.Complete, Read(Begun(), 1, null, Accounts(20), canary: false).Status);
    }

    [Theory]
    [InlineData(100, 50, true)]
    [InlineData(100, 49, false)]
    [InlineData(15, 6, true)]
    [InlineData(15, 5, false)]
    [InlineData(9, 1, true)]
    [InlineData(20, 10, true)]
    [InlineData(null, 1, true)]
    public void A_list_with_less_than_half_of_the_last_one_and_ten_fewer_is_inconclusive(int? last, int now, bool complete)
    {
        var run = Read(Begun(), 1, null, [.. Accounts(now - 1), Canary()], last: last);
        Assert.Equal(complete ? ReconciliationStatus.Complete : ReconciliationStatus.Inconclusive, run.Status);
        Assert.Equal(complete ? null : InconclusiveReason.ListShrank, run.Reason);
    }

    [Fact]
    public void A_shrunk_list_that_somebody_vouches_for_is_complete_but_not_an_empty_one()
    {
        Assert.Equal(ReconciliationStatus.Complete, Read(Begun(shrunkIsRight: true), 1, null, [Canary()], last: 100).Status);
        Assert.Equal(InconclusiveReason.EmptyList, Read(Begun(shrunkIsRight: true), 1, null, [], last: 100).Reason);
    }

    [Theory]
    [InlineData(Outcome.Unauthorized)]
    [InlineData(Outcome.Rejected)]
    [InlineData(Outcome.Ambiguous)]
    public void A_fault_that_does_not_pass_ends_it_without_a_conclusion(Outcome outcome)
    {
        var run = Fail(Read(Begun(), 1, "c1", [Orphan("o1")]), 2, Fault(outcome, "http-403"));
        Assert.Equal((ReconciliationStatus.Inconclusive, InconclusiveReason.Fault, 1), (run.Status, run.Reason, run.Found.Orphans));
        Assert.Contains("http-403", run.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_passing_fault_is_tried_again_for_half_a_minute_from_the_same_cursor_and_a_page_forgives()
    {
        var run = Read(Begun(), 1, "c1");
        foreach (var pause in new[] { 2, 4, 8, 16 })
        {
            run = Fail(run, run.Page, Fault(Outcome.Transient, "unreachable"));
            Assert.Equal((ReconciliationStatus.Running, "c1", Now.AddSeconds(pause)), (run.Status, run.Cursor, run.AskAt));
        }

        Assert.Equal(InconclusiveReason.Fault, Fail(run, run.Page, Fault(Outcome.Transient, "unreachable")).Reason);
        var forgiven = Read(run, run.Page, "c2");
        Assert.Equal((ReconciliationStatus.Running, Now.AddSeconds(2)), (forgiven.Status, Fail(forgiven, forgiven.Page, Fault(Outcome.Transient, "unreachable")).AskAt));
    }

    [Fact]
    public void A_throttle_is_waited_for_and_costs_no_try()
    {
        var run = Begun();
        for (var page = 1; page <= 20; page++)
        {
            run = Fail(run, page, new ListingFault(Outcome.Throttled, "http-429", "Later.", Now.AddMinutes(3)));
            Assert.Equal((ReconciliationStatus.Running, Now.AddMinutes(3)), (run.Status, run.AskAt));
        }
    }

    [Fact]
    public void An_expired_cursor_begins_the_list_anew_once_and_keeps_what_was_found()
    {
        var anew = Fail(Read(Begun(), 1, "c1", [Orphan("o1"), Canary()]), 2, Fault(Outcome.Rejected, ListingFault.CursorExpired));
        Assert.Equal((ReconciliationStatus.Running, null, 3, 0, 1), (anew.Status, anew.Cursor, anew.Page, anew.Listed.Accounts, anew.Found.Orphans));
        var again = Fail(Read(anew, 3, "c2", [Orphan("o1")]), 4, Fault(Outcome.Rejected, ListingFault.CursorExpired));
        Assert.Equal(InconclusiveReason.CursorExpired, again.Reason);

        // The canary of the list that broke off does not vouch for the one that was read.
        Assert.Equal(InconclusiveReason.CanaryNotListed, Read(anew, 3, null, [Orphan("o1")]).Reason);
    }

    [Fact]
    public void An_answer_to_another_page_than_the_one_asked_for_changes_nothing()
    {
        var run = Read(Begun(), 1, "c1");
        foreach (var page in new[] { 0, 1, 3, 99 })
        {
            var late = ReconciliationTransitions.Read(run, page, [Orphan("o1")], null, new(), Expecting(), Now);
            Assert.Equal((run, true), (late.Run, late.Refusal is not null));
            Assert.Null(late.Seen);
            Assert.Equal(run, ReconciliationTransitions.Failed(run, page, Fault(Outcome.Rejected, "x"), Now).Run);
        }
    }

    [Fact]
    public void What_is_over_takes_nothing_more()
    {
        Reconciliation[] over = [Read(Begun(), 1, null, [Canary()]), Read(Begun(), 1, null), ReconciliationTransitions.Cancel(Begun(), Ann, Now).Run, ReconciliationTransitions.Stalled(Begun(), "x", Now).Run];
        Assert.Equal(
            [ReconciliationStatus.Complete, ReconciliationStatus.Inconclusive, ReconciliationStatus.Cancelled, ReconciliationStatus.Inconclusive], over.Select(run => run.Status));
        Assert.All(over, run =>
        {
            ReconciliationDecision[] decisions =
            [
                ReconciliationTransitions.Read(run, run.Page, [Orphan("o1")], null, new(), Expecting(), Now), ReconciliationTransitions.Failed(run, run.Page, Fault(Outcome.Transient, "x"), Now),
                ReconciliationTransitions.Stalled(run, "x", Now), ReconciliationTransitions.Cancel(run, Ann, Now),
            ];
            Assert.All(decisions, d => Assert.Equal((run, true, true), (d.Run, d.Refusal is not null, d.Audit is null)));
        });
    }

    /// <summary>Whatever answers come in whatever order, doubled and late: a run ends, and is complete only where every page of one list was read and nothing speaks against it.</summary>
    [Fact]
    public void By_chance_only_a_whole_list_with_its_canary_is_complete()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("DEPROVISIONER_SEED"), out var told) ? told : Environment.TickCount;
        var chance = new Random(seed);
        var complete = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var run = Begun();
            var (pages, canarySeen, clean) = (chance.Next(1, 6), false, 0);
            while (!run.IsOver)
            {
                // A late answer first, now and then.
                if (chance.Next(3) == 0)
                {
                    var late = ReconciliationTransitions.Read(run, chance.Next(run.Page), [Canary()], null, new(), Expecting(), Now);
                    Assert.True(late.Run == run, $"seed {seed}, round {round}: a late page counted");
                }

                var before = run;
                if (chance.Next(6) == 0)
                {
                    run = Fail(run, run.Page, chance.Next(4) switch
                    {
                        0 => Fault(Outcome.Rejected, ListingFault.CursorExpired),
                        1 => Fault(Outcome.Unauthorized, "http-401"),
                        2 => new ListingFault(Outcome.Throttled, "http-429", "Later."),
                        _ => Fault(Outcome.Transient, "timeout"),
                    });
                    (clean, canarySeen) = run.Restarts > before.Restarts ? (0, false) : (clean, canarySeen);
                    Assert.True(run.Status is not ReconciliationStatus.Complete, $"seed {seed}, round {round}: a fault completed it");
                    continue;
                }

                var withCanary = chance.Next(3) == 0;
                (clean, canarySeen) = (clean + 1, canarySeen | withCanary);
                run = Read(run, run.Page, clean == pages ? null : $"c{clean}", withCanary ? [Canary()] : Accounts(2));
                Assert.True(
                    run.Status is ReconciliationStatus.Complete == (clean == pages && canarySeen), $"seed {seed}, round {round}: {run.Status} after {clean} of {pages} pages, canary {canarySeen}");
            }

            complete += run.Status is ReconciliationStatus.Complete ? 1 : 0;
        }

        Assert.True(complete is > 1000 and < 19_000, $"seed {seed}: {complete} complete");
    }

    private static Reconciliation Begun(bool shrunkIsRight = false) => ReconciliationTransitions.Begin(new ReconciliationId(Guid.Empty), new SystemName("crm"), Ann, shrunkIsRight, Now).Run;

    private static Reconciliation Read(Reconciliation run, int page, string? next, params ReconciledAccount[] accounts) => Read(run, page, next, accounts, canary: true);

    private static Reconciliation Read(Reconciliation run, int page, string? next, ReconciledAccount[] accounts, ReconciledAccount more) => Read(run, page, next, [.. accounts, more], canary: true);

    private static Reconciliation Read(Reconciliation run, int page, string? next, ReconciledAccount[] accounts, bool canary = true, int? last = null, FindingCounts? elsewhere = null)
    {
        var decision = ReconciliationTransitions.Read(run, page, accounts, next, elsewhere ?? new(), new ListExpectation(canary, last), Now);
        Assert.Null(decision.Refusal);
        return decision.Run;
    }

    private static Reconciliation Fail(Reconciliation run, int page, ListingFault fault)
    {
        var decision = ReconciliationTransitions.Failed(run, page, fault, Now);
        Assert.Null(decision.Refusal);
        return decision.Run;
    }

    private static ListExpectation Expecting() => new(CanaryConfigured: false, LastComplete: null);

    private static ReconciledAccount[] Accounts(int count) => [.. Enumerable.Range(0, count).Select(i => new ReconciledAccount(Listed($"a{i}"), AccountStanding.AccountedFor))];

    private static ReconciledAccount Orphan(string id) => new(Listed(id), AccountStanding.Orphan, Detail: "x");

    private static ReconciledAccount Canary() => new(Listed("canary"), AccountStanding.Canary);

    private static AccountListing Listed(string id) => new(id, id, true, id);
}
