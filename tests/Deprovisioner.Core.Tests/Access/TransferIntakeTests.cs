using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using static Deprovisioner.Core.Tests.Access.TransferRun;

namespace Deprovisioner.Core.Tests.Access;

public sealed class TransferIntakeTests
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly PolicyStep Badge = new() { System = new SystemName("badge"), Action = StepAction.ManualTask, Instruction = "New badge" };
    private static readonly PolicyStep Strip = new() { System = null, Action = StepAction.RemoveEntitlements };

    [Fact]
    public void A_transfer_plans_a_mover_that_takes_only_what_is_lost_when_the_grace_is_over()
    {
        var run = Hired(Mover(Week));

        var decision = run.Transfer(Seller, at: Day0.AddDays(1));

        Assert.Equal(IntakeVerdict.Scheduled, decision.Verdict);
        var mover = run.Mover1;
        Assert.Equal((SagaKind.Mover, SagaStatus.Scheduled, "event effectiveAt, then 7d of grace"), (mover.Kind, mover.Status, mover.EffectiveBasis));
        Assert.Equal(Day0.AddDays(8), mover.EffectiveAt);
        Assert.Equal(2, mover.Fence);
        Assert.All(mover.Steps, step => Assert.Equal(Day0.AddDays(8), step.DueAt));
        Assert.Equal(["corp-ldap: -[cn=finance] +[CN=Reports cn=sales cn=staff] Keep", "warehouse: -[analysts] +[] Keep"], Selections(mover));
    }

    [Fact]
    public void Without_a_grace_or_a_date_it_runs_at_once()
    {
        var run = Hired();

        Assert.Equal(IntakeVerdict.Planned, run.Transfer(Seller).Verdict);

        Assert.All(run.Mover1.Steps, step => Assert.Equal((StepStatus.Due, (DateTimeOffset?)Day0), (step.Status, step.DueAt)));
    }

    [Fact]
    public void A_changed_event_with_another_assignment_is_a_transfer_and_its_dates_are_the_contracts_end()
    {
        var run = Hired();

        run.Decide(HrEventTypes.Changed, Seller, with: hr => hr with { LastDay = new DateOnly(2027, 12, 31) });

        Assert.Equal(Day0, run.Mover1.EffectiveAt);
        Assert.Equal(new DateOnly(2027, 12, 31), DateOnly.FromDateTime(run.Person!.Employments[0].EndsAt!.Value.UtcDateTime));
        Assert.Single(run.Sagas, s => s.Kind is SagaKind.Leaver && s.EffectiveAt == run.Person.Employments[0].EndsAt);
    }

    [Fact]
    public void Of_a_protected_person_the_mover_beside_a_new_end_is_held_too()
    {
        var run = new TransferRun(protectedPeople: ["P1"]);
        run.Hire();

        var decision = run.Decide(HrEventTypes.Changed, Seller, with: hr => hr with { LastDay = new DateOnly(2027, 12, 31) });

        Assert.Equal(IntakeVerdict.Held, decision.Verdict);
        Assert.Equal(["leaver held protected", "mover held protected"], run.Sagas.Select(s => $"{EnumText.Of(s.Kind)} {EnumText.Of(s.Status)} {EnumText.Of(s.Holds.Single().Reason)}"));
    }

    [Fact]
    public void Without_roles_or_a_policy_or_a_loss_the_registry_takes_it_and_nothing_runs()
    {
        Assert.Equal(IntakeVerdict.Applied, Hired(roles: []).Transfer(Seller).Verdict);
        Assert.Equal(IntakeVerdict.Applied, Hired(Mover() with { When = new PolicyCondition { Event = "transferred", Departments = ["Legal"] } }).Transfer(Seller).Verdict);
        var run = Hired();
        Assert.Equal(IntakeVerdict.Applied, run.Transfer(Analyst with { Title = "Controller" }).Verdict);
        Assert.Empty(run.Sagas);
        Assert.Equal("Controller", run.Person!.Employments[0].Assignment!.Title);
    }

    [Fact]
    public void Somebody_whose_old_assignment_is_not_known_loses_nothing()
    {
        var run = new TransferRun(Mover(unexplained: UnexplainedEntitlements.Revoke));

        Assert.Equal(IntakeVerdict.Applied, run.Transfer(Seller).Verdict);
        Assert.Empty(run.Sagas);

        var late = new TransferRun(Mover(unexplained: UnexplainedEntitlements.Revoke), [Role("unassigned", new(), ("crm", ["x"])), .. Roles]);
        late.Decide(HrEventTypes.Hired, null);
        Assert.Equal(IntakeVerdict.Applied, late.Transfer(Seller).Verdict);
        Assert.Empty(late.Sagas);
    }

    [Fact]
    public void Somebody_who_cannot_be_matched_is_held()
    {
        var run = new TransferRun();
        run.Transfer(Analyst);

        Assert.Equal(IntakeVerdict.Held, run.Transfer(Seller).Verdict);
    }

    [Theory]
    [InlineData(UnexplainedEntitlements.Revoke)]
    [InlineData(UnexplainedEntitlements.Review)]
    public void What_no_role_explains_is_looked_for_where_roles_grant_something_and_nowhere_else(UnexplainedEntitlements unexplained)
    {
        var run = Hired(Mover(unexplained: unexplained));

        run.Transfer(Analyst with { Title = "Controller" });

        Assert.Equal([$"corp-ldap: -[] +[cn=finance cn=reports cn=staff] {unexplained}", $"warehouse: -[] +[analysts] {unexplained}"], Selections(run.Mover1));
        Assert.Equal(IntakeVerdict.Applied, Hired(Mover(unexplained: unexplained)).Transfer(Analyst with { ManagerId = null }).Verdict);
    }

    [Fact]
    public void Tasks_for_people_come_with_a_loss_only()
    {
        var run = Hired(Mover(steps: [Strip, Badge]));
        run.Transfer(Analyst with { Title = "Controller" });
        Assert.Empty(run.Sagas);

        run.Transfer(Seller);
        Assert.Equal(["corp-ldap", "warehouse", "badge"], run.Mover1.Steps.Select(s => s.System.Value));
        Assert.Equal([0, 1, 2], run.Mover1.Steps.Select(s => s.Ordinal));

        var byHand = Hired(Mover(steps: Badge));
        byHand.Transfer(Seller);
        Assert.Equal(["badge"], byHand.Mover1.Steps.Select(s => s.System.Value));
    }

    [Fact]
    public void A_step_for_a_system_that_loses_nothing_is_not_planned()
    {
        var run = Hired(Mover(steps: new PolicyStep { System = new SystemName("corp-ldap"), Action = StepAction.RemoveEntitlements }));
        run.Transfer(Seller);
        Assert.Equal(["corp-ldap: -[cn=finance] +[CN=Reports cn=sales cn=staff] Keep"], Selections(run.Mover1));

        var elsewhere = Hired(Mover(steps: new PolicyStep { System = new SystemName("crm"), Action = StepAction.RemoveEntitlements }));
        Assert.Equal(IntakeVerdict.Applied, elsewhere.Transfer(Seller).Verdict);
    }

    [Fact]
    public void A_transfer_back_within_the_grace_cancels_what_has_not_run()
    {
        var run = Hired(Mover(Week));
        run.Transfer(Seller);
        run.Now += TimeSpan.FromDays(1);

        run.Transfer(Analyst);

        Assert.Equal(SagaStatus.Cancelled, run.Sagas[0].Status);
        Assert.Equal(["corp-ldap cn=sales"], run.Leaving());
    }

    [Fact]
    public void A_transfer_back_that_loses_nothing_cancels_the_mover()
    {
        var run = Hired(Mover(Week));
        run.Transfer(Analyst with { Department = "Nowhere" });
        Assert.Equal(["corp-ldap cn=finance", "corp-ldap cn=reports", "warehouse analysts"], run.Leaving());

        Assert.Equal(IntakeVerdict.Applied, run.Transfer(Analyst).Verdict);

        Assert.Equal(SagaStatus.Cancelled, Assert.Single(run.Sagas).Status);
    }

    [Fact]
    public void A_second_transfer_takes_over_what_the_first_had_not_done()
    {
        var run = Hired(Mover(Week));
        run.Transfer(Seller);
        var first = run.Mover1;
        run.Run(first.Steps[1]);
        run.Now += TimeSpan.FromDays(3);

        run.Transfer(Analyst with { Department = "Legal" });

        Assert.Equal(SagaStatus.Cancelled, run.Sagas[0].Status);
        Assert.Equal([StepStatus.Cancelled, StepStatus.Succeeded], run.Sagas[0].Steps.Select(s => s.Status));
        Assert.Equal(["corp-ldap CN=Reports", "corp-ldap cn=finance", "corp-ldap cn=sales"], run.Leaving());
        Assert.Equal(run.Now + Week, run.Mover1.EffectiveAt);
    }

    [Fact]
    public void What_failed_or_is_under_way_is_taken_over_too()
    {
        var run = Hired();
        run.Transfer(Seller);
        run.Run(run.Mover1.Steps[0], Outcome.Rejected);
        run.Send(run.Mover1.Steps[1]);

        run.Transfer(Analyst with { Department = "Legal" });

        Assert.Equal(["corp-ldap CN=Reports", "corp-ldap cn=finance", "corp-ldap cn=sales", "warehouse analysts"], run.Leaving());
    }

    [Fact]
    public void The_same_transfer_again_does_not_begin_the_grace_again_and_another_date_moves_it()
    {
        var run = Hired(Mover(Week));
        run.Transfer(Seller);
        var opens = run.Mover1.EffectiveAt;
        run.Now += TimeSpan.FromDays(1);

        Assert.Equal(IntakeVerdict.Applied, run.Transfer(Seller).Verdict);
        Assert.Equal(opens, run.Mover1.EffectiveAt);

        Assert.Equal(IntakeVerdict.Superseded, run.Transfer(Seller, at: Day0.AddDays(10)).Verdict);
        Assert.Equal(Day0.AddDays(17), run.Mover1.EffectiveAt);
        Assert.Single(run.Sagas);
    }

    [Fact]
    public void A_hire_into_a_second_employment_spares_what_it_justifies()
    {
        var run = Hired(Mover(Week));
        run.Transfer(Seller);

        run.Hire(Analyst with { Title = "Advisor" }, "E2");

        Assert.Equal(SagaStatus.Cancelled, Assert.Single(run.Sagas).Status);
    }

    [Fact]
    public void What_is_spared_in_part_goes_on_with_the_rest_and_one_under_way_is_narrowed_for_its_next_try()
    {
        var run = Hired(Mover(), [.. Roles, Role("advisors", new() { Titles = ["Advisor"] }, ("corp-ldap", ["CN=Finance"]))]);
        run.Transfer(Analyst with { Department = "Legal" });
        run.Send(run.Mover1.Steps[0]);

        run.Hire(Seller with { Department = "Board", Title = "Advisor" }, "E2");

        Assert.Equal(["corp-ldap: -[cn=reports] +[cn=staff CN=Finance] Keep", "warehouse: -[analysts] +[] Keep"], Selections(run.Mover1));
        Assert.Equal(StepStatus.InFlight, run.Mover1.Steps[0].Status);
    }

    [Fact]
    public void A_step_under_way_that_is_spared_whole_cannot_be_called_back_and_takes_nothing_if_it_is_tried_again()
    {
        var run = Hired();
        run.Transfer(Seller);
        var step = run.Mover1.Steps[0];
        run.Send(step);

        run.Hire(Analyst, "E2");

        Assert.Equal([StepStatus.InFlight, StepStatus.Cancelled], run.Mover1.Steps.Select(s => s.Status));
        run.Run(run.Mover1.Steps[0], Outcome.Transient);
        Assert.Equal(StepStatus.Due, run.Mover1.Steps[0].Status);
        Assert.Empty(run.Mover1.Steps[0].Selection!.Remove);
        Assert.Contains("cn=finance", run.Mover1.Steps[0].Selection!.Keep);
    }

    [Fact]
    public void A_termination_is_planned_as_always_and_leaves_the_mover_for_the_case_that_it_is_rescinded()
    {
        var run = Hired(Mover(Week));
        run.Transfer(Seller);

        run.Terminate(Day0.AddDays(3));
        Assert.Equal(["Mover Scheduled", "Leaver Scheduled"], run.Sagas.Select(s => $"{s.Kind} {s.Status}"));
        run.Decide(HrEventTypes.TerminationRescinded, null);

        Assert.Equal(["Mover Scheduled", "Leaver Cancelled"], run.Sagas.Select(s => $"{s.Kind} {s.Status}"));
        Assert.Equal(["corp-ldap cn=finance", "warehouse analysts"], run.Leaving());
    }

    [Fact]
    public void Who_moves_before_the_end_loses_too()
    {
        var run = Hired(Mover(Week));
        run.Terminate(Day0.AddDays(30));

        run.Transfer(Seller);

        Assert.Equal(["Leaver Scheduled", "Mover Scheduled"], run.Sagas.Select(s => $"{s.Kind} {s.Status}"));
    }

    [Fact]
    public void A_hire_that_gives_a_known_employment_another_assignment_is_a_transfer_too()
    {
        var run = Hired(Mover(Week));

        var decision = run.Hire(Seller);

        Assert.Equal("Hired. Transferred: 2 entitlements are not justified any more.", decision.Reason);
        Assert.Equal(["corp-ldap cn=finance", "warehouse analysts"], run.Leaving());
        Assert.Equal(Day0 + Week, run.Mover1.EffectiveAt);
        run.Hire(Seller);
        Assert.Single(run.Sagas);
    }

    [Fact]
    public void Who_is_hired_into_another_place_while_their_access_is_being_cut_keeps_nothing_of_the_old_one()
    {
        var run = Hired();
        run.Terminate();
        Assert.Equal(SagaStatus.Running, Assert.Single(run.Sagas).Status);

        run.Hire(Seller);

        Assert.Equal(SagaStatus.Cancelled, run.Sagas[0].Status);
        Assert.Equal(["corp-ldap cn=finance", "warehouse analysts"], run.Leaving());
    }

    [Fact]
    public void A_transfer_after_the_end_is_only_noted()
    {
        var run = Hired();
        run.Terminate();
        run.Now += TimeSpan.FromDays(1);

        Assert.Equal(IntakeVerdict.Applied, run.Transfer(Seller).Verdict);

        Assert.Empty(run.OpenMovers);
    }

    [Fact]
    public void The_hash_tells_selections_apart()
    {
        Assert.Equal(HashOf(Seller, default), HashOf(Seller, default));
        Assert.NotEqual(HashOf(Seller, default), HashOf(Seller with { Department = "Legal" }, default));
        Assert.NotEqual(HashOf(Seller, default), HashOf(Seller, UnexplainedEntitlements.Revoke));

        static string HashOf(Assignment to, UnexplainedEntitlements unexplained)
        {
            var run = Hired(Mover(unexplained: unexplained));
            run.Transfer(to);
            return run.Mover1.PlanHash;
        }
    }

    [Fact]
    public void The_audit_says_what_each_step_may_take_and_what_was_spared()
    {
        var run = Hired(Mover(Week));
        var planned = run.Transfer(Analyst with { Department = "Legal" }).Planned!.Audit[0].Facts.ToJsonString();
        Assert.Contains("\"remove\":[\"cn=finance\",\"cn=reports\"]", planned, StringComparison.Ordinal);

        var spared = run.Hire(Seller, "E2").Changed!.Single().Audit.Single(a => a.Type == "saga-spared").Facts.ToJsonString();
        Assert.Contains("\"remove\":[\"cn=finance\"]", spared, StringComparison.Ordinal);
        Assert.Contains("hr-event /hris 3", spared, StringComparison.Ordinal);
    }

    private static TransferRun Hired(Policy? policy = null, IReadOnlyList<AccessRole>? roles = null)
    {
        var run = new TransferRun(policy, roles);
        run.Hire();
        return run;
    }

    private static IEnumerable<string> Selections(Saga saga)
        => saga.Steps.Select(s => $"{s.System}: -[{string.Join(' ', s.Selection!.Remove)}] +[{string.Join(' ', s.Selection.Keep)}] {s.Selection.Unexplained}");
}
