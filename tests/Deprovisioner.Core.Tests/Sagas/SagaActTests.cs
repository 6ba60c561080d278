using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

/// <summary>What people, and events, do to a saga that is on its way.</summary>
public sealed class SagaActTests
{
    private static readonly StageText Contain = new("contain", "a disable-account", "b disable-account");
    private static readonly StageText Revoke = new("revoke", "a remove-entitlements", "b remove-entitlements");
    private static readonly DateTimeOffset DaysBefore = SagaRun.End - TimeSpan.FromDays(5);

    [Fact]
    public void A_cancelled_saga_runs_nothing_more_and_keeps_what_was_done()
    {
        var run = SagaRun.Of(Contain, Revoke).Done("a disable-account");
        run.Now += TimeSpan.FromSeconds(1);
        Assert.Null(run.Cancel().Refusal);
        Assert.Equal("succeeded cancelled cancelled cancelled", run.Statuses);
        Assert.Equal((SagaStatus.Cancelled, run.Now), (run.Saga.Status, run.Saga.CompletedAt));
        Assert.All(run.Saga.Steps.Skip(1), step => Assert.Equal((null, run.Now), (step.DueAt, step.SettledAt)));
    }

    [Fact]
    public void A_success_of_what_was_under_way_when_it_was_cancelled_is_recorded_and_opens_nothing()
    {
        var run = SagaRun.Of(Contain, Revoke).Send("a disable-account");
        run.Cancel();
        Assert.Equal("in-flight cancelled cancelled cancelled", run.Statuses);
        Assert.Null(run.Report("a disable-account", Outcome.Changed).Refusal);
        Assert.Equal("succeeded cancelled cancelled cancelled", run.Statuses);
        Assert.Equal("step-reported", run.Audit[^1].Type);
        Assert.Equal(SagaStatus.Cancelled, run.Saga.Status);
    }

    [Theory]
    [InlineData(Outcome.Transient)]
    [InlineData(Outcome.Indeterminate)]
    [InlineData(Outcome.Throttled)]
    [InlineData(Outcome.Unauthorized)]
    [InlineData(Outcome.Accepted)]
    [InlineData(Outcome.Rejected)]
    [InlineData(Outcome.Ambiguous)]
    [InlineData(Outcome.NotRemovableHere)]
    public void What_was_under_way_and_did_not_succeed_is_cancelled_with_the_rest_and_not_tried_again(Outcome outcome)
    {
        var run = SagaRun.Of(Contain).Send("a disable-account");
        run.Cancel();
        Assert.Null(run.Report("a disable-account", outcome).Refusal);
        var step = run.Step("a disable-account");
        Assert.Equal((StepStatus.Cancelled, outcome, null, run.Now), (step.Status, step.Outcome, step.DueAt, step.SettledAt));
    }

    [Fact]
    public void A_task_is_not_left_open_with_a_person_after_its_saga_was_cancelled()
    {
        var run = SagaRun.Of(new StageText("contain", "badge manual-task", "locker manual-task")).Do(Outcome.Accepted, "badge manual-task").Send("locker manual-task");
        run.Cancel();
        run.Report("locker manual-task", Outcome.Accepted);
        Assert.Equal("cancelled cancelled", run.Statuses);
    }

    [Fact]
    public void A_saga_that_is_over_cannot_be_cancelled()
    {
        var run = SagaRun.Of(Contain);
        run.Cancel();
        Assert.Equal("The saga is cancelled already.", run.Cancel().Refusal);
        var completed = SagaRun.Of(Contain).Done("a disable-account", "b disable-account");
        Assert.Equal("The saga is completed already.", completed.Cancel().Refusal);
    }

    [Fact]
    public void A_cancelled_stage_is_not_told_of_as_completed()
    {
        var run = SagaRun.Of(Contain, Revoke);
        run.Cancel();
        Assert.Equal(["saga-planned", "saga-cancelled"], run.Recorded);
        Assert.Equal([SagaNotice.Started], run.Notices);
        Assert.Null(run.Saga.ContainedAt);
        Assert.Equal("""{"openSteps":4,"who":"ops@example.test","why":"because"}""", run.Audit[^1].Facts.ToJsonString());
    }

