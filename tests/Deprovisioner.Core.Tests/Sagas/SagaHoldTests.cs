using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

/// <summary>A saga that waits for a person.</summary>
public sealed class SagaHoldTests
{
    private static readonly StageText Contain = new("contain", "a disable-account", "b disable-account");
    private static readonly StageText Revoke = new("revoke", "a remove-entitlements", "b remove-entitlements");
    private static readonly DateTimeOffset DayBefore = SagaRun.End - TimeSpan.FromDays(1);

    [Fact]
    public void A_held_saga_sends_nothing_and_its_reason_is_recorded_and_told()
    {
        var run = SagaRun.Of(Contain, Revoke);
        Assert.Null(Hold(run).Refusal);
        Assert.Equal(("waiting waiting waiting waiting", SagaStatus.Held), (run.Statuses, run.Saga.Status));
        Assert.All(run.Saga.Steps, step => Assert.Null(step.DueAt));
        Assert.Equal(("saga-held", SagaNotice.Held), (run.Audit[^1].Type, run.Notices[^1]));
        Assert.Equal($$"""{"reason":"guard","detail":"51st leaver","planHash":"{{run.Saga.PlanHash}}"}""", run.Audit[^1].Facts.ToJsonString());
    }

    [Fact]
    public void It_is_held_before_its_time_too()
    {
        var run = SagaRun.Of(DayBefore, new RetryBudget(), Contain);
        Hold(run);
        Assert.Equal(SagaStatus.Held, run.Saga.Status);
    }

    [Fact]
    public void What_was_under_way_ends_by_its_report_and_opens_nothing()
    {
        var run = SagaRun.Of(Contain, Revoke).Send("a disable-account", "b disable-account");
        Hold(run);
        Assert.Equal("in-flight in-flight waiting waiting", run.Statuses);
        Assert.Null(run.Report("a disable-account", Outcome.Changed).Refusal);
        Assert.Null(run.Report("b disable-account", Outcome.Changed).Refusal);
        Assert.Equal(("succeeded succeeded waiting waiting", SagaStatus.Held), (run.Statuses, run.Saga.Status));
    }

    [Fact]
    public void What_failed_in_passing_is_not_tried_again_while_it_is_held()
    {
        var run = SagaRun.Of(Contain).Send("a disable-account");
        Hold(run);
        run.Report("a disable-account", Outcome.Transient);
        Assert.Equal("waiting waiting", run.Statuses);
        Assert.Equal(("waiting", null), ((string?)run.Audit[^1].Facts["status"], (string?)run.Audit[^1].Facts["retryAt"]));
        run.Now += TimeSpan.FromDays(10);
        Release(run);
        Assert.Equal("due due", run.Statuses);
        Assert.Equal((run.Now, run.Now), (run.Step("a disable-account").DueAt, run.Step("a disable-account").FirstDueAt));
    }

    [Fact]
    public void A_retry_that_was_waiting_for_its_time_waits_for_the_person_instead()
    {
        var run = SagaRun.Of(Contain).Do(Outcome.Transient, "a disable-account");
        Hold(run);
        Assert.Equal("waiting waiting", run.Statuses);
    }

    [Fact]
    public void A_replay_sends_nothing_while_it_is_held()
    {
        var run = SagaRun.Of(Contain).Do(Outcome.Rejected, "a disable-account");
        Hold(run);
        Assert.Null(run.Replay("a disable-account").Refusal);
        Assert.Equal("waiting waiting", run.Statuses);
        Release(run);
        Assert.Equal("due due", run.Statuses);
    }

    [Fact]
    public void Released_it_goes_on_where_it_stood()
    {
        var run = SagaRun.Of(Contain, Revoke with { After = TimeSpan.FromDays(2) }).Done("a disable-account");
        Hold(run);
        run.Now += TimeSpan.FromDays(1);
        Assert.Null(Release(run).Refusal);
        Assert.Equal(("succeeded due waiting waiting", SagaStatus.Running), (run.Statuses, run.Saga.Status));
        Assert.Equal("""{"reasons":["guard"],"who":"ops@example.test","why":"because"}""", run.Audit[^1].Facts.ToJsonString());
        run.Done("b disable-account");
        Assert.Equal(SagaRun.End + TimeSpan.FromDays(2), run.Step("b remove-entitlements").DueAt);
        Assert.Equal(SagaRun.End, run.Saga.EffectiveAt);
    }

