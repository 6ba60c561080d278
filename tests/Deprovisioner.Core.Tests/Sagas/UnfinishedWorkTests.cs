using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

/// <summary>A system that takes a step and finishes it later.</summary>
public sealed class UnfinishedWorkTests
{
    private const string Step = "a disable-account";
    private static readonly StageText Contain = new("contain", Step) { Within = TimeSpan.FromMinutes(5) };

    [Fact]
    public void It_is_looked_at_again_without_costing_a_retry_and_keeps_its_stage_and_saga_open_until_it_is_done()
    {
        var run = SagaRun.Of(Contain, new StageText("revoke", "b remove-entitlements"));
        for (var looks = 0; looks < 5; looks++)
        {
            run.Do(Outcome.Accepted, Step);
            Assert.Equal((StepStatus.Due, 0, run.Now + TimeSpan.FromSeconds(30)), (run.Step(Step).Status, run.Step(Step).Failures, run.Step(Step).DueAt));
            run.Now += TimeSpan.FromSeconds(30);
        }

        run.Done("b remove-entitlements");
        Assert.Equal((SagaStatus.Running, null), (run.Saga.Status, run.Saga.ContainedAt));
        Assert.DoesNotContain(SagaNotice.Completed, run.Notices);

        run.Done(Step);
        Assert.Equal((SagaStatus.Completed, run.Now), (run.Saga.Status, run.Saga.ContainedAt!.Value));
    }

    [Fact]
    public void Later_steps_on_its_system_and_what_destroys_anywhere_wait_and_other_systems_do_not()
    {
        var run = SagaRun.Of(Contain, new StageText("revoke", "a remove-entitlements", "b remove-entitlements"), new StageText("retire", "b delete-account")).Do(Outcome.Accepted, Step);
        Assert.Equal("due waiting due waiting", run.Statuses);

        run.Done("b remove-entitlements");
        Assert.Equal("due waiting succeeded waiting", run.Statuses);
    }

    [Fact]
    public void Its_deadline_is_missed_meanwhile_and_told()
    {
        var run = SagaRun.Of(Contain).Do(Outcome.Accepted, Step);
        run.Now += TimeSpan.FromMinutes(6);
        run.Do(Outcome.Accepted, Step);
        Assert.Contains(SagaNotice.DeadlineMissed, run.Notices);
        Assert.Equal(SagaStatus.Running, run.Saga.Status);
    }

    [Fact]
    public void What_is_never_finished_fails_when_the_policys_patience_ends_and_not_before()
    {
        var run = SagaRun.Of(SagaRun.End, new RetryBudget { First = TimeSpan.FromSeconds(1), Max = TimeSpan.FromSeconds(20), For = TimeSpan.FromSeconds(50) }, Contain);
        var looks = new List<TimeSpan>();
        while (run.Step(Step).Status is StepStatus.Due)
        {
            run.Now = run.Step(Step).DueAt!.Value;
            looks.Add(run.Now - SagaRun.End);
            run.Do(Outcome.Accepted, Step);
        }

        Assert.Equal([0, 20, 40, 50], looks.Select(at => at.TotalSeconds));
        Assert.Equal((StepStatus.Failed, "not-finished", 0), (run.Step(Step).Status, run.Step(Step).Code, run.Step(Step).Failures));
        Assert.Equal(SagaStatus.NeedsAttention, run.Saga.Status);
        Assert.Contains(SagaNotice.NeedsAttention, run.Notices);
        Assert.True(run.Step(Step).MayHaveChanged);
    }

    [Fact]
    public void A_system_that_asks_for_more_time_than_there_is_is_looked_at_when_it_ends()
    {
        var run = SagaRun.Of(SagaRun.End, new RetryBudget { For = TimeSpan.FromHours(1) }, Contain).Send(Step);
        run.Report(Step, Outcome.Accepted, retryAt: SagaRun.End + TimeSpan.FromDays(1));
        Assert.Equal(SagaRun.End + TimeSpan.FromHours(1), run.Step(Step).DueAt);
    }

    [Fact]
    public void A_replay_gives_it_the_policys_patience_anew()
    {
        var run = SagaRun.Of(SagaRun.End, new RetryBudget { For = TimeSpan.FromMinutes(1) }, Contain).Do(Outcome.Accepted, Step);
        run.Now += TimeSpan.FromMinutes(1);
        run.Do(Outcome.Accepted, Step);
        Assert.Equal(StepStatus.Failed, run.Step(Step).Status);

        run.Replay(Step);
        run.Do(Outcome.Accepted, Step);
        Assert.Equal(StepStatus.Due, run.Step(Step).Status);
    }
}
