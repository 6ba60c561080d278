using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;
using static Deprovisioner.Core.Tests.Intake.IntakeRun;

namespace Deprovisioner.Core.Tests.Intake;

/// <summary>Access rests during a leave, and comes back.</summary>
public sealed class LeaveOfAbsenceTests
{
    private readonly IntakeRun run = new(
        PolicyFor("terminated", StepAction.DisableAccount, StepAction.RemoveEntitlements), PolicyFor("leave-started", StepAction.DisableAccount),
        PolicyFor("leave-ended", StepAction.RestoreAccount), PolicyFor("termination-rescinded", StepAction.RestoreAccount));

    public LeaveOfAbsenceTests() => run.Hire();

    [Fact]
    public void Access_rests_and_comes_back_without_a_rehire()
    {
        Assert.Equal(IntakeVerdict.Planned, Leave().Verdict);
        Assert.Equal((SagaKind.Leave, 3), (run.Open.Single().Kind, run.Work()));
        var back = Back();
        Assert.Equal((IntakeVerdict.Planned, "The leave is over: what was taken is put back."), (back.Verdict, back.Reason));
        Assert.Equal((SagaKind.Restore, 3), (run.Open.Single().Kind, run.Work()));
        Assert.Empty(run.Open);
        Assert.Equal(EmploymentStatus.Active, run.Employment().Status);
    }

    [Fact]
    public void A_leave_that_is_to_come_is_scheduled_and_called_off_by_its_end()
    {
        Assert.Equal(IntakeVerdict.Scheduled, Leave(Day0.AddDays(5)).Verdict);
        Assert.Equal(IntakeVerdict.Applied, Back().Verdict);
        Assert.Empty(run.Open);
        Assert.Single(run.Sagas);
    }

    [Fact]
    public void Its_end_is_looked_for_when_it_comes()
    {
        Leave();
        run.Work();
        Assert.Equal(IntakeVerdict.Applied, Back(Day0.AddDays(30)).Verdict);
        Assert.Equal(new NextLook(Day0.AddDays(30), HrEventTypes.LeaveEnded), run.Person!.NextLook);
        run.Now = Day0.AddDays(30);
        Assert.Equal(IntakeVerdict.Planned, run.Look().Verdict);
        Assert.Equal(SagaKind.Restore, run.Open.Single().Kind);
    }

    [Fact]
    public void A_leave_of_who_has_left_changes_nothing()
    {
        run.Terminate();
        run.Work();
        Assert.Equal(IntakeVerdict.NoOp, Leave().Verdict);
        Assert.Single(run.Sagas);
    }

    [Fact]
    public void A_leave_that_nobody_told_of_has_no_end()
    {
        run.Terminate();
        run.Work(1);
        run.Cancel(run.Open.Single());
        run.Hire();
        var sagas = run.Sagas.Count;
        Assert.Equal("The employment is active.", Back().Reason);
        Assert.Equal(sagas, run.Sagas.Count);
    }

    [Fact]
    public void A_policy_that_plans_no_step_is_not_taken_for_access_that_rests()
    {
        var none = new IntakeRun(PolicyFor("leave-started"));
        none.Hire();
        var decision = none.Decide(none.Event(HrEventTypes.LeaveStarted));
        Assert.Equal((IntakeVerdict.Held, "The policy on-leave-started plans no step: nothing would rest."), (decision.Verdict, decision.Reason));
    }

    [Fact]
    public void A_leave_to_come_does_not_stop_what_is_being_put_back_and_stops_it_once_it_is_moved_to_now()
    {
        Leave();
        run.Work();
        Back();
        Assert.Equal(IntakeVerdict.Scheduled, Leave(Day0.AddDays(9)).Verdict);
        Assert.Equal([SagaKind.Restore, SagaKind.Leave], run.Open.Select(s => s.Kind));
        Assert.Equal(IntakeVerdict.Superseded, Leave(Day0.AddDays(5)).Verdict);
        Assert.Equal(2, run.Open.Count());
        Assert.Equal(IntakeVerdict.Superseded, Leave().Verdict);
        Assert.Equal(SagaKind.Leave, run.Open.Single().Kind);
    }

    [Fact]
    public void Of_two_times_to_look_at_the_earlier_one_is_kept()
    {
        run.Hire(employment: "E2");
        run.Terminate(Day0.AddDays(9));
        run.Decide(run.Event(HrEventTypes.LeaveStarted, employment: "E2") with { EffectiveAt = Day0.AddDays(20) });
        run.Decide(run.Event(HrEventTypes.LeaveEnded, employment: "E2") with { EffectiveAt = Day0.AddDays(30) });
        Assert.Equal(new NextLook(Day0.AddDays(9), HrEventTypes.Terminated), run.Person!.NextLook);
    }

    [Fact]
    public void A_repeated_leave_is_quiet()
    {
        Leave();
        Assert.Equal(IntakeVerdict.NoOp, Leave().Verdict);
        Assert.Single(run.Sagas);
    }

