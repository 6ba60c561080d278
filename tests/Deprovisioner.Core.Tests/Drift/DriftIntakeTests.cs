using Deprovisioner.Contracts;
using Deprovisioner.Core.Drift;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Probing;
using Deprovisioner.Core.Sagas;
using Xunit.Abstractions;
using static Deprovisioner.Core.Tests.Intake.IntakeRun;

namespace Deprovisioner.Core.Tests.Drift;

/// <summary>Access that was cut is there again.</summary>
public sealed class DriftIntakeTests(ITestOutputHelper output)
{
    private static readonly StepAction[] All =
        [StepAction.DisableAccount, StepAction.RevokeSessions, StepAction.RevokeCredentials, StepAction.RemoveEntitlements, StepAction.TransferData, StepAction.DeleteAccount];

    private static readonly StepAction[] Usual = [StepAction.DisableAccount, StepAction.RevokeSessions, StepAction.RemoveEntitlements];

    [Fact]
    public void It_is_cut_again_on_exactly_the_systems_that_said_so()
    {
        var drift = LeftADayAgo(Usual);
        var decision = drift.Find(s => s.System.Value is "warehouse" or "crm" && s.Action is not StepAction.RevokeSessions);

        Assert.Equal(IntakeVerdict.Planned, decision.Verdict);
        Assert.Equal("Access that was cut is there again on crm, warehouse.", decision.Reason);
        var saga = decision.Planned!.Saga;
        Assert.Equal((SagaKind.Drift, SagaStatus.Running, drift.Leaver.Policy, drift.Run.Now), (saga.Kind, saga.Status, saga.Policy, saga.EffectiveAt));
        // Whoever could sign in again may have done so.
        Assert.Equal(
            ["contain crm disable-account", "contain warehouse disable-account", "contain warehouse revoke-sessions", "revoke crm remove-entitlements", "revoke warehouse remove-entitlements"],
            DriftRun.Texts(saga));
        Assert.Equal(drift.Run.Employment().Version, saga.Fence);
        Assert.Equal(["saga-planned"], decision.Planned.Audit.Select(a => a.Type));
        Assert.Equal([SagaNotice.Started], decision.Planned.Notices);
    }

    [Fact]
    public void Only_what_was_found_is_cut_again()
    {
        var drift = LeftADayAgo(Usual);
        Assert.Equal(["revoke corp-ldap remove-entitlements"], DriftRun.Texts(drift.Find(s => s.System.Value == "corp-ldap" && s.Action is StepAction.RemoveEntitlements).Planned!.Saga));
    }

    [Fact]
    public void An_account_that_was_deleted_and_exists_again_is_disabled_and_not_deleted()
    {
        var drift = LeftADayAgo([StepAction.DeleteAccount]);
        var saga = drift.Find(s => s.System.Value == "crm").Planned!.Saga;
        Assert.Equal(["contain crm disable-account"], DriftRun.Texts(saga));
        Assert.Contains("on crm the account was deleted and exists again: it is disabled and not deleted by itself", saga.EffectiveBasis, StringComparison.Ordinal);
    }

    [Fact]
    public void Deadlines_and_approvals_are_those_that_the_policy_gave_the_same_steps()
    {
        var drift = new DriftRun(Usual, policy: p => p with
        {
            Stages = [p.Stages[0] with { Within = TimeSpan.FromMinutes(5) }, p.Stages[1] with { Within = TimeSpan.FromMinutes(9) }, p.Stages[2] with { Within = TimeSpan.FromHours(4), ApprovalRequired = true }],
        }).Left();
        var terms = drift.Leaver with { Status = SagaStatus.Completed, CompletedAt = Day0, Steps = [.. drift.Leaver.Steps.Select(s => s with { Status = StepStatus.Succeeded, Outcome = Outcome.Changed })] };
        drift.Run.Put(terms);
        drift.Run.Now = Day0.AddDays(1);

        var saga = drift.Find(s => s.System.Value == "warehouse").Planned!.Saga;

        Assert.Equal(
            [("contain", TimeSpan.FromMinutes(5), false), ("revoke", TimeSpan.FromHours(4), true)], saga.Stages.Select(s => (s.Name, s.Within!.Value, s.ApprovalRequired)));
        Assert.Equal(StepStatus.Waiting, saga.Steps.Single(s => s.Action is StepAction.RemoveEntitlements).Status);
    }

