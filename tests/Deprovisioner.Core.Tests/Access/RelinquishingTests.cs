using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using static Deprovisioner.Core.Tests.Access.TransferRun;

namespace Deprovisioner.Core.Tests.Access;

/// <summary>One of several employments ends, and the person stays: what only that one justified goes.</summary>
public sealed class RelinquishingTests
{
    private static readonly DateTimeOffset End = Day0.AddDays(9);
    private static readonly string[] OnlyFinance = ["corp-ldap cn=finance", "warehouse analysts"];

    private readonly TransferRun run = new();

    public RelinquishingTests() => run.Hire();

    [Fact]
    public void What_only_the_ended_one_justified_goes_when_it_has_ended_and_not_before()
    {
        run.Hire(Seller, "E2");
        Assert.Equal(
            "Employment E2 is still active: its access stays. What only E1 justified (corp-ldap cn=finance, warehouse analysts) goes when it has ended.", run.Terminate(End).Reason);
        Assert.Equal(new NextLook(End, HrEventTypes.Terminated), run.Person!.NextLook);
        At(End.AddSeconds(-1));
        Assert.Empty(run.Sagas);

        At(End);

        Assert.Equal(OnlyFinance, run.Leaving());
        Assert.Equal(("E1", "employment E1 has ended", End), (run.Mover1.EmploymentId.Value, run.Mover1.EffectiveBasis, run.Mover1.EffectiveAt));
        Assert.Contains("cn=staff", run.Mover1.Steps[0].Selection!.Keep);
        Assert.Null(run.Person.NextLook);
    }

    [Fact]
    public void An_end_that_moved_or_was_rescinded_takes_nothing_when_it_would_have_been()
    {
        run.Hire(Seller, "E2");
        run.Terminate(End);
        run.Decide(HrEventTypes.Changed, null, with: hr => hr with { EffectiveAt = End.AddDays(5) });
        At(End.AddDays(1));
        Assert.Empty(run.Sagas);
        run.Decide(HrEventTypes.TerminationRescinded, null);
        At(End.AddDays(9));

        Assert.Empty(run.Sagas);
    }

    [Fact]
    public void It_is_dealt_with_once()
    {
        run.Hire(Seller, "E2");
        run.Terminate();
        run.Look();
        Assert.Single(run.Sagas);
        run.Terminate();
        run.Transfer(Seller with { Title = "Head of Sales" }, employment: "E2");
        run.Look();

        Assert.Single(run.Sagas);
    }

    [Fact]
    public void Revived_and_ended_again_it_is_dealt_with_again()
    {
        run.Hire(Seller, "E2");
        run.Terminate();
        run.Look();
        run.Now += TimeSpan.FromDays(1);
        run.Decide(HrEventTypes.TerminationRescinded, null);
        Assert.Empty(run.OpenMovers);
        run.Now += TimeSpan.FromDays(1);
        run.Terminate();
        run.Look();

        Assert.Equal(OnlyFinance, run.Leaving());
    }

    [Fact]
    public void A_conversion_whose_hire_arrives_after_the_end_was_told_takes_the_old_contracts_access_too()
    {
        run.Terminate(Day0.AddDays(1));
        run.Hire(Seller, "E2");
        Assert.Equal(SagaStatus.Cancelled, Assert.Single(run.Sagas).Status);

        At(Day0.AddDays(1));

        Assert.Equal(OnlyFinance, run.Leaving());
    }

    [Fact]
    public void A_new_contract_after_the_weekend_justifies_what_it_will_give()
    {
        run.Decide(HrEventTypes.Hired, Seller, "E2", hr => hr with { EffectiveAt = End.AddDays(2) });
        run.Terminate(End);
        At(End);

        Assert.Equal(OnlyFinance, run.Leaving());
        Assert.Contains("cn=sales", run.Mover1.Steps[0].Selection!.Keep);
    }

    [Fact]
    public void While_it_is_not_known_what_the_other_one_is_nothing_is_taken_and_then_it_is()
    {
        run.Decide(HrEventTypes.Hired, null, "E2");
        run.Terminate();
        run.Look();
        Assert.Empty(run.Sagas);

        run.Decide(HrEventTypes.Changed, Seller, "E2");
        run.Look();

        Assert.Equal(OnlyFinance, run.Leaving());
    }

