using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Tests.Access;
using static Deprovisioner.Core.Tests.Intake.IntakeRun;

namespace Deprovisioner.Core.Tests.Intake;

/// <summary>Somebody is back: what has not run is cancelled, and what ran is put back.</summary>
public sealed class ReturningTests
{
    private readonly IntakeRun run = new(
        PolicyFor("terminated", StepAction.DisableAccount, StepAction.RevokeSessions, StepAction.RemoveEntitlements),
        PolicyFor("hired", StepAction.RestoreAccount),
        PolicyFor("termination-rescinded", StepAction.RestoreAccount));

    public ReturningTests() => run.Hire();

    private Saga Restore => run.Sagas.Last(s => s.Kind is SagaKind.Restore);

    [Fact]
    public void Rescinded_in_the_middle_cancels_what_has_not_run_and_puts_back_what_ran()
    {
        run.Terminate();
        run.Work(2);
        var decision = run.Rescind();

        Assert.Equal((IntakeVerdict.Planned, "The termination was rescinded: what was taken is put back."), (decision.Verdict, decision.Reason));
        var leaver = run.Sagas[0];
        Assert.Equal((SagaStatus.Cancelled, Day0), (leaver.Status, leaver.ReturnedAt));
        Assert.Equal(5, leaver.Steps.Count(s => s.Status is StepStatus.Cancelled));
        Assert.Equal(["corp-ldap", "crm"], Restore.Steps.Select(s => s.System.Value));
        Assert.All(Restore.Steps, s => Assert.Equal((true, 0), (s.Restores[0].Enabled, s.Restores[0].Entitlements.Count)));
    }

    [Fact]
    public void Without_a_policy_a_person_is_asked_to_put_it_back()
    {
        var without = new IntakeRun(PolicyFor("terminated", StepAction.DisableAccount));
        without.Hire();
        without.Terminate();
        without.Work(2);
        var decision = without.Rescind();
        Assert.Equal(
            (IntakeVerdict.Held, "The termination was rescinded: what had not run was cancelled, but 2 steps had run and must be put back by hand."), (decision.Verdict, decision.Reason));
        Assert.Null(without.Person!.NextLook);
    }

    [Fact]
    public void Nothing_had_run_nothing_is_put_back()
    {
        run.Terminate();
        var decision = run.Rescind();
        Assert.Equal((IntakeVerdict.Applied, "The termination was rescinded: what had not run was cancelled."), (decision.Verdict, decision.Reason));
        Assert.Empty(run.Open);
    }

    [Fact]
    public void What_cannot_be_undone_is_listed()
    {
        run.Terminate();
        Assert.Equal(7, run.Work());
        run.Rescind();
        Assert.Equal([("warehouse", StepAction.RevokeSessions)], Restore.NotRestored.Select(n => (n.System.Value, n.Action)));
        Assert.All(Restore.Steps, s => Assert.Equal((true, "g1"), (s.Restores[0].Enabled, s.Restores[0].Entitlements.Single())));
    }

