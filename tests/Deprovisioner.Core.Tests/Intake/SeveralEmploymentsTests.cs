using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using static Deprovisioner.Core.Tests.Intake.IntakeRun;

namespace Deprovisioner.Core.Tests.Intake;

/// <summary>A person's access ends with the last of their employments, and no sooner.</summary>
public sealed class SeveralEmploymentsTests
{
    private static readonly DateTimeOffset First = Day0.AddDays(9);
    private static readonly DateTimeOffset Last = Day0.AddDays(40);

    private readonly IntakeRun run = new();

    public SeveralEmploymentsTests() => run.Hire();

    [Fact]
    public void Another_active_employment_keeps_the_access()
    {
        run.Hire(employment: "E2");
        var decision = run.Terminate(First);
        Assert.Equal((IntakeVerdict.Applied, "Employment E2 is still active: its access stays."), (decision.Verdict, decision.Reason));
        Assert.Equal(EmploymentStatus.Terminated, run.Employment().Status);
        Assert.Empty(run.Sagas);
    }

    [Fact]
    public void One_on_leave_keeps_it_too()
    {
        run.Hire(employment: "E2");
        run.Decide(run.Event(HrEventTypes.LeaveStarted, employment: "E2"));
        Assert.Equal(IntakeVerdict.Applied, run.Terminate(First).Verdict);
        Assert.Empty(run.Sagas);
    }

    [Theory]
    [InlineData("E1", "E2")]
    [InlineData("E2", "E1")]
    public void The_end_of_the_last_one_ends_all_of_it_whichever_was_told_first(string sooner, string later)
    {
        run.Hire(employment: "E2");
        run.Terminate(Last, employment: later);
        Assert.Empty(run.Sagas);
        var decision = run.Terminate(First, employment: sooner);
        Assert.Equal(IntakeVerdict.Scheduled, decision.Verdict);
        var saga = run.Open.Single();
        Assert.Equal((Last, later, $"employment {later} is the last to end"), (saga.EffectiveAt, saga.EmploymentId.Value, saga.EffectiveBasis));
    }

    [Fact]
    public void One_that_ended_before_does_not_count()
    {
        run.Terminate();
        run.FinishOpenSaga();
        run.Now = Day0.AddDays(100);
        run.Hire(employment: "E2");
        Assert.Equal(IntakeVerdict.Planned, run.Terminate(employment: "E2").Verdict);
        Assert.Equal((run.Now, "E2"), (run.Open.Single().EffectiveAt, run.Open.Single().EmploymentId.Value));
    }

    [Fact]
    public void When_the_last_end_moves_before_another_the_saga_moves_to_that_one()
    {
        run.Hire(employment: "E2");
        run.Terminate(First);
        run.Terminate(Last, employment: "E2");
        Assert.Equal(Last, run.Open.Single().EffectiveAt);
        run.Change(First.AddDays(-3), employment: "E2");
        Assert.Equal(First, run.Open.Single().EffectiveAt);
        run.Change(Last.AddDays(1));
        Assert.Equal(Last.AddDays(1), run.Open.Single().EffectiveAt);
        Assert.Single(run.Sagas);
    }

    [Fact]
    public void A_contract_that_is_extended_while_another_employment_is_active_ends_when_it_now_says()
    {
        run.Hire(employment: "E2");
        run.Terminate(First);
        Assert.Equal("Employment E2 is still active: its access stays.", run.Change(Last).Reason);
        run.Terminate(First, employment: "E2");
        Assert.Equal(Last, run.Open.Single().EffectiveAt);
    }

    [Fact]
    public void A_new_employment_before_the_end_cancels_the_cut()
    {
        run.Terminate(First);
        var decision = run.Hire(employment: "E2", begins: First);
        Assert.Equal((IntakeVerdict.Applied, "Hired: what had not run was cancelled."), (decision.Verdict, decision.Reason));
        Assert.Empty(run.Open);
        Assert.Equal(EmploymentStatus.Terminated, run.Employment().Status);
    }

