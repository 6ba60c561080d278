using Deprovisioner.Contracts;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Tests.Sagas;

namespace Deprovisioner.Core.Tests.Replaying;

public sealed class ReplayTests
{
    [Fact]
    public void It_goes_with_one_then_ten_then_the_rest()
    {
        var run = new ReplayRun(40);
        run.Look();
        Assert.Equal([ReplayWave.One], run.UnderWay.Select(i => i.Wave!.Value));
        Assert.NotNull(run.Look().Refusal);

        run.Report(run.Items[0], Outcome.Changed);
        run.Look();
        Assert.Equal(Enumerable.Repeat(ReplayWave.Ten, 10), run.UnderWay.Select(i => i.Wave!.Value));
        foreach (var item in run.UnderWay.Take(9).ToList())
        {
            run.Report(item, Outcome.Changed);
        }

        run.Look();
        Assert.Single(run.UnderWay);
        run.Report(run.UnderWay.Single(), Outcome.Already);
        run.Look();
        Assert.Equal(29, run.UnderWay.Count(i => i.Wave is ReplayWave.Rest));

        run.ToTheEnd();
        Assert.Equal((ReplayStatus.Completed, 40), (run.Job.Status, run.In(ReplayItemState.Succeeded)));
        Assert.Equal(["replay-created", "replay-started", "replay-completed"], run.Audit.Select(a => a.Type));
    }

    [Theory]
    [InlineData(Outcome.Rejected)]
    [InlineData(Outcome.Transient)]
    [InlineData(Outcome.Unauthorized)]
    public void The_same_error_stops_it_after_the_first_step_and_the_others_are_untouched(Outcome outcome)
    {
        var run = new ReplayRun(40);
        run.Look();
        run.Report(run.Items[0], outcome);
        run.Look();
        run.Look();

        Assert.Equal((ReplayStatus.Stopped, 39, 1), (run.Job.Status, run.Job.Counts.Untouched, run.Job.Counts.Failed));
        Assert.Equal("ldap-50 came back on ldap", run.Job.Stopped!.ToString());
        Assert.Equal(39, run.Audit.Single(a => a.Type == "replay-stopped").Facts["untouched"]!.GetValue<int>());
    }

    [Fact]
    public void A_new_error_stops_the_first_two_waves_too_and_is_told_as_new()
    {
        var run = InWaveTen(40);
        run.Report(run.UnderWay.First(), Outcome.Ambiguous, "two-accounts");
        run.Look();

        Assert.Equal((ReplayStatus.Stopped, 29), (run.Job.Status, run.Job.Counts.Untouched));
        Assert.Equal("two-accounts came up on ldap, where the step had failed otherwise before", run.Job.Stopped!.ToString());
    }

    [Fact]
    public void In_the_rest_single_errors_do_not_stop_it_and_ten_in_a_row_on_one_system_do()
    {
        var run = InTheRest(600);
        foreach (var (item, i) in run.UnderWay.Select((item, i) => (item, i)).ToList())
        {
            run.Report(item, i % 4 == 0 ? Outcome.Rejected : Outcome.Changed);
        }

        run.Look();
        Assert.Equal(ReplayStatus.Running, run.Job.Status);
        foreach (var item in run.UnderWay.Take(9).ToList())
        {
            run.Report(item, Outcome.Rejected);
        }

        run.Look();
        Assert.Equal(ReplayStatus.Running, run.Job.Status);
        run.Report(run.UnderWay.First(i => run.Step(i).Status is StepStatus.Due), Outcome.Rejected);
        run.Look();

        Assert.Equal(ReplayStatus.Stopped, run.Job.Status);
        Assert.True(run.Job.Counts.Untouched > 0);
        var left = run.Job.Counts.Untouched;
        run.Look();
        Assert.Equal(left, run.Job.Counts.Untouched);
    }

    [Fact]
    public void Success_on_another_system_does_not_hide_a_broken_one()
    {
        var run = InTheRest(600, i => i % 2 == 0 ? "ldap" : "crm");
        foreach (var item in run.UnderWay.Take(40).ToList())
        {
            run.Report(item, item.System.Value == "crm" ? Outcome.Rejected : Outcome.Changed);
        }

        run.Look();

        Assert.Equal((ReplayStatus.Stopped, "crm"), (run.Job.Status, run.Job.Stopped!.System.Value));
    }

    [Fact]
    public void A_resumed_one_begins_with_one_again_and_with_what_failed()
    {
        var run = new ReplayRun(40);
        run.Look();
        run.Report(run.Items[0], Outcome.Rejected);
        run.Look();

        Assert.Null(run.Resume().Refusal);
        run.Look();
        Assert.Equal([0], run.UnderWay.Select(i => i.Ordinal));
        run.ToTheEnd();

        Assert.Equal((ReplayStatus.Completed, 40), (run.Job.Status, run.In(ReplayItemState.Succeeded)));
        Assert.Equal(["replay-created", "replay-started", "replay-stopped", "replay-resumed", "replay-completed"], run.Audit.Select(a => a.Type));
    }

