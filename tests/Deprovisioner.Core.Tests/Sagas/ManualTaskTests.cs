using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

public sealed class ManualTaskTests
{
    private const string Badge = "badge manual-task";

    [Fact]
    public void Being_done_is_enough_unless_the_system_says_otherwise()
    {
        var run = Opened(verify: false);

        run.Next(Done("ann"));

        Assert.Equal((SagaStatus.Completed, "resolved-by-hand"), (run.Saga.Status, run.Step(Badge).Code));
    }

    [Fact]
    public void Where_it_must_be_verified_somebody_else_does_so()
    {
        var run = Opened(verify: true);
        Assert.NotNull(run.Next(Verified("ben")).Refusal);

        Assert.Null(run.Next(Done("ann")).Refusal);
        Assert.Equal((StepStatus.OpenTask, "done-unverified", "ann"), (run.Step(Badge).Status, run.Step(Badge).Code, run.Step(Badge).Task!.DoneBy));
        Assert.Contains("somebody else", run.Next(Done("ben")).Refusal, StringComparison.Ordinal);
        Assert.Contains("somebody else", run.Next(Verified("Ann ")).Refusal, StringComparison.Ordinal);

        Assert.Null(run.Next(Verified("ben")).Refusal);
        Assert.Equal((SagaStatus.Completed, "verified-by-hand"), (run.Saga.Status, run.Step(Badge).Code));
        Assert.Equal(["step-resolved", "task-verified"], run.Recorded.Where(type => type is "step-resolved" or "task-verified"));
    }

    [Fact]
    public void That_it_is_late_is_told_once_and_it_stays_open()
    {
        var run = Opened(verify: false);
        Assert.NotNull(run.Next(Late(run)).Refusal);

        run.Now += TimeSpan.FromHours(4);
        Assert.Null(run.Next(Late(run)).Refusal);
        Assert.NotNull(run.Next(Late(run)).Refusal);

        Assert.Single(run.Notices, SagaNotice.NeedsAttention);
        Assert.Equal((StepStatus.OpenTask, SagaStatus.Running), (run.Step(Badge).Status, run.Saga.Status));
        Assert.Single(run.Recorded, "task-overdue");
    }

    [Fact]
    public void What_is_done_in_time_is_never_late()
    {
        var run = Opened(verify: false);
        run.Next(Done("ann"));
        run.Now += TimeSpan.FromDays(1);

        Assert.NotNull(run.Next(Late(run)).Refusal);
    }

    [Fact]
    public void Of_two_tasks_the_one_that_is_meant_is_verified_and_late()
    {
        var run = Opened(verify: true, "laptop manual-task");
        run.Next(Done("ann"));
        run.Next(Verified("ben"));
        Assert.Equal((StepStatus.Succeeded, run.Now), (run.Step(Badge).Status, run.Step(Badge).SettledAt));
        Assert.Null(run.Step(Badge).Message);
        Assert.NotEqual(StepStatus.Succeeded, run.Step("laptop manual-task").Status);
        run.Now += TimeSpan.FromDays(1);
        Assert.NotNull(run.Next(Late(run)).Refusal);
    }

    [Fact]
    public void Each_refusal_to_verify_says_why()
    {
        var run = Opened(verify: true);
        Assert.Contains("'resolve' comes first", run.Next(Verified("ben")).Refusal, StringComparison.Ordinal);
        Assert.Equal("The saga has no such step.", run.Next(new SagaInput.Verify(new StepId(Guid.Empty), "seen", SagaRun.Somebody)).Refusal);
    }

    private static SagaRun Opened(bool verify, params string[] others)
    {
        var run = SagaRun.Of(new StageText("handover", [Badge, .. others])).Send(Badge);
        run.Next(new SagaInput.Reported(run.ReportOf(Badge, Outcome.Accepted) with { Task = new TaskAssignment("facilities", run.Now + TimeSpan.FromHours(4), verify) }));
        return run;
    }

    private static StepId StepId { get; } = SagaRun.Of(new StageText("handover", Badge)).Step(Badge).Id;

    private static SagaInput.Resolve Done(string who) => new(StepId, "badge 12 in the safe", new Act(who, "told"));

    private static SagaInput.Verify Verified(string who) => new(StepId, "seen in the safe", new Act(who, "checked"));

    private static SagaInput.TaskOverdue Late(SagaRun run) => new(run.Step(Badge).Id);
}
