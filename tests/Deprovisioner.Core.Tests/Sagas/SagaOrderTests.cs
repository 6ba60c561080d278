using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

public sealed class SagaOrderTests
{
    private static readonly StageText Contain = new("contain", "a disable-account", "b disable-account");
    private static readonly StageText Revoke = new("revoke", "a remove-entitlements", "b remove-entitlements");
    private static readonly StageText Retire = new("retire", "a delete-account", "b delete-account");

    [Fact]
    public void Only_the_first_stage_is_due_at_the_start()
        => Assert.Equal("due due waiting waiting", SagaRun.Of(Contain, Revoke).Statuses);

    [Fact]
    public void A_stage_opens_when_the_one_before_is_settled_and_not_sooner()
    {
        var run = SagaRun.Of(Contain, Revoke).Done("a disable-account");
        Assert.Equal("succeeded due waiting waiting", run.Statuses);
        run.Send("b disable-account");
        Assert.Equal("succeeded in-flight waiting waiting", run.Statuses);
        run.Report("b disable-account", Outcome.Rejected);
        Assert.Equal("succeeded failed due due", run.Statuses);
    }

    [Theory]
    [InlineData(Outcome.Transient)]
    [InlineData(Outcome.Indeterminate)]
    [InlineData(Outcome.Throttled)]
    [InlineData(Outcome.Unauthorized)]
    [InlineData(Outcome.Accepted)]
    public void A_step_that_was_tried_in_vain_holds_up_no_other_systems_later_stage(Outcome outcome)
    {
        var run = SagaRun.Of(Contain, Revoke).Done("a disable-account").Do(outcome, "b disable-account");
        Assert.Equal("succeeded due due waiting", run.Statuses);
    }

    [Fact]
    public void A_blocked_system_holds_up_no_other_systems_later_stage()
    {
        var run = SagaRun.Of(Contain, Revoke).Done("a disable-account");
        run.Block("b disable-account");
        Assert.Equal("succeeded due due waiting", run.Statuses);
        Assert.Equal("Nothing was waiting for that system.", run.Block("b disable-account").Refusal);
    }

    [Fact]
    public void What_waits_behind_a_blocked_step_on_its_system_holds_up_nobody_either()
    {
        var run = SagaRun.Of(new StageText("contain", "a disable-account", "b disable-account", "a revoke-sessions", "b revoke-sessions"), Revoke);
        run.Done("a disable-account", "a revoke-sessions");
        run.Block("b disable-account");
        Assert.Equal("succeeded due succeeded waiting due waiting", run.Statuses);
    }

    [Fact]
    public void A_destructive_step_that_waits_for_a_failed_one_holds_up_no_later_stage()
    {
        var run = SagaRun.Of(Contain, new StageText("handover", "w transfer-data"), Revoke).Do(Outcome.Rejected, "b disable-account").Done("a disable-account");
        Assert.Equal("succeeded failed waiting due due", run.Statuses);
    }

    [Fact]
    public void An_open_manual_task_holds_up_nothing_but_what_destroys()
    {
        var run = SagaRun.Of(new StageText("contain", "a disable-account", "badge manual-task"), new StageText("revoke", "a remove-entitlements"), new StageText("retire", "a delete-account"));
        run.Do(Outcome.Accepted, "badge manual-task").Done("a disable-account", "a remove-entitlements");
        Assert.Equal("succeeded open-task succeeded waiting", run.Statuses);
        run.Resolve("badge manual-task");
        Assert.Equal("succeeded succeeded succeeded due", run.Statuses);
    }

    [Fact]
    public void On_one_system_steps_run_in_the_plans_order()
    {
        var run = SagaRun.Of(new StageText("contain", "a disable-account", "a revoke-sessions", "a revoke-credentials"));
        Assert.Equal("due waiting waiting", run.Statuses);
        run.Done("a disable-account");
        Assert.Equal("succeeded due waiting", run.Statuses);
        run.Do(Outcome.Transient, "a revoke-sessions");
        Assert.Equal("succeeded due waiting", run.Statuses);
        run.Now += TimeSpan.FromMinutes(1);
        run.Do(Outcome.Rejected, "a revoke-sessions");
        Assert.Equal("succeeded failed due", run.Statuses);
    }