    [Fact]
    public void The_last_step_that_fails_ends_it_and_stops_nothing()
    {
        var run = new ReplayRun(1);
        run.Look();
        run.Report(run.Items[0], Outcome.Rejected);
        run.Look();

        Assert.Equal((ReplayStatus.Completed, 1), (run.Job.Status, run.Job.Counts.Failed));
    }

    [Fact]
    public void What_is_no_longer_failed_or_whose_saga_is_held_or_cancelled_is_skipped_with_the_reason_and_the_next_has_its_turn()
    {
        var run = new ReplayRun(6);
        run.Do(run.Items[0], new SagaInput.Resolve(run.Items[0].Step, "ticket", SagaRun.Somebody));
        run.Do(run.Items[1], new SagaInput.Cancel(SagaRun.Somebody));
        run.Do(run.Items[2], new SagaInput.Hold(new SagaHold(HoldReason.Guard, "Too many leave.", run.Now)));
        run.Do(run.Items[3], new SagaInput.Replay(run.Items[3].Step, SagaRun.Somebody));
        run.Look();

        Assert.Equal([4], run.UnderWay.Select(i => i.Ordinal));
        Assert.Equal(["The step is succeeded by now.", "The saga was cancelled.", "The saga is held: Too many leave.", "The step is due by now."], run.Items.Take(4).Select(i => i.Reason));
        run.ToTheEnd();
        Assert.Equal((4, 2), (run.Job.Counts.Skipped, run.Job.Counts.Succeeded));
    }

    [Fact]
    public void What_a_person_holds_after_it_was_sent_shows_nothing_and_another_takes_its_place()
    {
        var run = new ReplayRun(3);
        run.Look();
        run.Do(run.Items[0], new SagaInput.Hold(new SagaHold(HoldReason.Guard, "Too many leave.", run.Now)));
        run.Look();

        Assert.Equal((ReplayItemState.Held, ReplayWave.One), (run.Items[0].State, run.Job.Wave));
        Assert.Equal([1], run.UnderWay.Select(i => i.Ordinal));
    }

    [Fact]
    public void Patience_that_a_system_asks_for_is_no_error_and_what_it_finishes_later_holds_up_no_wave()
    {
        var run = new ReplayRun(3);
        run.Look();
        run.Report(run.Items[0], Outcome.Throttled);
        Assert.NotNull(run.Look().Refusal);
        run.Report(run.Items[0], Outcome.Accepted);
        run.Look();

        Assert.Equal([ReplayWave.One, ReplayWave.Ten, ReplayWave.Ten], run.UnderWay.Select(i => i.Wave!.Value));
    }

    [Fact]
    public void A_step_on_a_shut_system_waits_and_those_on_others_go()
    {
        var run = new ReplayRun(4, system: i => i == 0 ? "crm" : "ldap");
        run.Shut["crm"] = "paused by bob: upgrade";
        run.Look();
        Assert.Equal([1], run.UnderWay.Select(i => i.Ordinal));
        for (var i = 0; i < 5; i++)
        {
            run.UnderWay.ToList().ForEach(item => run.Report(item, Outcome.Changed));
            run.Look();
        }

        Assert.Equal((ReplayStatus.Running, 1), (run.Job.Status, run.Job.Counts.Untouched));
        run.Shut.Clear();
        run.ToTheEnd();
        Assert.Equal(4, run.Job.Counts.Succeeded);
    }

    [Fact]
    public void Cancelled_it_sends_nothing_more_and_what_is_under_way_is_still_counted()
    {
        var run = InWaveTen(40);
        Assert.Null(run.Cancel().Refusal);
        Assert.Equal((ReplayStatus.Cancelled, 29, 10), (run.Job.Status, run.Job.Counts.Cancelled, run.Job.Counts.Sent));
        run.UnderWay.ToList().ForEach(item => run.Report(item, Outcome.Changed));
        run.Look();

        Assert.Equal((11, 0), (run.Job.Counts.Succeeded, run.Job.Counts.Sent));
        Assert.NotNull(run.Cancel().Refusal);
        Assert.NotNull(run.Resume().Refusal);
        Assert.NotNull(run.Start().Refusal);
    }

    [Theory]
    [InlineData(ReplayStart.AtOnce, 500, ReplayStatus.Running)]
    [InlineData(ReplayStart.IfFew, 10, ReplayStatus.Running)]
    [InlineData(ReplayStart.IfFew, 11, ReplayStatus.Previewing)]
    [InlineData(ReplayStart.AfterPreview, 1, ReplayStatus.Previewing)]
    public void It_begins_at_once_if_told_to_or_few(ReplayStart start, int steps, ReplayStatus expected)
        => Assert.Equal(expected, new ReplayRun(steps, start).Job.Status);