    [Fact]
    public void A_new_employment_while_access_is_being_cut_stops_it_and_is_held()
    {
        run.Terminate();
        run.RunFirstStep();
        run.Now = Day0.AddDays(1);
        Assert.Equal(IntakeVerdict.Held, run.Hire(employment: "E2", begins: Day0.AddHours(8)).Verdict);
        Assert.Empty(run.Open);
    }

    [Fact]
    public void A_new_employment_long_after_the_end_leaves_the_cut_as_it_is()
    {
        run.Terminate(First);
        var decision = run.Hire(employment: "E2", begins: First.AddDays(90));
        Assert.Equal((IntakeVerdict.Applied, $"Hired, from 2027-02-28T16:00:00.000000Z on: saga {run.Open.Single().Id} ends the access before that."), (decision.Verdict, decision.Reason));
        Assert.Equal(SagaStatus.Scheduled, run.Open.Single().Status);

        // The first one's end can still move.
        Assert.Equal(IntakeVerdict.Superseded, run.Change(First.AddDays(1)).Verdict);
        Assert.Equal(First.AddDays(1), run.Open.Single().EffectiveAt);
    }

    [Theory]
    [InlineData(HrEventTypes.Changed)]
    [InlineData(HrEventTypes.Transferred)]
    [InlineData(HrEventTypes.LeaveStarted)]
    public void An_employment_that_turns_up_while_access_is_being_cut_is_shown_to_a_person(string type)
    {
        run.Terminate(First);
        var decision = run.Decide(run.Event(type, employment: "E2"));
        Assert.Equal(IntakeVerdict.Held, decision.Verdict);
        Assert.NotNull(run.Employment("E2"));
        Assert.Equal(First, run.Open.Single().EffectiveAt);
    }

    [Fact]
    public void A_late_hire_of_an_ended_employment_cuts_nothing_while_another_is_active()
    {
        var unknown = new IntakeRun();
        unknown.Terminate(sequence: 9);
        unknown.Decide(unknown.Event(HrEventTypes.Changed, employment: "E2"));
        Assert.Equal(IntakeVerdict.Applied, unknown.Hire(sequence: 1).Verdict);
        Assert.Empty(unknown.Sagas);
    }

    [Fact]
    public void The_end_is_answered_by_the_reason_and_the_urgency_of_the_employment_that_is_the_last_to_end()
    {
        var told = Reasons();
        told.Decide(told.Event(HrEventTypes.Terminated, employment: "E2") with { EffectiveAt = Last, Reason = "resigned" });
        var decision = told.Decide(told.Event(HrEventTypes.Terminated) with { EffectiveAt = First, Reason = "dismissed", Urgent = true, Assignment = Analyst with { Department = "Sales" } });
        Assert.Equal("Access ends: employment E2 is the last to end.", decision.Reason);
        Assert.Equal(("on-terminated", false), (told.Open.Single().Policy, told.Open.Single().Urgent));

        told = Reasons();
        told.Decide(told.Event(HrEventTypes.Terminated, employment: "E2") with { EffectiveAt = Last, Reason = "dismissed", Urgent = true });
        told.Decide(told.Event(HrEventTypes.Terminated) with { EffectiveAt = First, Reason = "resigned" });
        Assert.Equal(("dismissal", true), (told.Open.Single().Policy, told.Open.Single().Urgent));
    }

    [Fact]
    public void An_employment_that_begins_soon_after_keeps_the_access_and_says_when()
    {
        run.Hire(employment: "E2", begins: First.AddDays(1));
        Assert.Equal("Employment E2 begins 2026-12-01T16:00:00.000000Z: its access stays.", run.Terminate(First).Reason);
        Assert.Empty(run.Open);
    }

    [Fact]
    public void Access_that_is_being_cut_though_another_employment_turned_up_is_shown_to_a_person()
    {
        run.Terminate();
        run.RunFirstStep();
        run.Decide(run.Event(HrEventTypes.Changed, employment: "E2"));
        var decision = run.Terminate();
        Assert.Equal((IntakeVerdict.Held, $"Employment E2 is still active: its access stays. But saga {run.Open.Single().Id} is cutting it already: cancel that."), (decision.Verdict, decision.Reason));
    }