    [Fact]
    public void Manual_tasks_of_one_system_do_not_wait_for_each_other_once_given_out()
    {
        var run = SagaRun.Of(new StageText("contain", "badge manual-task", "badge reclaim-licence"));
        run.Do(Outcome.Accepted, "badge manual-task");
        Assert.Equal("open-task due", run.Statuses);
    }

    [Theory]
    [InlineData("delete-account")]
    [InlineData("transfer-data")]
    public void A_destructive_step_waits_until_everything_before_it_succeeded_on_all_systems(string action)
    {
        var run = SagaRun.Of(Contain, new StageText("retire", $"a {action}")).Done("a disable-account");
        run.Do(Outcome.Transient, "b disable-account");
        Assert.Equal("succeeded due waiting", run.Statuses);
        run.Now += TimeSpan.FromMinutes(1);
        run.Done("b disable-account");
        Assert.Equal("succeeded succeeded due", run.Statuses);
    }

    [Theory]
    [InlineData(Outcome.Rejected)]
    [InlineData(Outcome.Ambiguous)]
    [InlineData(Outcome.NotRemovableHere)]
    public void A_destructive_step_never_starts_after_a_failure_until_a_person_settled_it(Outcome outcome)
    {
        var run = SagaRun.Of(Contain, Retire).Done("a disable-account").Do(outcome, "b disable-account");
        Assert.Equal("succeeded failed waiting waiting", run.Statuses);
        run.Resolve("b disable-account");
        Assert.Equal("succeeded succeeded due due", run.Statuses);
    }

    [Fact]
    public void Within_a_stage_a_destructive_step_waits_for_the_lines_before_it_on_all_systems()
    {
        var run = SagaRun.Of(new StageText("retire", "a transfer-data", "a delete-account", "b delete-account"));
        Assert.Equal("due waiting waiting", run.Statuses);
        run.Done("a transfer-data");

        // One line on two systems: side by side, and a failure of one does not stop the other.
        Assert.Equal("succeeded due due", run.Statuses);
    }

    [Fact]
    public void Sessions_and_credentials_are_containment_and_wait_for_no_other_system()
    {
        var run = SagaRun.Of(new StageText("contain", "a disable-account"), new StageText("revoke", "b revoke-sessions", "c revoke-credentials")).Do(Outcome.Rejected, "a disable-account");
        Assert.Equal("failed due due", run.Statuses);
    }

    [Fact]
    public void A_stage_that_asks_for_approval_holds_the_saga_and_nothing_of_it_or_after_it_becomes_due()
    {
        var run = SagaRun.Of(Contain, new StageText("review", "a remove-entitlements") { Approval = true }, new StageText("last", "b remove-entitlements"));
        run.Done("a disable-account", "b disable-account");
        Assert.Equal("succeeded succeeded waiting waiting", run.Statuses);
        Assert.Equal(SagaStatus.Held, run.Saga.Status);
    }

    [Fact]
    public void An_approved_stage_opens_like_any_other()
        => Assert.Equal("succeeded succeeded due due", SagaRun.Of(Contain, Retire with { Approval = true, Approved = true }).Done("a disable-account", "b disable-account").Statuses);

    [Fact]
    public void A_stage_is_due_no_sooner_than_its_time_after_the_end()
    {
        var run = SagaRun.Of(SagaRun.End - TimeSpan.FromDays(2), new RetryBudget(), Contain, Retire with { After = TimeSpan.FromDays(30) });
        Assert.All(run.Saga.Steps.Take(2), step => Assert.Equal((SagaRun.End, SagaRun.End), (step.DueAt, step.FirstDueAt)));
        run.Now = SagaRun.End;
        run.Done("a disable-account", "b disable-account");
        Assert.Equal(SagaRun.End + TimeSpan.FromDays(30), run.Step("a delete-account").DueAt);
    }

    [Fact]
    public void What_is_planned_after_the_end_is_due_at_once()
        => Assert.Equal(SagaRun.End + TimeSpan.FromDays(1), SagaRun.Of(SagaRun.End + TimeSpan.FromDays(1), new RetryBudget(), Contain).Step("a disable-account").DueAt);
}
