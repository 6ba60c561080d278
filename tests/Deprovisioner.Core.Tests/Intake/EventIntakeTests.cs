using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using static Deprovisioner.Core.Tests.Intake.IntakeRun;

namespace Deprovisioner.Core.Tests.Intake;

public sealed class EventIntakeTests
{
    private static readonly DateTimeOffset End = Day0.AddDays(9);

    private readonly IntakeRun run = new();

    [Fact]
    public void A_hire_makes_a_person_known_and_plans_nothing()
    {
        var decision = run.Hire(sequence: 1);
        Assert.Equal((IntakeVerdict.Applied, "Hired."), (decision.Verdict, decision.Reason));
        Assert.Equal((EmploymentStatus.Active, 1L, 1L, Analyst), (run.Employment().Status, run.Employment().Version, run.LastSequence(), run.Employment().Assignment));
        Assert.Equal(Ada, run.Person!.Attributes);
        Assert.Empty(run.Sagas);
    }

    [Fact]
    public void A_transfer_changes_the_assignment_and_leaves_what_it_is_silent_about()
    {
        run.Hire();
        var decision = run.Decide(run.Event(HrEventTypes.Transferred) with { Assignment = Analyst with { Department = "Sales" }, Accounts = [new KnownAccount(new SystemName("crm"), "u-1")] });
        Assert.Equal(IntakeVerdict.Applied, decision.Verdict);
        Assert.Equal(("Sales", Ada, 2L), (run.Employment().Assignment!.Department, run.Person!.Attributes, run.Employment().Version));
        run.Change();
        Assert.Equal(("Sales", 3L), (run.Employment().Assignment!.Department, run.Employment().Version));
        Assert.Single(run.Person.Accounts);
    }

    [Fact]
    public void A_termination_at_once_plans_a_saga_that_may_start()
    {
        run.Hire();
        var decision = run.Terminate();
        Assert.Equal((IntakeVerdict.Planned, "Access ends: at once."), (decision.Verdict, decision.Reason));
        var saga = run.Open.Single();
        Assert.Equal((SagaKind.Leaver, 2L, "leaver", Day0, SagaStatus.Running), (saga.Kind, saga.Fence, saga.Policy, saga.EffectiveAt, saga.Status));
        Assert.Equal("corp-ldap crm warehouse corp-ldap crm warehouse", string.Join(' ', saga.Steps.Select(s => s.System)));
        Assert.Equal((EmploymentStatus.Terminated, Day0), (run.Employment().Status, run.Employment().EndsAt));
    }