    [Theory]
    [InlineData(Outcome.Observed, null, PreviewAnswer.WouldChange, null)]
    [InlineData(Outcome.Already, null, PreviewAnswer.AlreadySo, null)]
    [InlineData(Outcome.Absent, "unconfirmed", PreviewAnswer.NotThere, "unconfirmed")]
    [InlineData(Outcome.Ambiguous, "two-accounts", PreviewAnswer.WouldFail, "ambiguous (two-accounts)")]
    [InlineData(Outcome.Rejected, null, PreviewAnswer.WouldFail, "rejected")]
    [InlineData(Outcome.Transient, "unreachable", PreviewAnswer.Unknown, "transient (unreachable)")]
    public void A_preview_asks_sends_nothing_and_is_ready_once_all_have_answered(Outcome outcome, string? code, PreviewAnswer answer, string? detail)
    {
        var run = new ReplayRun(3, ReplayStart.AfterPreview);
        run.Look();
        Assert.Equal((3, 0), (run.Probes.Count, run.Job.Counts.Sent));
        run.Answer(outcome, code);
        run.Look();

        Assert.Equal(ReplayStatus.Ready, run.Job.Status);
        Assert.All(run.Items, i => Assert.Equal((ReplayItemState.Previewed, answer, detail), (i.State, i.Answer!.Value, i.AnswerDetail)));
        Assert.NotNull(run.Look().Refusal);
        Assert.Null(run.Start().Refusal);
        run.ToTheEnd();
        Assert.Equal(3, run.Job.Counts.Succeeded);
    }

    [Fact]
    public void A_preview_waits_a_minute_for_the_next_answer_and_says_of_a_shut_system_that_it_cannot_be_asked()
    {
        var run = new ReplayRun(3, ReplayStart.AfterPreview, i => i == 0 ? "crm" : "ldap");
        run.Shut["crm"] = "paused by bob: upgrade";
        run.Do(run.Items[1], new SagaInput.Resolve(run.Items[1].Step, "ticket", SagaRun.Somebody));
        run.Look();
        Assert.Equal((PreviewAnswer.Unknown, "crm cannot be asked now: paused by bob: upgrade"), (run.Items[0].Answer!.Value, run.Items[0].AnswerDetail));
        Assert.Equal(ReplayItemState.Skipped, run.Items[1].State);
        run.Now += TimeSpan.FromSeconds(59);
        Assert.NotNull(run.Look().Refusal);
        run.Now += TimeSpan.FromSeconds(1);
        run.Look();

        Assert.Equal((ReplayStatus.Ready, ReplayItemState.Listed), (run.Job.Status, run.Items[2].State));
        Assert.Null(run.Items[2].Probe);
    }

    [Fact]
    public void Each_replayed_step_is_recorded_with_who_why_and_the_replay()
    {
        var run = new ReplayRun(1);
        var facts = run.Look().Sagas.Single().Audit.Single(a => a.Type == "step-replayed").Facts;

        Assert.Equal((7L, "ops@example.test", "because"), (facts["replay"]!.GetValue<long>(), facts["who"]!.GetValue<string>(), facts["why"]!.GetValue<string>()));
    }

    [Fact]
    public void A_selection_is_told_as_somebody_would_say_it()
    {
        Assert.Equal(
            "--system crm --code ldap-50 --action disable-account --since 2026-11-30T17:00:00Z",
            new ReplayFilter { System = "crm", Code = "ldap-50", Action = StepAction.DisableAccount, Since = SagaRun.End }.ToString());
        Assert.Equal("4 steps or sagas", new ReplayFilter { Ids = [Guid.Empty, Guid.Empty, Guid.Empty, Guid.Empty] }.ToString());
        Assert.True(new ReplayFilter().IsEmpty);
        Assert.False(new ReplayFilter { Person = "P1" }.IsEmpty);
    }

    private static ReplayRun InWaveTen(int steps, Func<int, string>? system = null)
    {
        var run = new ReplayRun(steps, system: system);
        run.Look();
        run.Report(run.Items[0], Outcome.Changed);
        run.Look();
        Assert.Equal(10, run.UnderWay.Count());
        return run;
    }

    private static ReplayRun InTheRest(int steps, Func<int, string>? system = null)
    {
        var run = InWaveTen(steps, system);
        run.UnderWay.ToList().ForEach(item => run.Report(item, Outcome.Changed));
        run.Look();
        Assert.Equal(ReplayTransitions.MostUnderWay, run.UnderWay.Count());
        return run;
    }
}
