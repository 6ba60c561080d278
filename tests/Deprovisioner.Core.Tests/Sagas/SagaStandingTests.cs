using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

/// <summary>Status, milestones, and what is told to others.</summary>
public sealed class SagaStandingTests
{
    private static readonly StageText Contain = new("contain", "a disable-account", "b disable-account");
    private static readonly StageText Revoke = new("revoke", "a remove-entitlements");
    private static readonly DateTimeOffset DayBefore = SagaRun.End - TimeSpan.FromDays(1);

    [Fact]
    public void Before_its_time_it_is_scheduled()
        => Assert.Equal(SagaStatus.Scheduled, SagaRun.Of(DayBefore, new RetryBudget(), Contain).Saga.Status);

    [Fact]
    public void From_its_time_on_it_runs()
        => Assert.Equal(SagaStatus.Running, SagaRun.Of(Contain).Saga.Status);

    [Fact]
    public void With_a_failed_step_it_needs_attention_while_the_others_go_on()
    {
        var run = SagaRun.Of(Contain, Revoke).Do(Outcome.Rejected, "a disable-account").Done("b disable-account", "a remove-entitlements");
        Assert.Equal((SagaStatus.NeedsAttention, null), (run.Saga.Status, run.Saga.CompletedAt));
        Assert.Null(run.Saga.ContainedAt);
        run.Resolve("a disable-account");
        Assert.Equal((SagaStatus.Completed, run.Now, run.Now), (run.Saga.Status, run.Saga.CompletedAt, run.Saga.ContainedAt));
    }

    [Fact]
    public void Where_only_an_approval_can_move_it_on_it_is_held()
    {
        var run = SagaRun.Of(new StageText("contain", "a disable-account", "badge manual-task"), Revoke with { Approval = true }).Done("a disable-account");
        run.Do(Outcome.Accepted, "badge manual-task");

        // The task can still move it.
        Assert.Equal(SagaStatus.Running, run.Saga.Status);
        run.Resolve("badge manual-task");
        Assert.Equal(SagaStatus.Held, run.Saga.Status);
        Assert.Equal(("saga-held", SagaNotice.Held), (run.Audit[^1].Type, run.Notices[^1]));
        Assert.Equal($$"""{"reason":"approval","planHash":"{{run.Saga.PlanHash}}"}""", run.Audit[^1].Facts.ToJsonString());
    }

    [Fact]
    public void It_is_contained_when_the_last_step_of_the_first_stage_succeeded_and_completed_when_the_last_of_all_did()
    {
        var run = SagaRun.Of(Contain, Revoke).Done("a disable-account");
        Assert.Null(run.Saga.ContainedAt);
        var contained = run.Now += TimeSpan.FromMinutes(1);
        run.Done("b disable-account");
        Assert.Equal((contained, null), (run.Saga.ContainedAt, run.Saga.CompletedAt));
        run.Now += TimeSpan.FromMinutes(1);
        run.Done("a remove-entitlements");
        Assert.Equal((contained, run.Now, SagaStatus.Completed), (run.Saga.ContainedAt, run.Saga.CompletedAt, run.Saga.Status));
    }

    [Fact]
    public void A_first_stage_without_steps_contains_nobody()
        => Assert.Null(SagaRun.Of(new StageText("contain"), Revoke).Saga.ContainedAt);

    [Fact]
    public void Each_thing_is_recorded_once_and_in_order()
    {
        var run = SagaRun.Of(Contain, Revoke).Done("a disable-account", "b disable-account", "a remove-entitlements");
        Assert.Equal(["saga-planned", "step-reported", "step-reported", "stage-completed", "step-reported", "stage-completed", "saga-completed"], run.Recorded);
        Assert.Equal([SagaNotice.Started, SagaNotice.StageCompleted, SagaNotice.StageCompleted, SagaNotice.Completed], run.Notices);
        Assert.Equal("""{"stage":"contain"}""", run.Audit[3].Facts.ToJsonString());
        Assert.Equal("""{"steps":3,"residualUntil":null}""", run.Audit[^1].Facts.ToJsonString());
    }

    [Fact]
    public void The_plan_is_recorded_with_all_that_it_was_made_of()
    {
        var run = SagaRun.Of(Contain, Revoke);
        Assert.Equal(
            $$"""{"kind":"leaver","person":"P1","employment":"E1","fence":3,"policy":"leaver","policyVersion":"v1","planHash":"{{run.Saga.PlanHash}}","urgent":false,"effectiveAt":"2026-11-30T17:00:00.000000Z","effectiveBasis":"test","steps":["contain a disable-account","contain b disable-account","revoke a remove-entitlements"]}""",
            Assert.Single(run.Audit).Facts.ToJsonString());
    }

    [Fact]
    public void The_end_of_what_still_works_is_recorded_with_the_completion()
    {
        var run = SagaRun.Of(Contain).Done("a disable-account").Send("b disable-account");
        run.Next(new SagaInput.Reported(run.ReportOf("b disable-account", Outcome.Changed) with { ResidualUntil = SagaRun.End + TimeSpan.FromHours(10) }));
        Assert.Equal("""{"steps":2,"residualUntil":"2026-12-01T03:00:00.000000Z"}""", run.Audit[^1].Facts.ToJsonString());
    }

    [Fact]
    public void A_second_failure_is_not_told_of_again_and_one_after_a_replay_is()
    {
        var run = SagaRun.Of(Contain, Revoke).Do(Outcome.Rejected, "a disable-account", "b disable-account");
        Assert.Single(run.Notices, SagaNotice.NeedsAttention);
        run.Replay("a disable-account");
        run.Resolve("b disable-account");
        Assert.Equal(SagaStatus.Running, run.Saga.Status);
        run.Do(Outcome.Rejected, "a disable-account");
        Assert.Equal(2, run.Notices.Count(n => n is SagaNotice.NeedsAttention));
    }

    [Fact]
    public void A_stage_with_a_failed_step_is_not_completed_and_once_it_is_that_is_told_of_once()
    {
        var run = SagaRun.Of(Contain, Revoke).Do(Outcome.Rejected, "a disable-account").Done("b disable-account");
        Assert.DoesNotContain(SagaNotice.StageCompleted, run.Notices);
        run.Replay("a disable-account");
        run.Done("a disable-account");
        Assert.Single(run.Notices, SagaNotice.StageCompleted);
    }

    [Fact]
    public void A_saga_and_its_steps_have_ids_that_follow_from_each_other()
    {
        var (one, again) = (SagaRun.Of(Contain).Saga, SagaRun.Of(Contain).Saga);
        Assert.Equal(one.Steps.Select(s => s.Id), again.Steps.Select(s => s.Id));
        Assert.Equal(2, one.Steps.Select(s => s.Id).Distinct().Count());

        // RFC 9562, section 5.8: version 8, variant 10.
        Assert.All(one.Steps, step => Assert.Equal((8, 0x8), (step.Id.Value.Version, step.Id.Value.Variant & 0xC)));
    }

    [Fact]
    public void An_urgent_persons_last_stage_goes_before_an_ordinary_ones_first_and_earlier_stages_before_later_ones()
    {
        Assert.True(StepPriority.Of(urgent: true, stage: 500) > StepPriority.Of(urgent: false, stage: 0));
        Assert.True(StepPriority.Of(urgent: false, stage: 0) > StepPriority.Of(urgent: false, stage: 1));
        Assert.Equal(StepPriority.Of(urgent: false, stage: 100), StepPriority.Of(urgent: false, stage: 101));
    }
}