    [Fact]
    public void A_termination_for_later_is_scheduled_for_its_time_in_the_employments_zone()
    {
        run.Decide(run.Event(HrEventTypes.Hired) with { Person = Ada, TimeZone = "America/New_York" });
        var decision = run.Decide(run.Event(HrEventTypes.Terminated) with { LastDay = new DateOnly(2026, 11, 30) });
        Assert.Equal(IntakeVerdict.Scheduled, decision.Verdict);
        var saga = run.Open.Single();
        Assert.Equal((new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.Zero), SagaStatus.Scheduled), (saga.EffectiveAt, saga.Status));
        Assert.Equal(saga.EffectiveAt, run.Employment().EndsAt);
    }

    [Fact]
    public void A_leave_is_noted_and_its_end_too_and_neither_concerns_who_has_left()
    {
        run.Hire();
        Assert.Equal("The employment is on-leave.", run.Decide(run.Event(HrEventTypes.LeaveStarted)).Reason);
        Assert.Equal(EmploymentStatus.OnLeave, run.Employment().Status);
        Assert.Equal(IntakeVerdict.Applied, run.Decide(run.Event(HrEventTypes.LeaveEnded)).Verdict);
        Assert.Equal(EmploymentStatus.Active, run.Employment().Status);
        run.Terminate();
        Assert.Equal(IntakeVerdict.NoOp, run.Decide(run.Event(HrEventTypes.LeaveEnded)).Verdict);
        Assert.Equal(EmploymentStatus.Terminated, run.Employment().Status);
    }

    [Fact]
    public void An_older_event_changes_nothing_by_sequence_or_by_time()
    {
        run.Hire(sequence: 5);
        var person = run.Person;
        Assert.Equal(IntakeVerdict.Stale, run.Terminate(sequence: 4).Verdict);
        var earlier = run.Decide(run.Event(HrEventTypes.Terminated) with { Time = Day0.AddSeconds(-1) });
        Assert.Equal(IntakeVerdict.Stale, earlier.Verdict);
        Assert.Null(earlier.Person);
        Assert.Same(person, run.Person);
        Assert.Empty(run.Sagas);
    }

    [Fact]
    public void An_update_or_a_late_hire_after_a_termination_revives_nobody()
    {
        run.Hire(sequence: 1);
        run.Terminate(sequence: 5);
        Assert.Equal(IntakeVerdict.Stale, run.Hire(sequence: 4).Verdict);
        Assert.Equal("Noted; the employment has ended and stays so.", run.Change(sequence: 6).Reason);
        run.Decide(run.Event(HrEventTypes.Transferred, 7) with { Assignment = Analyst });
        Assert.Equal(EmploymentStatus.Terminated, run.Employment().Status);
        Assert.Equal(SagaStatus.Running, run.Open.Single().Status);
    }

    [Fact]
    public void A_repeat_while_the_saga_is_open_does_nothing_again()
    {
        run.Hire();
        run.Terminate(sequence: 5);
        run.Now = Day0.AddSeconds(1);
        Assert.Equal(IntakeVerdict.NoOp, run.Terminate(sequence: 5).Verdict);
        run.RunFirstStep();
        run.Now = Day0.AddDays(1);
        Assert.Equal(IntakeVerdict.NoOp, run.Terminate(sequence: 5).Verdict);
        Assert.Single(run.Sagas);
    }

    [Fact]
    public void A_repeat_after_the_saga_finished_reads_everything_again()
    {
        run.Hire();
        run.Terminate(End, sequence: 5);
        run.Now = End;
        run.FinishOpenSaga();
        Assert.Equal(IntakeVerdict.Planned, run.Terminate(End, sequence: 5).Verdict);
        Assert.Equal(2, run.Sagas.Count);
        Assert.True(run.Sagas[1].Fence > run.Sagas[0].Fence);
    }

    [Fact]
    public void A_termination_of_nobody_known_is_held_and_a_late_hire_then_plans_it_and_does_not_revive()
    {
        Assert.Equal(IntakeVerdict.Held, run.Terminate(End, sequence: 9).Verdict);
        Assert.Empty(run.Sagas);
        var late = run.Hire(sequence: 1);
        Assert.Equal(IntakeVerdict.Scheduled, late.Verdict);
        Assert.StartsWith("A late event told who this is", late.Reason, StringComparison.Ordinal);
        Assert.Equal((EmploymentStatus.Terminated, End, 9L), (run.Employment().Status, run.Employment().EndsAt, run.LastSequence()));
        Assert.Equal((End, "the end that was announced before"), (run.Open.Single().EffectiveAt, run.Open.Single().EffectiveBasis));

        // What the hire tells of place and manager is needed to hand over; it was not known before.
        Assert.Equal((Ada, Analyst), (run.Person!.Attributes, run.Employment().Assignment));
        Assert.Equal(run.Employment().Version, run.Open.Single().Fence);
        Assert.Equal(IntakeVerdict.Stale, run.Hire(sequence: 2).Verdict);
    }

    [Fact]
    public void A_hire_that_comes_after_its_urgent_termination_is_planned_as_urgent()
    {
        run.Decide(run.Event(HrEventTypes.Terminated) with { Sequence = 9, Urgent = true, Reason = "misconduct" });
        run.Hire(sequence: 1);
        Assert.Equal((true, "misconduct"), (run.Open.Single().Urgent, run.Employment().EndReason));
    }

    [Fact]
    public void A_hire_that_a_transfer_overtook_still_tells_who_it_is()
    {
        run.Decide(run.Event(HrEventTypes.Transferred) with { Sequence = 3, Person = null, Assignment = Analyst });
        Assert.Equal(IntakeVerdict.Applied, run.Hire(sequence: 1).Verdict);
        Assert.Equal((Ada, 1L, 3L), (run.Person!.Attributes, run.LastSequence(), run.Employment().Attributes.Sequences["/hris"]));
    }

    [Fact]
    public void A_termination_that_says_who_it_is_needs_no_hire()
        => Assert.Equal(IntakeVerdict.Planned, run.Decide(run.Event(HrEventTypes.Terminated) with { Person = Ada }).Verdict);

    [Fact]
    public void A_known_account_is_enough_to_find_a_person()
        => Assert.Equal(IntakeVerdict.Planned, run.Decide(run.Event(HrEventTypes.Terminated) with { Accounts = [new KnownAccount(new SystemName("crm"), "u-1")] }).Verdict);

    [Fact]
    public void Where_no_policy_matches_a_person_decides_and_the_employment_has_ended()
    {
        var strict = new IntakeRun(new Policy { Name = "p", When = new PolicyCondition { Event = "terminated", Reasons = ["misconduct"] }, Stages = [] });
        strict.Hire();
        Assert.Equal((IntakeVerdict.Held, "No policy matches this termination."), (strict.Terminate().Verdict, strict.Terminate().Reason));
        Assert.Equal(EmploymentStatus.Terminated, strict.Employment().Status);
        Assert.Empty(strict.Sagas);
    }

    [Fact]
    public void A_policy_that_plans_no_step_is_not_taken_for_a_finished_saga()
    {
        var empty = new IntakeRun(new Policy { Name = "p", When = new PolicyCondition { Event = "terminated" }, Stages = [] });
        empty.Hire();
        Assert.Equal(IntakeVerdict.Held, empty.Terminate().Verdict);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_changed_end_moves_the_scheduled_saga_and_starts_no_second_one(bool byTermination)
    {
        run.Hire();
        run.Terminate(End);
        var decision = byTermination ? run.Terminate(End.AddDays(30)) : run.Change(End.AddDays(30));
        Assert.Equal(IntakeVerdict.Superseded, decision.Verdict);
        var saga = Assert.Single(run.Sagas);
        Assert.Equal((End.AddDays(30), End.AddDays(30)), (saga.EffectiveAt, saga.Steps[0].DueAt!.Value));
        Assert.Equal(End.AddDays(30), run.Employment().EndsAt);
    }

    [Fact]
    public void An_end_in_the_future_for_access_that_is_being_cut_is_held()
    {
        run.Hire();
        run.Terminate(End);
        run.Now = End;
        run.RunFirstStep();
        var decision = run.Change(End.AddDays(30));
        Assert.Equal(IntakeVerdict.Held, decision.Verdict);
        Assert.Contains("cannot wait until 2026-12-30T16:00:00", decision.Reason, StringComparison.Ordinal);
        Assert.Equal(End, run.Open.Single().EffectiveAt);
    }

    [Fact]
    public void An_end_that_has_passed_is_not_moved_by_an_update()
    {
        run.Hire();
        run.Terminate();
        run.FinishOpenSaga();
        run.Now = Day0.AddDays(1);
        Assert.Equal(IntakeVerdict.Applied, run.Change(End).Verdict);
        Assert.Equal((EmploymentStatus.Terminated, Day0), (run.Employment().Status, run.Employment().EndsAt));
    }

    [Fact]
    public void A_saga_becomes_urgent_and_never_less_so()
    {
        run.Hire();
        run.Terminate(End);
        Assert.Equal(IntakeVerdict.Superseded, run.Terminate(End, urgent: true).Verdict);
        Assert.True(run.Open.Single().Urgent);
        Assert.Equal(IntakeVerdict.NoOp, run.Terminate(End).Verdict);
        Assert.True(run.Open.Single().Urgent);
    }

    [Fact]
    public void A_termination_at_once_brings_a_scheduled_one_forward()
    {
        run.Hire();
        run.Terminate(End);
        Assert.Equal(IntakeVerdict.Superseded, run.Terminate(urgent: true).Verdict);
        Assert.Equal((Day0, SagaStatus.Running), (run.Open.Single().EffectiveAt, run.Open.Single().Status));
    }

    [Fact]
    public void A_rescission_cancels_what_has_not_run()
    {
        run.Hire();
        run.Terminate(End);
        var decision = run.Rescind();
        Assert.Equal((IntakeVerdict.Applied, "The termination was rescinded: what had not run was cancelled."), (decision.Verdict, decision.Reason));
        Assert.Equal((SagaStatus.Cancelled, EmploymentStatus.Active, null), (run.Sagas[0].Status, run.Employment().Status, run.Employment().EndsAt));
        Assert.StartsWith("hr-event /hris ", (string?)Assert.Single(decision.Changed!).Audit[0].Facts["who"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Outcome.Changed, true)]
    [InlineData(Outcome.Indeterminate, true)]
    [InlineData(Outcome.Transient, true)]
    [InlineData(Outcome.Rejected, true)]
    [InlineData(Outcome.Throttled, false)]
    [InlineData(Outcome.Unauthorized, false)]
    public void A_rescission_is_held_if_a_step_ran_or_may_have(Outcome outcome, bool held)
    {
        run.Hire();
        run.Terminate();
        run.RunFirstStep(outcome);
        var decision = run.Rescind();
        Assert.Equal(held ? IntakeVerdict.Held : IntakeVerdict.Applied, decision.Verdict);
        Assert.Equal(held, decision.Reason.Contains("1 steps had run and must be put back by hand", StringComparison.Ordinal));
        Assert.Empty(run.Open);
    }

    [Fact]
    public void A_rescission_after_the_access_was_cut_is_held_and_once_put_back_a_repeat_is_not()
    {
        run.Hire();
        run.Terminate();
        run.FinishOpenSaga();
        Assert.Equal(IntakeVerdict.Held, run.Rescind().Verdict);
        Assert.Equal(IntakeVerdict.Applied, run.Rescind().Verdict);
    }

    [Fact]
    public void A_rehire_cancels_the_saga_and_a_repeated_old_termination_is_stale()
    {
        run.Hire(sequence: 1);
        run.Terminate(End, sequence: 2);
        Assert.Equal(IntakeVerdict.Applied, run.Hire(sequence: 3).Verdict);
        Assert.Empty(run.Open);
        Assert.Equal(EmploymentStatus.Active, run.Employment().Status);
        Assert.Equal(IntakeVerdict.Stale, run.Terminate(End, sequence: 2).Verdict);
        Assert.Equal(IntakeVerdict.Scheduled, run.Terminate(End, sequence: 4).Verdict);
    }

    [Fact]
    public void The_same_events_give_the_same_decision()
    {
        run.Hire();
        run.Terminate(End);
        var saga = run.Open.Single();
        var again = new IntakeRun();
        again.Hire();
        again.Terminate(End);
        Assert.Equal((saga.PlanHash, saga.EffectiveBasis), (again.Open.Single().PlanHash, again.Open.Single().EffectiveBasis));
    }

    [Fact]
    public void A_contracts_end_that_a_newer_title_overtook_still_counts()
    {
        run.Hire(sequence: 1);
        run.Decide(run.Event(HrEventTypes.Transferred, 20) with { Assignment = IntakeRun.Analyst with { Title = "Head" } });

        var late = run.Decide(run.Event(HrEventTypes.Changed, 10) with { LastDay = new DateOnly(2026, 12, 31), Assignment = IntakeRun.Analyst with { Title = "Clerk" } });

        Assert.Equal((IntakeVerdict.Scheduled, "Head"), (late.Verdict, run.Employment().Assignment!.Title));
    }
}