    [Fact]
    public void A_new_employment_with_an_end_of_its_own_moves_the_cut_to_that_end()
    {
        run.Terminate(First);
        var saga = run.Open.Single();
        var decision = run.Decide(run.Event(HrEventTypes.Hired, employment: "E2") with { Person = Ada, Assignment = Analyst, LastDay = new DateOnly(2026, 12, 31) });
        Assert.Equal((IntakeVerdict.Superseded, $"Hired: saga {saga.Id} waits until 2026-12-31T17:00:00.000000Z."), (decision.Verdict, decision.Reason));
        Assert.Equal((saga.Id, new DateTimeOffset(2026, 12, 31, 17, 0, 0, TimeSpan.Zero)), (run.Open.Single().Id, run.Open.Single().EffectiveAt));
    }

    [Fact]
    public void A_new_employment_with_an_end_of_its_own_while_access_is_being_cut_stops_that_and_plans_the_end_anew()
    {
        run.Terminate();
        run.Work(1);
        var decision = run.Decide(run.Event(HrEventTypes.Hired, employment: "E2") with { Person = Ada, Assignment = Analyst, LastDay = new DateOnly(2026, 12, 31) });
        Assert.Equal(IntakeVerdict.Held, decision.Verdict);
        Assert.EndsWith(" Access ends 2026-12-31T17:00:00.000000Z.", decision.Reason, StringComparison.Ordinal);
        Assert.Equal([SagaStatus.Cancelled, SagaStatus.Scheduled], run.Sagas.Select(s => s.Status));
    }

    /// <summary>Two employments, and a policy of its own for who is dismissed from Finance or leaves Sales.</summary>
    private static IntakeRun Reasons()
    {
        var told = new IntakeRun(
            PolicyFor("terminated", StepAction.DisableAccount) with { Name = "dismissal", When = new PolicyCondition { Event = "terminated", Reasons = ["dismissed"] } },
            PolicyFor("terminated", StepAction.DisableAccount) with { Name = "sales", When = new PolicyCondition { Event = "terminated", Departments = ["Sales"] } },
            PolicyFor("terminated", StepAction.DisableAccount));
        told.Hire();
        told.Hire(employment: "E2");
        return told;
    }

    [Theory]
    [InlineData(false, IntakeVerdict.Planned)]
    [InlineData(true, IntakeVerdict.Scheduled)]
    public void Who_is_dismissed_after_having_given_notice_is_cut_by_the_policy_for_that(bool later, IntakeVerdict verdict)
    {
        var told = Reasons();
        told.Terminate(employment: "E2");
        told.Terminate(Last);
        var notice = told.Open.Single();
        told.Now += TimeSpan.FromDays(1);
        var decision = told.Decide(told.Event(HrEventTypes.Terminated) with { EffectiveAt = later ? First : null, Reason = "dismissed" });
        Assert.Equal((verdict, "dismissal"), (decision.Verdict, told.Open.Single().Policy));
        Assert.EndsWith($"The policy dismissal takes the place of on-terminated in saga {notice.Id}.", decision.Reason, StringComparison.Ordinal);
        Assert.Equal(SagaStatus.Cancelled, told.Sagas[0].Status);
    }

    [Fact]
    public void The_policy_for_a_later_end_does_not_take_the_place_of_one_that_is_cutting()
    {
        var told = Reasons();
        told.Terminate(employment: "E2");
        told.Terminate();
        told.Work(1);
        var decision = told.Decide(told.Event(HrEventTypes.Terminated) with { EffectiveAt = Last, Reason = "dismissed" });
        Assert.Equal((IntakeVerdict.Held, "on-terminated"), (decision.Verdict, told.Open.Single().Policy));
    }

    [Fact]
    public void An_update_of_the_end_keeps_the_policy_of_the_termination()
    {
        var told = Reasons();
        told.Terminate(employment: "E2");
        told.Terminate(Last);
        told.Decide(told.Event(HrEventTypes.Changed) with { EffectiveAt = First, Reason = "dismissed" });
        Assert.Equal(("on-terminated", First), (told.Open.Single().Policy, told.Open.Single().EffectiveAt));
    }
}