    [Fact]
    public void Whoever_works_here_again_is_not_touched()
    {
        var drift = LeftADayAgo(Usual);
        var cut = drift.Run.Sagas.ToList();
        drift.Run.Hire(employment: "E2");
        cut.ForEach(drift.Run.Put); // As if nothing had marked what was taken as answered for.
        Assert.Equal((IntakeVerdict.NoOp, "The person works here: their access is not touched."), Told(drift.Find(_ => true)));
    }

    [Fact]
    public void Whoever_comes_back_stops_a_drift_saga_and_is_given_back_what_the_leaver_saga_took()
    {
        var drift = LeftADayAgo(Usual);
        drift.Find(s => s.System.Value == "crm");
        drift.Run.Work(1);
        var decision = drift.Run.Rescind();

        Assert.Equal(IntakeVerdict.Planned, decision.Verdict);
        Assert.Equal(SagaStatus.Cancelled, drift.Run.Sagas.Single(s => s.Kind is SagaKind.Drift).Status);
        var restore = drift.Run.Sagas[^1];
        Assert.Equal((SagaKind.Restore, 3), (restore.Kind, restore.Steps.Length));
        Assert.All(restore.Steps, s => Assert.Equal((true, "g1"), (s.Restores[0].Enabled, s.Restores[0].Entitlements.Single())));
    }

    [Fact]
    public void What_a_drift_saga_took_is_owed_to_nobody()
    {
        var drift = new DriftRun(Usual);
        drift.Run.Terminate();
        drift.Run.Work(enabled: false);
        foreach (var step in drift.Leaver.Steps)
        {
            drift.Run.Found[step.Id] = [new AccountSnapshot("a1", "ada", Enabled: false, ["g1"], new Dictionary<string, string>())];
        }

        drift.Run.Now = Day0.AddDays(1);
        drift.Find(s => s.System.Value == "crm");
        drift.Run.Work(); // Finds the account enabled, by whoever did that.
        drift.Run.Rescind();
        Assert.All(drift.Run.Sagas[^1].Steps, s => Assert.False(s.Restores[0].Enabled));
    }

    [Fact]
    public void A_step_of_a_drift_saga_that_is_under_way_is_waited_for_before_anything_is_put_back()
    {
        var drift = LeftADayAgo(Usual);
        var step = drift.Find(s => s.System.Value == "crm").Planned!.Saga.Steps[0];
        drift.Run.Send(step);
        Assert.Equal(IntakeVerdict.Applied, drift.Run.Rescind().Verdict);
        Assert.DoesNotContain(drift.Run.Sagas, s => s.Kind is SagaKind.Restore);

        drift.Run.Report(step, Outcome.Changed);
        drift.Run.Now = drift.Run.Person!.NextLook!.At;
        Assert.Equal(IntakeVerdict.Planned, drift.Run.Look().Verdict);
    }

    [Fact]
    public void An_end_that_is_only_to_come_leaves_a_drift_saga_alone()
    {
        var drift = LeftADayAgo(Usual);
        drift.Find(s => s.System.Value == "crm");
        drift.Run.Hire(employment: "E2", begins: drift.Run.Now.AddDays(30));
        Assert.Equal(SagaStatus.Running, drift.Run.Sagas.Single(s => s.Kind is SagaKind.Drift).Status);
        drift.Run.Now = drift.Run.Now.AddDays(30);
        drift.Run.Look();
        Assert.Equal(SagaStatus.Cancelled, drift.Run.Sagas.Single(s => s.Kind is SagaKind.Drift).Status);
    }

    [Fact]
    public void Whoever_turns_out_to_work_here_stops_a_drift_saga_whatever_told_so()
    {
        var drift = LeftADayAgo(Usual);
        drift.Find(s => s.System.Value == "crm");
        Assert.Equal(IntakeVerdict.Held, drift.Run.Change(employment: "E2").Verdict);
        Assert.Equal(SagaStatus.Cancelled, drift.Run.Sagas[^1].Status);
    }