    [Fact]
    public void Without_a_policy_nothing_rests()
    {
        var without = new IntakeRun();
        without.Hire();
        Assert.Equal(IntakeVerdict.Applied, without.Decide(without.Event(HrEventTypes.LeaveStarted)).Verdict);
        Assert.Empty(without.Sagas);
    }

    [Fact]
    public void A_leave_that_came_before_the_hire_takes_effect_once_it_is_known_who_it_is()
    {
        var unknown = new IntakeRun(PolicyFor("leave-started", StepAction.DisableAccount));
        Assert.Equal(IntakeVerdict.Applied, unknown.Decide(unknown.Event(HrEventTypes.LeaveStarted, sequence: 2)).Verdict);
        Assert.Null(unknown.Person!.NextLook);
        unknown.Hire(sequence: 1);
        Assert.Equal(new NextLook(Day0, HrEventTypes.LeaveStarted), unknown.Person!.NextLook);
        unknown.Look();
        Assert.Equal(SagaKind.Leave, unknown.Open.Single().Kind);
    }

    [Fact]
    public void Another_employment_keeps_the_access_until_it_ends()
    {
        run.Hire(employment: "E2");
        Assert.Equal("The employment is on-leave; another one keeps the access.", Leave().Reason);
        Assert.Empty(run.Sagas);
        run.Terminate(employment: "E2");
        Assert.Equal(HrEventTypes.LeaveStarted, run.Person!.NextLook!.Cause);
        Assert.Equal(IntakeVerdict.Planned, run.Look().Verdict);
        Assert.Equal((SagaKind.Leave, "E1"), (run.Open.Single().Kind, run.Open.Single().EmploymentId.Value));
    }

    [Fact]
    public void Who_begins_to_work_under_another_employment_is_given_back_what_rests()
    {
        Leave();
        run.Work();
        Assert.Equal(IntakeVerdict.Applied, run.Decide(run.Event(HrEventTypes.Changed, employment: "E2")).Verdict);
        Assert.Equal(new NextLook(Day0, HrEventTypes.LeaveEnded), run.Person!.NextLook);
        Assert.Equal(IntakeVerdict.Planned, run.Look().Verdict);
        Assert.Equal(SagaKind.Restore, run.Open.Single().Kind);
    }

    [Fact]
    public void A_termination_during_a_leave_takes_the_rest_and_its_rescission_gives_nothing_back_before_the_leave_is_over()
    {
        Leave();
        run.Work();
        Assert.Equal(IntakeVerdict.Planned, run.Terminate().Verdict);
        run.Work();
        Assert.Equal("The termination was rescinded; the person is on leave.", run.Rescind().Reason);
        Assert.Empty(run.Open);
        Assert.Equal(IntakeVerdict.Planned, Back().Verdict);
        Assert.Equal(["g1"], run.Open.Single().Steps[0].Restores[0].Entitlements);
    }

    [Fact]
    public void A_termination_that_is_still_cutting_when_the_leave_of_another_employment_ends_is_called_off()
    {
        run.Terminate();
        run.Work(1);
        run.Hire(employment: "E2", begins: Day0.AddDays(20));
        run.Decide(run.Event(HrEventTypes.LeaveStarted, employment: "E2"));
        run.Now = Day0.AddDays(30);
        run.Look();
        run.Decide(run.Event(HrEventTypes.LeaveEnded, employment: "E2"));

        Assert.Equal(new NextLook(run.Now, HrEventTypes.TerminationRescinded), run.Person!.NextLook);
        Assert.Equal(IntakeVerdict.Planned, run.Look().Verdict);
        Assert.Equal([SagaStatus.Cancelled, SagaStatus.Running], run.Sagas.Select(s => s.Status));
        Assert.Equal(SagaKind.Restore, run.Open.Single().Kind);
    }

    [Fact]
    public void A_leave_that_moves_into_the_future_lets_access_come_back_until_then()
    {
        Leave();
        run.Work();
        Leave(Day0.AddDays(9));
        Assert.Equal(IntakeVerdict.Planned, run.Look().Verdict);
        Assert.Equal([SagaKind.Leave, SagaKind.Restore], run.Open.Select(s => s.Kind));

        // What is still put back then, is not any longer.
        run.Now = Day0.AddDays(9);
        Assert.Equal(new NextLook(run.Now, HrEventTypes.LeaveStarted), run.Person!.NextLook);
        run.Look();
        Assert.Equal(SagaKind.Leave, run.Open.Single().Kind);
    }

    private IntakeDecision Leave(DateTimeOffset? from = null) => run.Decide(run.Event(HrEventTypes.LeaveStarted) with { EffectiveAt = from });

    private IntakeDecision Back(DateTimeOffset? at = null) => run.Decide(run.Event(HrEventTypes.LeaveEnded) with { EffectiveAt = at });
}