    [Fact]
    public void The_end_of_the_last_one_is_a_leavers()
    {
        run.Hire(Seller, "E2");
        run.Terminate(End);
        run.Terminate(End.AddDays(3), "E2");
        At(End);
        Assert.Equal(["Leaver", "Mover"], run.Sagas.Select(s => s.Kind.ToString()));
        At(End.AddDays(3));

        Assert.Equal(2, run.Sagas.Count);
    }

    [Fact]
    public void The_same_assignment_loses_nothing_and_asks_no_further()
    {
        run.Hire(Analyst, "E2");
        run.Terminate();
        run.Look();

        Assert.Empty(run.Sagas);
        Assert.True(run.Person!.Employment(new EmploymentId("E1"))!.Relinquished);
        Assert.Null(run.Person.NextLook);
    }

    [Fact]
    public void Without_a_policy_for_transfers_it_stays()
    {
        var without = new TransferRun(Mover() with { When = new() { Event = "leave-started" } });
        without.Hire();
        without.Hire(Seller, "E2");
        without.Terminate();
        without.Look();

        Assert.Empty(without.Sagas);
    }

    [Fact]
    public void Of_several_that_end_each_is_looked_at_when_it_ends_the_first_one_first()
    {
        run.Hire(Seller, "E2");
        run.Hire(Seller with { Department = "Legal" }, "E3");
        run.Terminate(End.AddDays(3), "E2");
        run.Terminate(End);
        Assert.Equal(new NextLook(End, HrEventTypes.Terminated), run.Person!.NextLook);
        At(End.AddDays(3));
        Assert.Equal(["E1", "E2"], run.Sagas.Select(s => s.EmploymentId.Value));
    }

    [Fact]
    public void Of_those_that_end_together_nothing_is_left_to_look_at_and_once_all_have_ended_neither()
    {
        run.Hire(Seller, "E2");
        run.Terminate(End);
        run.Terminate(End, "E2");
        Assert.Null(run.Person!.NextLook);

        run.Terminate(End.AddDays(3), "E2");
        run.Now = End.AddDays(4);
        run.Terminate(employment: "E2");
        run.Look();
        Assert.Null(run.Person!.NextLook);
    }

    [Fact]
    public void It_is_answered_by_the_reason_and_urgency_of_the_employment_that_ended()
    {
        var urgent = new TransferRun(Mover() with { When = new() { Event = "transferred", Reasons = ["dismissed"], Departments = ["Finance"], Urgent = true } });
        urgent.Hire();
        urgent.Hire(Seller, "E2");
        urgent.Decide(HrEventTypes.Terminated, null, "E1", hr => hr with { Reason = "dismissed", Urgent = true });
        urgent.Look();
        Assert.Equal(("E1", true), (urgent.Mover1.EmploymentId.Value, urgent.Mover1.Urgent));
        Assert.Equal(OnlyFinance, urgent.Leaving());
    }

    [Fact]
    public void With_a_grace_it_is_scheduled_and_without_a_step_for_it_dealt_with()
    {
        var graceful = new TransferRun(Mover(grace: TimeSpan.FromDays(14)));
        graceful.Hire();
        graceful.Hire(Seller, "E2");
        graceful.Terminate();
        graceful.Look();
        Assert.Equal((SagaStatus.Scheduled, Day0.AddDays(14)), (graceful.Mover1.Status, graceful.Mover1.EffectiveAt));

        var elsewhere = new TransferRun(Mover(steps: new PolicyStep { System = new SystemName("crm"), Action = StepAction.RemoveEntitlements }));
        elsewhere.Hire();
        elsewhere.Hire(Seller, "E2");
        elsewhere.Terminate();
        elsewhere.Look();
        Assert.Empty(elsewhere.Sagas);
        Assert.Null(elsewhere.Person!.NextLook);
    }

    [Fact]
    public void Of_two_others_it_is_enough_that_one_is_not_known_for_nothing_to_be_taken()
    {
        run.Hire(Seller, "E2");
        run.Decide(HrEventTypes.Hired, null, "E3");
        run.Terminate();
        run.Look();
        Assert.Empty(run.Sagas);
    }

    private void At(DateTimeOffset time)
    {
        run.Now = time;
        run.Look();
    }
}