    /// <summary>Finance's group and everybody's by name, the seller's by id and in another spelling; one that no role explains.</summary>
    [Theory]
    [InlineData("Finance", "f s x", "v")]
    [InlineData("Sales", "s v x", "f")]
    [InlineData("Legal", "s x", "f v")]
    [InlineData(null, "f s v x", "")]
    public void Who_comes_back_to_another_assignment_is_given_back_what_that_one_justifies_and_what_no_role_explains(string? department, string given, string withheld)
    {
        var moved = new IntakeRun(PolicyFor("terminated", StepAction.RemoveEntitlements), PolicyFor("hired", StepAction.RestoreAccount))
        {
            Roles =
            [
                TransferRun.Role("everybody", new(), ("corp-ldap", ["staff"])),
                TransferRun.Role("finance", new() { Departments = ["Finance"] }, ("corp-ldap", ["Ledger"])),
                TransferRun.Role("sales", new() { Departments = ["Sales"] }, ("corp-ldap", ["V"]), ("crm", ["nothing"])),
            ],
            Groups = new Dictionary<string, string> { ["f"] = "ledger", ["s"] = "Staff", ["v"] = "Pipeline", ["x"] = "choir" },
        };
        moved.Hire();
        moved.Terminate();
        moved.Work();
        moved.Now = Day0.AddDays(1);
        moved.Decide(moved.Event(HrEventTypes.Hired, employment: "E2") with { Person = Ada, Assignment = department is null ? null : Analyst with { Department = department } });

        var restore = moved.Sagas.Last(s => s.Kind is SagaKind.Restore);
        Assert.Equal(given.Split(' '), restore.Steps.Single(s => s.System.Value == "corp-ldap").Restores.Single().Entitlements.Order(StringComparer.Ordinal));

        // No role grants any of these on the crm: there they are not the roles' to judge.
        Assert.Equal(4, restore.Steps.Single(s => s.System.Value == "crm").Restores.Single().Entitlements.Count);
        var names = withheld.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => moved.Groups[id]).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(
            names.Count == 0 ? [] : [$"No role of the person's assignment gives {string.Join(", ", names)}: not given back."],
            restore.NotRestored.Select(n => n.Why));
    }

    [Fact]
    public void Where_everything_that_was_taken_belonged_to_the_old_assignment_there_is_no_step()
    {
        var moved = new IntakeRun(PolicyFor("terminated", StepAction.RemoveEntitlements), PolicyFor("hired", StepAction.RestoreAccount))
        {
            Roles = [TransferRun.Role("finance", new() { Departments = ["Finance"] }, ("corp-ldap", ["g1"]))],
        };
        moved.Hire();
        moved.Terminate();
        moved.Work();
        moved.Hire(employment: "E2", assignment: Analyst with { Department = "Sales" });

        var restore = moved.Sagas.Last(s => s.Kind is SagaKind.Restore);
        Assert.DoesNotContain(restore.Steps, s => s.System.Value == "corp-ldap");
        Assert.Contains(restore.NotRestored, n => n.System.Value == "corp-ldap");
    }

    [Fact]
    public void What_a_hire_gives_back_once_the_last_step_has_answered_is_given_back_by_the_policy_for_hires()
    {
        run.Terminate();
        var step = run.Open.Single().Steps[0];
        run.Send(step);
        run.Hire(employment: "E2");
        Assert.Equal(new NextLook(Day0.AddSeconds(2), HrEventTypes.Hired), run.Person!.NextLook);
        run.Report(step, Outcome.Changed);
        run.Now = Day0.AddSeconds(2);
        run.Look();

        Assert.Equal("on-hired", Restore.Policy);
        run.Look();
        Assert.True(run.Employment().Relinquished);
    }

    [Fact]
    public void Who_is_rehired_long_after_is_given_back_what_was_taken_and_only_once()
    {
        run.Terminate();
        run.Work();
        run.Now = Day0.AddDays(400);
        Assert.Equal(IntakeVerdict.Planned, run.Hire(employment: "E2").Verdict);
        Assert.Equal(3, Restore.Steps.Length);
        run.Work();
        Assert.Equal(IntakeVerdict.Applied, run.Hire(employment: "E2").Verdict);
        Assert.Equal(2, run.Sagas.Count);
    }

    [Fact]
    public void Who_is_hired_for_later_is_given_it_back_on_that_day()
    {
        run.Terminate();
        run.Work();
        var begins = Day0.AddDays(30);
        Assert.Equal(IntakeVerdict.Applied, run.Hire(employment: "E2", begins: begins).Verdict);
        Assert.Equal(new NextLook(begins, HrEventTypes.Hired), run.Person!.NextLook);
        run.Now = begins;
        Assert.Equal(IntakeVerdict.Planned, run.Look().Verdict);
        Assert.Equal(3, Restore.Steps.Length);
    }

    [Fact]
    public void A_step_that_is_under_way_is_waited_for()
    {
        run.Terminate();
        run.Work(1);
        var sent = run.Sagas[0].Steps[1];
        run.Send(sent);
        Assert.Equal(IntakeVerdict.Applied, run.Rescind().Verdict);
        Assert.Single(run.Sagas);

        Assert.Equal(IntakeVerdict.Applied, run.Look().Verdict);
        run.Report(sent, Outcome.Changed);
        run.Now = run.Person!.NextLook!.At;
        Assert.Equal(IntakeVerdict.Planned, run.Look().Verdict);
        Assert.Equal(["corp-ldap", "crm"], Restore.Steps.Select(s => s.System.Value));
        Assert.Null(run.Person!.NextLook);
    }

    [Fact]
    public void Who_is_terminated_again_before_anything_was_put_back_is_not_looked_at_for_ever()
    {
        run.Terminate();
        run.Send(run.Open.Single().Steps[0]);
        run.Rescind();
        run.Terminate();
        run.Now = run.Person!.NextLook!.At;
        run.Look();

        Assert.Null(run.Person!.NextLook);
    }

    [Theory]
    [InlineData(StepAction.RemoveEntitlements, true)]
    [InlineData(StepAction.RevokeSessions, false)]
    public void Of_what_was_sent_and_never_answered_a_person_is_asked_about_all_but_sessions(StepAction action, bool asked)
    {
        var other = new IntakeRun(PolicyFor("terminated", StepAction.DisableAccount, action), PolicyFor("termination-rescinded", StepAction.RestoreAccount));
        other.Hire();
        other.Terminate();
        other.Work(other.Open.Single().Steps.Count(s => s.Action is StepAction.DisableAccount));
        var sent = other.Open.Single().Steps.First(s => s.Action == action && s.Status is StepStatus.Due);
        other.Send(sent);
        other.Rescind();
        var cancelled = other.Sagas.Single();
        other.Put(cancelled with { Steps = cancelled.Steps.SetItem(sent.Ordinal, cancelled.Steps[sent.Ordinal] with { Status = StepStatus.Cancelled }) });
        other.Now = other.Person!.NextLook!.At;
        other.Look();

        Assert.Equal(asked, Assert.Single(other.Sagas[^1].NotRestored, lost => lost.Action == action).IsUnclear);
    }

    [Fact]
    public void An_account_that_somebody_else_had_locked_before_is_not_unlocked()
    {
        run.Terminate();
        run.Work(enabled: false);
        run.Rescind();
        Assert.All(Restore.Steps, s => Assert.Equal((false, "g1"), (s.Restores[0].Enabled, s.Restores[0].Entitlements.Single())));
    }

    [Fact]
    public void A_new_termination_stops_the_restore_and_the_next_return_owes_the_rest()
    {
        run.Terminate();
        run.Work();
        run.Rescind();
        run.Work(1);
        run.Terminate();
        Assert.Equal(SagaStatus.Cancelled, Restore.Status);
        Assert.Equal(SagaKind.Leaver, run.Open.Single().Kind);

        run.Rescind();
        Assert.Equal(["crm", "warehouse"], Restore.Steps.Select(s => s.System.Value));
        Assert.All(Restore.Steps, s => Assert.Equal((true, "g1"), (s.Restores[0].Enabled, s.Restores[0].Entitlements.Single())));
    }

    [Fact]
    public void A_restore_that_a_person_stopped_is_given_up_and_no_later_event_takes_it_up_again()
    {
        run.Terminate();
        run.Work();
        run.Rescind();
        run.Work(1);

        run.Cancel(Restore);

        Assert.NotNull(run.Sagas[^1].ReturnedAt);
        run.Change();
        Assert.Null(run.Person!.NextLook);
        Assert.Equal(IntakeVerdict.Applied, run.Rescind().Verdict);
        Assert.Equal(2, run.Sagas.Count);
    }

    [Fact]
    public void A_termination_that_is_moved_to_now_stops_the_restore_too()
    {
        run.Terminate();
        run.Work();
        run.Rescind();
        run.Terminate(Day0.AddDays(20));
        Assert.Equal(2, run.Open.Count());
        run.Terminate();
        Assert.Equal(SagaKind.Leaver, run.Open.Single().Kind);
    }

    [Fact]
    public void An_update_of_an_employment_that_nobody_knew_gives_nothing_back_and_is_shown_to_a_person()
    {
        run.Terminate();
        run.Work();
        Assert.Equal(IntakeVerdict.Held, run.Decide(run.Event(HrEventTypes.Changed, employment: "E2")).Verdict);
        Assert.Null(run.Person!.NextLook);
        Assert.Single(run.Sagas);
    }

    [Fact]
    public void Who_comes_back_begins_when_the_hire_says_and_has_no_end_nor_the_reason_of_before()
    {
        run.Hire(employment: "E2", begins: Day0.AddDays(-10));
        run.Decide(run.Event(HrEventTypes.Terminated, employment: "E2") with { Reason = "dismissed", Urgent = true });
        run.Decide(run.Event(HrEventTypes.TerminationRescinded, employment: "E2") with { EffectiveAt = Day0.AddDays(5), LastDay = new DateOnly(2026, 12, 31) });
        var employment = run.Employment("E2");
        Assert.Equal((Day0.AddDays(-10), null, null, false), (employment.StartsAt, employment.EndsAt, employment.EndReason, employment.EndUrgent));
    }

    [Fact]
    public void A_hire_that_says_its_last_day_plans_that_end()
    {
        var decision = run.Decide(run.Event(HrEventTypes.Hired, employment: "E1") with { Person = Ada, LastDay = new DateOnly(2026, 12, 31) });
        Assert.Equal((IntakeVerdict.Scheduled, "Hired. Access ends 2026-12-31T17:00:00.000000Z."), (decision.Verdict, decision.Reason));
        Assert.Equal((SagaStatus.Scheduled, new DateTimeOffset(2026, 12, 31, 17, 0, 0, TimeSpan.Zero)), (run.Open.Single().Status, run.Open.Single().EffectiveAt));
        Assert.Equal(run.Open.Single().EffectiveAt, run.Employment().EndsAt);
    }

    [Fact]
    public void A_hire_with_a_last_day_that_no_policy_answers_is_held()
    {
        var without = new IntakeRun(PolicyFor("hired", StepAction.RestoreAccount));
        var decision = without.Decide(without.Event(HrEventTypes.Hired) with { Person = Ada, LastDay = new DateOnly(2026, 12, 31) });
        Assert.Equal((IntakeVerdict.Held, "Hired. Access shall end 2026-12-31T17:00:00.000000Z, but: No policy matches this termination."), (decision.Verdict, decision.Reason));
        Assert.Empty(without.Sagas);
    }

    /// <summary>The same employment, hired anew before it ended: a gap no longer than the bridge cuts nothing, unless the end is urgent.</summary>
    [Theory]
    [InlineData(24, false, true)]
    [InlineData(72, false, true)]
    [InlineData(73, false, false)]
    [InlineData(1, true, false)]
    [InlineData(0, true, true)]
    public void Hired_anew_from_soon_after_the_end_on_what_had_not_run_is_cancelled(int hours, bool urgent, bool cancelled)
    {
        run.Terminate(Day0.AddDays(9), urgent: urgent);
        var decision = run.Hire(begins: Day0.AddDays(9).AddHours(hours));
        Assert.Equal((IntakeVerdict.Applied, cancelled), (decision.Verdict, !run.Open.Any()));
        Assert.EndsWith(cancelled ? "on: what had not run was cancelled." : "ends the access before that.", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_hired_anew_after_all_was_cut_is_given_access_by_those_who_hire_unless_a_policy_restores()
    {
        var without = new IntakeRun(PolicyFor("terminated", StepAction.DisableAccount));
        without.Hire();
        without.Terminate();
        without.Work();
        without.Now = Day0.AddDays(400);
        Assert.Equal((IntakeVerdict.Applied, "Hired."), (without.Hire(employment: "E2").Verdict, without.Hire(employment: "E2").Reason));
    }

    [Fact]
    public void Who_is_hired_anew_after_a_cut_that_was_stopped_in_the_middle_is_shown_to_a_person()
    {
        var without = new IntakeRun(PolicyFor("terminated", StepAction.DisableAccount));
        without.Hire();
        without.Terminate();
        without.Work(1);
        without.Cancel(without.Open.Single());
        without.Now = Day0.AddDays(400);
        Assert.Equal(IntakeVerdict.Held, without.Hire(employment: "E2").Verdict);
    }

    [Fact]
    public void A_rescission_after_all_was_cut_is_shown_to_a_person_where_no_policy_restores()
    {
        var without = new IntakeRun(PolicyFor("terminated", StepAction.DisableAccount), PolicyFor("termination-rescinded", StepAction.ManualTask));
        without.Hire();
        without.Terminate();
        without.Work();
        Assert.Equal(IntakeVerdict.Held, without.Rescind().Verdict);
        Assert.Single(without.Sagas);
    }

    [Fact]
    public void An_end_to_come_that_moves_does_not_stop_a_restore()
    {
        run.Terminate();
        run.Work();
        run.Rescind();
        run.Terminate(Day0.AddDays(20));
        Assert.Equal(new NextLook(Day0.AddDays(20), HrEventTypes.Terminated), run.Person!.NextLook);
        Assert.Equal(IntakeVerdict.Superseded, run.Terminate(Day0.AddDays(10)).Verdict);
        Assert.Equal([SagaKind.Leaver, SagaKind.Restore], run.Open.Select(s => s.Kind).Order());
    }

    [Fact]
    public void A_look_that_is_overdue_is_not_lost_by_an_event_about_something_else()
    {
        run.Terminate();
        run.Work();
        run.Hire(employment: "E2", begins: Day0.AddDays(30));
        run.Now = Day0.AddDays(31);
        run.Decide(run.Event(HrEventTypes.Changed, employment: "E1"));
        Assert.Equal(new NextLook(Day0.AddDays(30), HrEventTypes.Hired), run.Person!.NextLook);
        run.Look();
        Assert.Equal(SagaKind.Restore, run.Open.Single().Kind);
    }
}