    [Fact]
    public void One_drift_saga_is_open_at_a_time_and_an_answer_from_before_its_end_counts_no_more()
    {
        var drift = LeftADayAgo(Usual);
        var before = drift.Run.Now;
        drift.Find(s => s.System.Value == "crm");
        Assert.Equal(IntakeVerdict.NoOp, drift.Find(s => s.System.Value == "warehouse").Verdict);
        drift.Run.Now = before.AddMinutes(1);
        drift.Run.Work();
        Assert.Equal(IntakeVerdict.NoOp, drift.Find(s => s.System.Value == "warehouse", before).Verdict);
        drift.Run.Now = before.AddMinutes(2);
        Assert.Equal(IntakeVerdict.Planned, drift.Find(s => s.System.Value == "warehouse").Verdict);
    }

    [Fact]
    public void A_question_about_a_system_that_is_only_observed_by_now_decides_nothing()
    {
        var drift = LeftADayAgo(Usual, c => c with { Systems = [.. c.Systems.Select(s => s with { Observe = s.Name.Value == "crm" })] });
        Assert.Equal(IntakeVerdict.NoOp, drift.Find(s => s.System.Value == "crm").Verdict);
    }

    [Fact]
    public void Where_the_organisation_wants_so_a_person_looks_first()
    {
        var drift = LeftADayAgo(Usual, c => c with { Drift = new DriftSettings { Then = DriftAnswer.Hold } });
        var saga = drift.Find(s => s.System.Value == "crm").Planned!.Saga;
        Assert.Equal((SagaStatus.Held, HoldReason.Drift), (saga.Status, Assert.Single(saga.Holds).Reason));
        Assert.All(saga.Steps, s => Assert.Equal(StepStatus.Waiting, s.Status));
        var released = SagaTransitions.Next(saga, new SagaInput.Release(null, new Act("chief", "not ours any more")), drift.Run.Now).Saga;
        Assert.Equal((SagaStatus.Running, StepStatus.Due), (released.Status, released.Steps[0].Status));
    }

    [Fact]
    public void A_protected_person_is_held_as_in_any_saga()
    {
        var drift = LeftADayAgo(Usual, c => c with { Protected = new ProtectedEntries(["P1"], new Dictionary<string, IReadOnlyList<string>>()) });
        var decision = drift.Find(s => s.System.Value == "crm");
        Assert.Equal((IntakeVerdict.Held, HoldReason.Protected), (decision.Verdict, Assert.Single(decision.Planned!.Saga.Holds).Reason));
    }

    [Theory]
    [InlineData(49, null, false)]
    [InlineData(50, null, true)]
    [InlineData(2, 3, false)]
    [InlineData(3, 3, true)]
    public void More_than_the_guard_would_let_leave_are_held(int before, int? maxLeavers, bool held)
    {
        var drift = LeftADayAgo(Usual);
        drift.Surge = DriftSurge.Of(before, GuardLedger.Open with { Settings = maxLeavers is null ? null : new GuardSettings { MaxLeavers = maxLeavers } });
        var decision = drift.Find(s => s.System.Value == "crm");
        Assert.Equal(held ? [HoldReason.Guard] : [], decision.Planned!.Saga.Holds.Select(h => h.Reason));
        Assert.Equal(held ? IntakeVerdict.Held : IntakeVerdict.Planned, decision.Verdict);
        Assert.False(MassGuard.Counts(decision.Planned.Saga)); // Nor does it use up what leavers may.
    }

    [Fact]
    public void Where_the_guards_numbers_cannot_be_read_nobody_passes()
    {
        var drift = LeftADayAgo(Usual);
        drift.Surge = DriftSurge.Of(0, GuardLedger.Open with { Settings = new GuardSettings { MaxLeavers = 3 }, Unreadable = "no head count" });
        var hold = Assert.Single(drift.Find(s => s.System.Value == "crm").Planned!.Saga.Holds);
        Assert.Equal((HoldReason.Guard, "The guard's numbers cannot be read: no head count"), (hold.Reason, hold.Detail));
    }