    [Fact]
    public void A_failed_step_is_replayed_as_if_it_were_new_but_for_its_attempts()
    {
        var run = SagaRun.Of(Contain, Revoke).Do(Outcome.Transient, "a disable-account");
        run.Now += TimeSpan.FromDays(4);
        run.Do(Outcome.Transient, "a disable-account");
        Assert.Equal((StepStatus.Failed, 2), (run.Step("a disable-account").Status, run.Step("a disable-account").Failures));
        run.Now += TimeSpan.FromDays(1);
        Assert.Null(run.Replay("a disable-account").Refusal);
        var step = run.Step("a disable-account");
        Assert.Equal((StepStatus.Due, 0, 2, run.Now, run.Now, null), (step.Status, step.Failures, step.Sends, step.DueAt, step.FirstDueAt, step.SettledAt));
        Assert.Equal(SagaStatus.Running, run.Saga.Status);

        // A new budget: the next failure waits, and is not final.
        run.Do(Outcome.Transient, "a disable-account");
        Assert.Equal(StepStatus.Due, run.Step("a disable-account").Status);
        Assert.Equal("step-replayed", run.Audit[^2].Type);
        Assert.Contains("\"who\":\"ops@example.test\",\"why\":\"because\"", run.Audit[^2].Facts.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_replay_holds_up_no_other_system_again()
    {
        var run = SagaRun.Of(Contain, new StageText("revoke", "b remove-entitlements", "b reclaim-licence")).Do(Outcome.Rejected, "a disable-account").Done("b disable-account");
        run.Replay("a disable-account");
        run.Done("b remove-entitlements");
        Assert.Equal("due succeeded succeeded due", run.Statuses);
    }

    [Fact]
    public void Only_a_failed_step_can_be_replayed()
    {
        var run = SagaRun.Of(new StageText("contain", "a disable-account", "b disable-account", "badge manual-task", "c disable-account"), Revoke);
        run.Done("a disable-account").Send("b disable-account").Do(Outcome.Accepted, "badge manual-task");
        foreach (var step in new[] { "a disable-account", "b disable-account", "badge manual-task", "c disable-account", "a remove-entitlements" })
        {
            Assert.NotNull(run.Replay(step).Refusal);
        }
    }

    [Fact]
    public void A_failed_step_of_a_cancelled_saga_is_not_replayed()
    {
        var run = SagaRun.Of(Contain).Do(Outcome.Rejected, "a disable-account");
        run.Cancel();
        Assert.NotNull(run.Replay("a disable-account").Refusal);
    }

    [Theory]
    [InlineData("waiting")]
    [InlineData("due")]
    [InlineData("in-flight")]
    [InlineData("open-task")]
    [InlineData("failed")]
    public void A_person_may_settle_any_step_that_is_not_settled_or_failed(string status)
    {
        const string Name = "a disable-account";
        var run = status switch
        {
            "waiting" => SagaRun.Of(new StageText("first", "b disable-account"), new StageText("then", Name)),
            "due" => SagaRun.Of(new StageText("first", Name)),
            "in-flight" => SagaRun.Of(new StageText("first", Name)).Send(Name),
            "open-task" => SagaRun.Of(new StageText("first", "a manual-task")).Do(Outcome.Accepted, "a manual-task"),
            _ => SagaRun.Of(new StageText("first", Name)).Do(Outcome.Rejected, Name),
        };
        var name = status == "open-task" ? "a manual-task" : Name;
        Assert.Equal(status, EnumText.Of(run.Step(name).Status));
        Assert.Null(run.Resolve(name).Refusal);
        var step = run.Step(name);
        Assert.Equal((StepStatus.Succeeded, "resolved-by-hand", null, run.Now), (step.Status, step.Code, step.DueAt, step.SettledAt));
        Assert.Equal("The step is succeeded already.", run.Resolve(name).Refusal);
        var entry = run.Audit.Single(e => e.Type == "step-resolved");
        Assert.Equal(status, (string?)entry.Facts["before"]);
        Assert.Equal("""{"evidence":"seen with my own eyes"}""", entry.Private!.ToJsonString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_step_that_failed_or_that_a_person_has_may_be_skipped_and_what_comes_after_goes_on(bool isTask)
    {
        var name = isTask ? "badge manual-task" : "a disable-account";
        var run = SagaRun.Of(new StageText("contain", name, "b disable-account"), new StageText("retire", "b delete-account")).Do(isTask ? Outcome.Accepted : Outcome.Rejected, name).Done("b disable-account");
        Assert.Equal(StepStatus.Waiting, run.Step("b delete-account").Status);

        Assert.Null(run.Skip(name).Refusal);

        var step = run.Step(name);
        Assert.Equal((StepStatus.Cancelled, "skipped", run.Now), (step.Status, step.Code, step.SettledAt));
        Assert.Equal(StepStatus.Due, run.Step("b delete-account").Status);
        run.Done("b delete-account");
        Assert.Equal((SagaStatus.Completed, null), (run.Saga.Status, run.Saga.ContainedAt));
        Assert.Equal(["retire"], run.Audit.Where(e => e.Type == "stage-completed").Select(e => (string?)e.Facts["stage"]));
        var entry = run.Audit.Single(e => e.Type == "step-skipped");
        Assert.Equal(("ops@example.test", "because", isTask ? "open-task" : "failed"), ((string?)entry.Facts["who"], (string?)entry.Facts["why"], (string?)entry.Facts["before"]));
    }

    [Fact]
    public void What_could_not_tell_accounts_apart_is_tried_again_on_that_system_once_somebody_has_chosen()
    {
        var run = SagaRun.Of(new StageText("contain", "a disable-account", "b disable-account"), new StageText("revoke", "a remove-entitlements"));
        foreach (var name in (string[])["a disable-account", "b disable-account", "a remove-entitlements"])
        {
            run.Send(name);
            Assert.Null(run.Next(new SagaInput.Reported(run.ReportOf(name, Outcome.Ambiguous) with { Code = Step.AmbiguousAccount })).Refusal);
        }

        Assert.Null(run.Choose("a disable-account", "u-1").Refusal);

        Assert.Equal("due failed due", run.Statuses);
        Assert.All(run.Saga.Steps.Where(s => s.Status is StepStatus.Due), s => Assert.True(s.AskFirst));
        var entry = run.Audit.Single(e => e.Type == "accounts-chosen");
        Assert.Equal((1, 1, "ops@example.test"), ((int?)entry.Facts["theirs"], (int?)entry.Facts["others"], (string?)entry.Facts["who"]));
        Assert.Equal("""{"theirs":["u-1"],"others":["other"]}""", entry.Private!.ToJsonString());
    }

    [Theory]
    [InlineData(Outcome.Rejected, Step.AmbiguousAccount)]
    [InlineData(Outcome.Ambiguous, "entitlement-ambiguous")]
    public void Where_nothing_else_is_in_doubt_nothing_is_chosen(Outcome outcome, string code)
    {
        var run = SagaRun.Of(Contain).Send("a disable-account");
        run.Next(new SagaInput.Reported(run.ReportOf("a disable-account", outcome) with { Code = code }));

        Assert.NotNull(run.Choose("a disable-account", "u-1").Refusal);
    }

    [Fact]
    public void What_destroys_on_the_same_system_is_skipped_with_the_step()
    {
        var run = SagaRun.Of(new StageText("handover", "a transfer-data", "b transfer-data"), new StageText("retire", "a delete-account", "b delete-account")).Do(Outcome.Rejected, "a transfer-data").Done("b transfer-data");

        run.Skip("a transfer-data");

        Assert.Equal("cancelled succeeded cancelled due", run.Statuses);
        Assert.Equal("""["retire a delete-account"]""", run.Audit.Single(e => e.Type == "step-skipped").Facts["with"]!.ToJsonString());
    }

    [Theory]
    [InlineData("waiting")]
    [InlineData("due")]
    [InlineData("in-flight")]
    [InlineData("succeeded")]
    [InlineData("cancelled")]
    public void Nothing_else_can_be_skipped(string status)
    {
        const string Name = "a disable-account";
        var run = status switch
        {
            "waiting" => SagaRun.Of(new StageText("first", "b disable-account"), new StageText("then", Name)),
            "due" => SagaRun.Of(new StageText("first", Name)),
            "in-flight" => SagaRun.Of(new StageText("first", Name)).Send(Name),
            "succeeded" => SagaRun.Of(new StageText("first", Name, "b disable-account")).Done(Name),
            _ => SagaRun.Of(new StageText("first", Name)).Do(Outcome.Rejected, Name),
        };
        if (status == "cancelled")
        {
            run.Cancel();
        }

        var before = run.Statuses;
        Assert.Contains("can be skipped", run.Skip(Name).Refusal, StringComparison.Ordinal);
        Assert.Equal(before, run.Statuses);
    }

    [Fact]
    public void The_report_of_an_attempt_that_a_person_overtook_changes_nothing()
    {
        var run = SagaRun.Of(Contain).Send("a disable-account");
        run.Resolve("a disable-account");
        Assert.NotNull(run.Report("a disable-account", Outcome.Rejected).Refusal);
    }

    [Fact]
    public void A_cancelled_or_unknown_step_cannot_be_resolved()
    {
        var run = SagaRun.Of(Contain);
        run.Cancel();
        Assert.Equal("The step is cancelled already.", run.Resolve("a disable-account").Refusal);
        Assert.Equal("The saga has no such step.", run.Next(new SagaInput.Resolve(new StepId(Guid.Empty), "x", SagaRun.Somebody)).Refusal);
        Assert.NotNull(run.Next(new SagaInput.Replay(new StepId(Guid.Empty), SagaRun.Somebody)).Refusal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-3)]
    public void Before_it_started_a_new_end_moves_what_is_due(int days)
    {
        var run = SagaRun.Of(DaysBefore, new RetryBudget(), Contain, Revoke);
        var end = SagaRun.End + TimeSpan.FromDays(days);
        Assert.Null(run.Reschedule(end).Refusal);
        Assert.Equal((end, "moved", SagaStatus.Scheduled), (run.Saga.EffectiveAt, run.Saga.EffectiveBasis, run.Saga.Status));
        Assert.All(run.Saga.Steps.Take(2), step => Assert.Equal((StepStatus.Due, end, end), (step.Status, step.DueAt, step.FirstDueAt)));
        Assert.Equal("due due waiting waiting", run.Statuses);
        Assert.Equal(("saga-rescheduled", """{"effectiveAt":"2026-""" + end.ToString("MM-dd") + """T17:00:00.000000Z","effectiveBasis":"moved","urgent":false}"""), (run.Audit[^1].Type, run.Audit[^1].Facts.ToJsonString()));
    }

    [Fact]
    public void An_end_that_moved_into_the_past_is_due_at_once()
    {
        var run = SagaRun.Of(DaysBefore, new RetryBudget(), Contain);
        run.Reschedule(DaysBefore - TimeSpan.FromDays(1));
        Assert.Equal((DaysBefore, SagaStatus.Running), (run.Step("a disable-account").DueAt, run.Saga.Status));
    }

    [Fact]
    public void A_new_end_makes_a_blocked_system_wait_for_its_turn_again()
    {
        var run = SagaRun.Of(SagaRun.End, new RetryBudget(), Contain, Revoke);
        run.Block("a disable-account", "b disable-account");
        Assert.Equal("due due waiting waiting", run.Statuses);
        run.Reschedule(SagaRun.End + TimeSpan.FromDays(1));
        Assert.All(run.Saga.Steps, step => Assert.False(step.Deferred));
    }

    [Fact]
    public void Between_two_times_that_have_passed_nothing_moves()
    {
        var run = SagaRun.Of(SagaRun.End, new RetryBudget(), Contain);
        run.Now += TimeSpan.FromSeconds(5);
        Assert.Equal("Nothing is different.", run.Reschedule(run.Now).Refusal);
        Assert.Equal(SagaRun.End, run.Step("a disable-account").DueAt);
    }

    [Fact]
    public void After_it_started_only_the_urgency_changes_and_every_open_step_is_touched_for_it()
    {
        var run = SagaRun.Of(Contain, Revoke).Done("a disable-account");
        Assert.Equal("The saga has started: its time cannot move any more.", run.Reschedule(SagaRun.End + TimeSpan.FromDays(9)).Refusal);
        var decision = run.Reschedule(SagaRun.End + TimeSpan.FromDays(9), urgent: true);
        Assert.Null(decision.Refusal);
        Assert.Equal((true, SagaRun.End, "test"), (run.Saga.Urgent, run.Saga.EffectiveAt, run.Saga.EffectiveBasis));
        Assert.Equal(run.Saga.Steps.Skip(1).Select(s => s.Id).ToHashSet(), decision.Changed.ToHashSet());
        Assert.Equal("succeeded due waiting waiting", run.Statuses);
    }

    [Fact]
    public void The_same_end_again_and_an_end_for_what_is_over_are_refused()
    {
        var run = SagaRun.Of(DaysBefore, new RetryBudget(), Contain);
        Assert.Equal("Nothing is different.", run.Reschedule(SagaRun.End).Refusal);
        run.Cancel();
        Assert.Equal("The saga is cancelled already.", run.Reschedule(SagaRun.End + TimeSpan.FromDays(1)).Refusal);
    }

    [Fact]
    public void A_block_is_recorded_for_each_step_that_was_due_and_for_no_other()
    {
        var run = SagaRun.Of(Contain, Revoke).Send("b disable-account");
        var decision = run.Block("a disable-account", "b disable-account", "a remove-entitlements");
        Assert.Equal([run.Step("a disable-account").Id], decision.Changed);
        Assert.Equal("down: unreachable", (string?)Assert.Single(decision.Audit).Facts["reason"]);
        Assert.Equal("in-flight", EnumText.Of(run.Step("b disable-account").Status));
    }

    [Fact]
    public void A_step_that_nobody_answered_is_not_waited_for_and_leaves_no_row()
    {
        var run = SagaRun.Of(Contain, Revoke).Send("b disable-account");
        var decision = SagaTransitions.Next(run.Saga, new SagaInput.Blocked([run.Step("b disable-account").Id], Reason: null), run.Now);
        Assert.True(decision.Saga.Steps.Single(s => s.Id == run.Step("b disable-account").Id) is { Deferred: true, Status: StepStatus.InFlight });
        Assert.Empty(decision.Audit);
    }

    [Fact]
    public void What_was_sent_or_settled_by_hand_has_started()
    {
        var sent = SagaRun.Of(Contain).Send("a disable-account");
        Assert.Equal("The saga has started: its time cannot move any more.", sent.Reschedule(SagaRun.End + TimeSpan.FromDays(3)).Refusal);
        var settled = SagaRun.Of(DaysBefore, new RetryBudget(), Contain);
        Assert.Equal(SagaStatus.Scheduled, settled.Saga.Status);
        settled.Resolve("a disable-account");
        Assert.Equal(SagaStatus.Running, settled.Saga.Status);
        Assert.Equal("The saga has started: its time cannot move any more.", settled.Reschedule(SagaRun.End + TimeSpan.FromDays(3)).Refusal);
    }

    [Fact]
    public void Made_urgent_what_is_due_stays_due_since_when_it_was()
    {
        var run = SagaRun.Of(Contain);
        run.Now += TimeSpan.FromHours(1);
        Assert.Null(run.Reschedule(SagaRun.End, urgent: true).Refusal);
        Assert.Equal((StepStatus.Due, SagaRun.End, SagaRun.End), (run.Step("a disable-account").Status, run.Step("a disable-account").DueAt, run.Step("a disable-account").FirstDueAt));
    }

    [Fact]
    public void A_saga_is_answered_for_once_and_only_when_it_is_over()
    {
        var run = SagaRun.Of(Contain);
        Assert.Equal("The saga still runs.", run.Next(new SagaInput.Returned()).Refusal);
        run.Next(new SagaInput.Cancel(SagaRun.Somebody, GivesUp: true));
        Assert.Null(run.Saga.ReturnedAt);
        Assert.Null(run.Next(new SagaInput.Returned()).Refusal);
        run.Now += TimeSpan.FromHours(1);
        Assert.Equal("The person had come back before.", run.Next(new SagaInput.Returned()).Refusal);
        Assert.Equal(SagaRun.End, run.Saga.ReturnedAt);
    }

    [Fact]
    public void What_deletes_in_a_later_stage_waits_for_what_deletes_in_an_earlier_one()
    {
        var run = SagaRun.Of(new StageText("retire", "a delete-account"), new StageText("last", "b delete-account"));
        run.Do(Outcome.Rejected, "a delete-account");
        Assert.Equal("failed waiting", run.Statuses);
    }

    /// <summary>Whether there is something to put back.</summary>
    [Theory]
    [InlineData(StepStatus.Succeeded, 1, Outcome.Already, null, StepAction.DisableAccount, false)]
    [InlineData(StepStatus.Succeeded, 2, Outcome.Already, null, StepAction.DisableAccount, false)]
    [InlineData(StepStatus.Succeeded, 2, Outcome.Already, Step.AfterRetry, StepAction.DisableAccount, true)]
    [InlineData(StepStatus.Succeeded, 1, null, Step.ByHand, StepAction.DisableAccount, true)]
    [InlineData(StepStatus.Succeeded, 2, Outcome.Absent, null, StepAction.DeleteAccount, true)]
    [InlineData(StepStatus.Succeeded, 1, Outcome.Absent, null, StepAction.DeleteAccount, false)]
    [InlineData(StepStatus.Succeeded, 2, Outcome.Absent, null, StepAction.DisableAccount, false)]
    [InlineData(StepStatus.Succeeded, 2, Outcome.Observed, null, StepAction.DeleteAccount, false)]
    [InlineData(StepStatus.Failed, 1, Outcome.Ambiguous, null, StepAction.DisableAccount, false)]
    [InlineData(StepStatus.Due, 1, Outcome.Unauthorized, null, StepAction.DisableAccount, false)]
    [InlineData(StepStatus.Due, 1, Outcome.Throttled, null, StepAction.DisableAccount, false)]
    [InlineData(StepStatus.Failed, 1, Outcome.Rejected, null, StepAction.DisableAccount, true)]
    [InlineData(StepStatus.Due, 2, Outcome.Throttled, null, StepAction.DisableAccount, true)]
    [InlineData(StepStatus.Due, 1, Outcome.Rejected, Step.Fenced, StepAction.DisableAccount, false)]
    [InlineData(StepStatus.InFlight, 1, Outcome.Throttled, null, StepAction.DisableAccount, true)]
    [InlineData(StepStatus.Waiting, 0, null, null, StepAction.DisableAccount, false)]
    public void A_step_may_have_changed_something_or_not(StepStatus status, int sends, Outcome? outcome, string? code, StepAction action, bool may)
        => Assert.Equal(may, (SagaRun.Of(Contain).Saga.Steps[0] with { Status = status, Sends = sends, Outcome = outcome, Code = code, Action = action }).MayHaveChanged);
}
