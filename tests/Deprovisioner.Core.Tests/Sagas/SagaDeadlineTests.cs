using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

/// <summary>A stage's deadline: told of once when it passes, while work goes on.</summary>
public sealed class SagaDeadlineTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly StageText Contain = new("contain", "a disable-account", "b disable-account") { Within = Hour };
    private static readonly StageText Revoke = new("revoke", "a remove-entitlements") { After = TimeSpan.FromDays(1), Within = Hour };

    [Fact]
    public void It_counts_from_the_effective_time_and_the_stages_delay()
    {
        var run = SagaRun.Of(SagaRun.End - TimeSpan.FromDays(9), new RetryBudget(), Contain, Revoke);
        Assert.Equal(SagaRun.End + Hour, StageDeadlines.Next(run.Saga));
        run.Now = SagaRun.End;
        run.Done("a disable-account", "b disable-account");
        Assert.Equal(SagaRun.End + TimeSpan.FromDays(1) + Hour, StageDeadlines.Next(run.Saga));
        run.Now = SagaRun.End + TimeSpan.FromDays(1);
        run.Done("a remove-entitlements");
        Assert.Null(StageDeadlines.Next(run.Saga));
    }

    [Fact]
    public void Up_to_it_nothing_is_missed_and_after_it_the_stage_is_told_of_once()
    {
        var run = SagaRun.Of(Contain).Done("a disable-account");
        run.Now = SagaRun.End + Hour;
        Assert.NotNull(Passed(run).Refusal);

        run.Now += TimeSpan.FromSeconds(90);
        Assert.Null(Passed(run).Refusal);
        Assert.Equal(run.Now, run.Saga.Stages[0].DeadlineMissedAt);
        Assert.Equal("deadline-missed", run.Audit[^1].Type);
        Assert.Equal(
            """{"stage":"contain","deadline":"2026-11-30T18:00:00.000000Z","lateBySeconds":90,"openSteps":["b disable-account"]}""",
            run.Audit[^1].Facts.ToJsonString());
        Assert.Null(StageDeadlines.Next(run.Saga));

        run.Now += Hour;
        Assert.NotNull(Passed(run).Refusal);
        Assert.Single(run.Notices, SagaNotice.DeadlineMissed);
    }

    [Fact]
    public void Work_goes_on_and_what_completes_late_says_by_how_much()
    {
        var run = SagaRun.Of(Contain, new StageText("revoke", "a remove-entitlements"));
        run.Now += Hour + Minute;
        var before = run.Statuses;
        Passed(run);
        Assert.Equal(before, run.Statuses);
        run.Now += Minute;
        run.Done("a disable-account", "b disable-account", "a remove-entitlements");
        Assert.Equal(SagaStatus.Completed, run.Saga.Status);
        var late = run.Audit.First(entry => entry.Type == "stage-completed");
        Assert.Equal("""{"stage":"contain","deadline":"2026-11-30T18:00:00.000000Z","lateBySeconds":120}""", late.Facts.ToJsonString());
        Assert.Equal("""{"stage":"revoke"}""", run.Audit.Last(entry => entry.Type == "stage-completed").Facts.ToJsonString());
        Assert.Single(run.Recorded, "deadline-missed");
    }

    [Fact]
    public void The_report_that_completes_a_stage_late_records_the_miss_that_nobody_had_noticed()
    {
        var run = SagaRun.Of(Contain).Done("a disable-account");
        run.Send("b disable-account");
        run.Now += Hour + Minute;
        run.Report("b disable-account", Outcome.Changed);
        Assert.Equal(["deadline-missed", "stage-completed", "saga-completed"], run.Recorded.TakeLast(3));
        Assert.Single(run.Notices, SagaNotice.DeadlineMissed);
    }

    [Fact]
    public void A_stage_that_was_completed_in_time_is_never_missed()
    {
        var run = SagaRun.Of(Contain, Revoke).Done("a disable-account", "b disable-account");
        run.Now += 2 * Hour;
        Assert.NotNull(Passed(run).Refusal);
        Assert.DoesNotContain(SagaNotice.DeadlineMissed, run.Notices);
    }

    [Fact]
    public void Two_stages_are_missed_each_by_itself()
    {
        var run = SagaRun.Of(Contain, Revoke);
        run.Now += 2 * Hour;
        Passed(run);
        Assert.Equal([run.Now, null], run.Saga.Stages.Select(s => s.DeadlineMissedAt));
        run.Now += TimeSpan.FromDays(1);
        Passed(run);
        Assert.Equal(["contain", "revoke"], run.Audit.Where(e => e.Type == "deadline-missed").Select(e => e.Facts["stage"]!.GetValue<string>()));
        Assert.Equal(2, run.Notices.Count(n => n is SagaNotice.DeadlineMissed));
    }

    [Fact]
    public void An_approval_that_nobody_gives_is_told_of_too()
    {
        var run = SagaRun.Of(Contain with { Approval = true });
        Assert.Equal(SagaStatus.Held, run.Saga.Status);
        run.Now += Hour + Minute;
        Passed(run);
        Assert.Equal(SagaStatus.Held, run.Saga.Status);
        Assert.Single(run.Notices, SagaNotice.DeadlineMissed);
    }

    [Fact]
    public void A_failed_step_misses_its_stages_deadline()
    {
        var run = SagaRun.Of(Contain).Done("a disable-account").Do(Outcome.Rejected, "b disable-account");
        run.Now += Hour + Minute;
        Passed(run);
        Assert.Single(run.Recorded, "deadline-missed");
    }

    [Fact]
    public void Who_is_told_late_of_a_leaver_misses_the_deadline_at_once()
    {
        var run = SagaRun.Of(SagaRun.End + 2 * Hour, new RetryBudget(), Contain);
        Assert.Equal([SagaNotice.Started, SagaNotice.DeadlineMissed], run.Notices);
        Assert.Equal(["saga-planned", "deadline-missed"], run.Recorded);
    }

    [Fact]
    public void A_saga_that_moves_takes_its_deadlines_along()
    {
        var run = SagaRun.Of(SagaRun.End - Hour, new RetryBudget(), Contain);
        run.Reschedule(SagaRun.End + TimeSpan.FromDays(3));
        Assert.Equal(SagaRun.End + TimeSpan.FromDays(3) + Hour, StageDeadlines.Next(run.Saga));
        run.Now = SagaRun.End + 2 * Hour;
        Assert.NotNull(Passed(run).Refusal);
    }

    [Fact]
    public void A_deadline_that_was_missed_and_then_moved_ahead_can_be_missed_again()
    {
        var run = SagaRun.Of(Contain);
        run.Now += Hour + Minute;
        Passed(run);
        Assert.Null(run.Reschedule(SagaRun.End + TimeSpan.FromDays(1)).Refusal);
        Assert.Equal(SagaRun.End + TimeSpan.FromDays(1) + Hour, StageDeadlines.Next(run.Saga));
        run.Now = SagaRun.End + TimeSpan.FromDays(1) + 2 * Hour;
        Passed(run);
        Assert.Equal(2, run.Notices.Count(n => n is SagaNotice.DeadlineMissed));
    }

    [Fact]
    public void Of_what_is_over_no_deadline_is_missed()
    {
        var run = SagaRun.Of(Contain);
        run.Cancel();
        run.Now += 2 * Hour;
        Assert.NotNull(Passed(run).Refusal);
        Assert.Null(StageDeadlines.Next(run.Saga));
    }

    [Fact]
    public void The_plans_hash_does_not_know_whether_a_deadline_was_missed()
    {
        var plan = SagaRun.PlanOf(Contain);
        Assert.Equal(plan.Hash(), (plan with { Stages = [plan.Stages[0] with { DeadlineMissedAt = SagaRun.End }] }).Hash());
    }

    private static SagaDecision Passed(SagaRun run) => run.Next(new SagaInput.DeadlinePassed());
}