    [Fact]
    public void With_drift_off_nothing_follows()
    {
        var drift = LeftADayAgo(Usual, c => c with { Drift = null });
        Assert.Equal((IntakeVerdict.NoOp, "Drift is off."), Told(drift.Find(_ => true)));
    }

    [Fact]
    public void The_audit_names_the_questions_and_keeps_what_systems_said_apart()
    {
        var drift = LeftADayAgo(Usual);
        var decision = drift.Find(s => s.System.Value == "crm");
        var probe = new Probe
        {
            Id = new ProbeId(Guid.Empty),
            Step = drift.Leaver.Steps[0].Id,
            System = new SystemName("crm"),
            Purpose = ProbePurpose.Drift,
            Status = ProbeStatus.Answered,
            Outcome = Outcome.Observed,
            Message = "would be done to ada",
            AnsweredAt = drift.Run.Now,
        };
        var entry = DriftAudit.Found(new DriftFacts(drift.Run.Person!, [], [probe], drift.Surge, drift.Leaver.Id, drift.Run.Now), decision);
        Assert.Contains(probe.Step.ToString(), entry.Facts.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("ada", entry.Facts.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("ada", entry.Private!.ToJsonString(), StringComparison.Ordinal);
    }

    /// <summary>Whatever was found, and whatever the person's sagas look like.</summary>
    [Fact]
    public void Nothing_is_ever_destroyed_and_nothing_touched_that_did_not_say_so()
    {
        var seed = Environment.GetEnvironmentVariable("DEPROVISIONER_SEED") is { } told ? int.Parse(told) : Environment.TickCount;
        output.WriteLine($"DEPROVISIONER_SEED={seed}");
        var random = new Random(seed);
        var planned = 0;
        for (var i = 0; i < 3000; i++)
        {
            var drift = LeftADayAgo([.. All.Where(_ => random.Next(4) > 0).DefaultIfEmpty(StepAction.DisableAccount)]);
            var leaver = drift.Leaver;
            drift.Run.Put(leaver with
            {
                Status = random.Next(10) == 0 ? SagaStatus.Cancelled : SagaStatus.Completed,
                CompletedAt = Day0,
                ReturnedAt = random.Next(10) == 0 ? Day0 : null,
                Steps = [.. leaver.Steps.Select(s => s with
                {
                    Status = random.Next(5) == 0 ? StepStatus.Cancelled : StepStatus.Succeeded,
                    Outcome = random.Next(6) == 0 ? Outcome.Observed : Outcome.Changed,
                    Code = random.Next(8) == 0 ? Step.ByHand : null,
                })],
            });
            if (random.Next(10) == 0)
            {
                drift.Run.Hire(employment: "E2");
            }

            var alive = leaver.Steps.Where(_ => random.Next(3) == 0).Select(s => s.Id).ToHashSet();
            var asked = drift.Cut?.Steps.Select(s => s.Id).ToHashSet() ?? [];
            if (drift.Find(s => alive.Contains(s.Id)).Planned is { } decision)
            {
                planned++;
                var systems = leaver.Steps.Where(s => alive.Contains(s.Id) && asked.Contains(s.Id)).Select(s => s.System).ToHashSet();
                Assert.All(decision.Saga.Steps, s => Assert.Contains(s.System, systems));
                Assert.All(decision.Saga.Steps, s => Assert.NotInRange(s.Action, StepAction.TransferData, StepAction.DeleteAccount));
                Assert.Equal(systems, decision.Saga.Steps.Select(s => s.System).ToHashSet());
                Assert.DoesNotContain(drift.Run.Person!.Employments, e => e.IsActiveAt(drift.Run.Now));
                Assert.Equal(Enumerable.Range(0, decision.Saga.Steps.Length), decision.Saga.Steps.Select(s => s.Ordinal));
            }
        }

        Assert.InRange(planned, 500, 3000);
    }

    private static DriftRun LeftADayAgo(StepAction[] actions, Func<Core.Policies.Configuration, Core.Policies.Configuration>? change = null)
    {
        var drift = new DriftRun(actions, change).Left();
        drift.Run.Now = Day0.AddDays(1);
        return drift;
    }

    private static (IntakeVerdict Verdict, string Reason) Told(IntakeDecision decision) => (decision.Verdict, decision.Reason);
}