    [Fact]
    public void Released_before_its_time_it_is_scheduled_again()
    {
        var run = SagaRun.Of(DayBefore, new RetryBudget(), Contain);
        Hold(run);
        Release(run);
        Assert.Equal(("due due", SagaStatus.Scheduled), (run.Statuses, run.Saga.Status));
        Assert.All(run.Saga.Steps, step => Assert.Equal(SagaRun.End, step.DueAt));
    }

    [Fact]
    public void It_goes_on_only_once_every_hold_is_released()
    {
        var run = SagaRun.Of(Contain);
        Hold(run);
        Assert.Null(Hold(run, HoldReason.Protected).Refusal);
        Release(run, HoldReason.Guard);
        Assert.Equal(("waiting waiting", SagaStatus.Held), (run.Statuses, run.Saga.Status));
        Assert.Equal("The saga has no such hold.", Release(run, HoldReason.Guard).Refusal);
        Release(run, HoldReason.Protected);
        Assert.Equal("due due", run.Statuses);
        Hold(run);
        Hold(run, HoldReason.Protected);
        Release(run);
        Assert.Equal("due due", run.Statuses);
    }

    [Fact]
    public void The_same_hold_twice_is_one()
    {
        var run = SagaRun.Of(Contain);
        Hold(run);
        Assert.Equal("The saga is held already: 51st leaver", Hold(run).Refusal);
        Assert.Single(run.Saga.Holds);
    }

    [Fact]
    public void Rejected_it_is_cancelled_with_an_entry_of_its_own()
    {
        var run = SagaRun.Of(Contain, Revoke).Done("a disable-account");
        Hold(run);
        Assert.Null(run.Next(new SagaInput.Reject(SagaRun.Somebody)).Refusal);
        Assert.Equal(("succeeded cancelled cancelled cancelled", SagaStatus.Cancelled), (run.Statuses, run.Saga.Status));
        Assert.Equal("hold-rejected", run.Audit[^1].Type);
        Assert.DoesNotContain("saga-cancelled", run.Recorded);
        Assert.Equal("The saga is cancelled already.", Release(run).Refusal);
        Assert.Equal("The saga is cancelled already.", Hold(run).Refusal);
    }

    [Fact]
    public void Only_what_is_held_is_released_or_rejected()
    {
        var run = SagaRun.Of(Contain);
        Assert.Equal("The saga has no such hold.", Release(run).Refusal);
        Assert.Equal("The saga is not held: cancel it instead.", run.Next(new SagaInput.Reject(SagaRun.Somebody)).Refusal);
    }

    [Fact]
    public void A_stage_that_came_to_wait_for_its_approval_during_a_hold_is_told_of_after_it()
    {
        var run = SagaRun.Of(Contain, Revoke with { Approval = true }).Send("a disable-account", "b disable-account");
        Hold(run);
        run.Report("a disable-account", Outcome.Changed);
        run.Report("b disable-account", Outcome.Changed);
        Assert.Single(run.Notices, SagaNotice.Held);
        Release(run);
        Assert.Equal(SagaStatus.Held, run.Saga.Status);
        Assert.Equal(2, run.Notices.Count(n => n is SagaNotice.Held));
        Assert.Equal("approval", (string?)run.Audit[^1].Facts["reason"]);
        Assert.Null(run.Next(new SagaInput.Reject(SagaRun.Somebody)).Refusal);
    }

    [Fact]
    public void Failed_steps_of_a_held_saga_do_not_hide_that_it_is_held_and_one_with_nothing_open_is_not_held()
    {
        var run = SagaRun.Of(Contain).Do(Outcome.Rejected, "a disable-account");
        Hold(run);
        Assert.Equal(SagaStatus.Held, run.Saga.Status);
        run.Resolve("a disable-account");
        run.Resolve("b disable-account");
        Assert.Equal(SagaStatus.Completed, run.Saga.Status);
    }

    [Fact]
    public void A_new_time_moves_a_held_saga_which_stays_held()
    {
        var run = SagaRun.Of(DayBefore, new RetryBudget(), Contain);
        Hold(run);
        Assert.Null(run.Reschedule(SagaRun.End + TimeSpan.FromDays(1)).Refusal);
        Assert.Equal(("waiting waiting", SagaStatus.Held), (run.Statuses, run.Saga.Status));
        Release(run);
        Assert.All(run.Saga.Steps, step => Assert.Equal(SagaRun.End + TimeSpan.FromDays(1), step.DueAt));
    }

    private static SagaDecision Hold(SagaRun run, HoldReason reason = HoldReason.Guard) => run.Next(new SagaInput.Hold(new SagaHold(reason, "51st leaver", run.Now)));

    private static SagaDecision Release(SagaRun run, HoldReason? which = null) => run.Next(new SagaInput.Release(which, SagaRun.Somebody));
}
