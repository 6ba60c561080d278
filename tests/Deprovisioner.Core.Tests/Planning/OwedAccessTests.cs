using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Tests.Intake;
using Deprovisioner.Core.Tests.Sagas;
using static Deprovisioner.Core.Tests.Intake.IntakeRun;

namespace Deprovisioner.Core.Tests.Planning;

/// <summary>What is owed is what our own steps took.</summary>
public sealed class OwedAccessTests
{
    private static readonly SystemName Ldap = new("corp-ldap");

    [Fact]
    public void Signing_in_by_a_disable_and_entitlements_by_a_removal()
    {
        Assert.Equal((true, 0), Shown(After(1, StepAction.DisableAccount)));
        Assert.Equal((false, 1), Shown(After(1, StepAction.RemoveEntitlements)));
        Assert.Equal((true, 1), Shown(After(6, StepAction.DisableAccount, StepAction.RemoveEntitlements)));
    }

    [Fact]
    public void What_found_nothing_to_do_owes_nothing()
        => Assert.True(After(1, Outcome.Already, [StepAction.DisableAccount]).IsNothing);

    [Fact]
    public void What_was_put_off_owes_nothing()
        => Assert.True(After(1, Outcome.Throttled, [StepAction.DisableAccount]).IsNothing);

    [Fact]
    public void What_a_system_took_and_had_not_finished_is_owed_though_it_may_be_there_still()
    {
        Assert.True(Assert.Single(After(1, Outcome.Accepted, [StepAction.DisableAccount]).On(Ldap)) is { Enabled: true, Unfinished: true });
        Assert.False(Assert.Single(After(1, Outcome.Changed, [StepAction.DisableAccount]).On(Ldap)).Unfinished);
    }

    [Fact]
    public void What_ended_for_good_is_lost_and_a_deleted_account_takes_all_with_it()
    {
        var owed = After(6, StepAction.DisableAccount, StepAction.DeleteAccount);
        Assert.Empty(owed.On(Ldap));
        Assert.Equal((StepAction.DeleteAccount, "The account is gone: it has to be created anew."), (owed.Lost[0].Action, owed.Lost[0].Why));
        Assert.Equal(StepAction.RevokeCredentials, Assert.Single(After(1, StepAction.RevokeCredentials).Lost).Action);
    }

    [Fact]
    public void A_deleted_account_that_its_system_keeps_is_owed_with_all_that_was_taken_from_it_before()
    {
        var run = Run([StepAction.DisableAccount, StepAction.RemoveEntitlements, StepAction.DeleteAccount]);
        run.Work();
        var saga = run.Sagas.Single();
        var kept = new AccountSnapshot("a1", "ada", Enabled: false, [], new Dictionary<string, string>()) { Recoverable = true };
        Dictionary<StepId, IReadOnlyList<AccountSnapshot>> Found(params AccountSnapshot[] deleted) => saga.Steps.Where(s => s.System == Ldap).ToDictionary(
            s => s.Id,
            s => s.Action is StepAction.DeleteAccount ? deleted : (IReadOnlyList<AccountSnapshot>)[new("a1", "ada", true, ["g1"], new Dictionary<string, string>()), new("a2", "ada-admin", true, [], new Dictionary<string, string>())]);

        var owed = OwedAccess.Of([new CutSaga(saga, Found(kept))]);
        Assert.True(Assert.Single(owed.On(Ldap)) is { AccountId: "a1", Enabled: true, Entitlements: ["g1"], Recoverable: true });
        Assert.DoesNotContain(owed.Lost, lost => lost.System == Ldap);

        var both = OwedAccess.Of([new CutSaga(saga, Found(kept, kept with { AccountId = "a2", Recoverable = false }))]);
        Assert.Equal("a1", Assert.Single(both.On(Ldap)).AccountId);
        Assert.Equal("The account is gone: it has to be created anew.", Assert.Single(both.Lost, lost => lost.System == Ldap).Why);
    }

    [Fact]
    public void A_deleted_account_that_is_kept_comes_back_though_nothing_else_is_owed()
    {
        var run = Run([StepAction.DeleteAccount]);
        run.Work();
        foreach (var step in run.Found.Keys.ToList())
        {
            run.Found[step] = [new AccountSnapshot("a1", "ada", Enabled: false, [], new Dictionary<string, string>()) { Recoverable = true }];
        }

        run.Rescind();

        var restore = run.Open.Single(saga => saga.Kind is SagaKind.Restore);
        Assert.True(Assert.Single(restore.Steps.First(step => step.System == Ldap && step.Action is StepAction.RestoreAccount).Restores).Recoverable);
        Assert.Empty(restore.NotRestored);
    }

    [Fact]
    public void Of_two_sagas_the_first_one_says_how_it_was()
    {
        var run = Run([StepAction.DisableAccount]);
        run.Work();
        run.Terminate();
        run.Work(enabled: false);
        Assert.Equal((true, 0), Shown(Of(run)));
    }

    [Fact]
    public void A_restore_that_was_stopped_owes_what_it_had_not_put_back()
    {
        var run = Run([StepAction.DisableAccount]);
        run.Work();
        run.Rescind();
        run.Work(1);
        run.Terminate();
        var owed = Of(run);
        Assert.Empty(owed.On(Ldap));
        Assert.Equal((true, 0), Shown(owed, "crm"));
    }

    [Fact]
    public void What_was_taken_first_by_one_and_then_by_another_step_is_owed_together()
        => Assert.Equal((true, 1), Shown(After(6, StepAction.RemoveEntitlements, StepAction.DisableAccount)));

    [Fact]
    public void What_was_settled_by_hand_left_no_record()
    {
        var run = Run([StepAction.DisableAccount, StepAction.RemoveEntitlements]);
        run.FinishOpenSaga();
        var owed = Of(run);
        Assert.Empty(owed.Systems);
        Assert.False(owed.IsNothing);
        Assert.All(owed.Lost, lost => Assert.Equal("It was settled by hand, so there is no record of how it was before.", lost.Why));
    }

    [Fact]
    public void A_deletion_that_nobody_answered_for_takes_nothing_with_it_and_is_told_of()
    {
        var run = Run([StepAction.DisableAccount, StepAction.DeleteAccount]);
        run.Work(3);
        run.Send(run.Open.Single().Steps.First(s => s.Action is StepAction.DeleteAccount));
        var owed = Of(run);
        Assert.Equal((true, 0), Shown(owed));
        Assert.Equal((StepAction.DeleteAccount, "It was sent and no answer came: look whether it was done."), (owed.Lost.Single().Action, owed.Lost.Single().Why));
    }

    [Fact]
    public void What_cannot_be_put_back_is_said_in_its_own_words()
    {
        Assert.Equal("Passwords and keys stopped working: the person needs new ones.", Assert.Single(After(1, StepAction.RevokeCredentials).Lost).Why);
        Assert.Equal("The sessions have ended: the person signs in again.", Assert.Single(After(1, StepAction.RevokeSessions).Lost).Why);
        Assert.Equal("It did not succeed and may have been done in part: look.", Assert.Single(After(1, Outcome.Rejected, [StepAction.RevokeSessions]).Lost).Why);
    }

    [Fact]
    public void Attributes_and_names_are_those_that_were_seen_first()
    {
        var run = Run([StepAction.RemoveEntitlements, StepAction.DisableAccount]);
        run.Work();
        var saga = run.Sagas.Single();
        var seen = saga.Steps.Where(s => s.System == Ldap).Select((s, i) => (s.Id, Snapshot: new AccountSnapshot("a1", "ada", true, ["g1"], new Dictionary<string, string> { ["mail"] = $"{i}", [$"only{i}"] = "x" })
        {
            Names = new Dictionary<string, string> { ["g1"] = $"name {i}", [$"g{i + 2}"] = "y" },
        })).ToDictionary(s => s.Id, s => (IReadOnlyList<AccountSnapshot>)[s.Snapshot]);
        var owed = OwedAccess.Of([new CutSaga(saga, seen)]).On(Ldap).Single();
        Assert.Equal(("0", 3, "name 0", 3), (owed.Attributes["mail"], owed.Attributes.Count, owed.Names["g1"], owed.Names.Count));
    }

    [Fact]
    public void The_hash_tells_apart_what_is_put_back()
    {
        var account = new AccountSnapshot("a1", "ada", true, ["g1"], new Dictionary<string, string>());
        var hashes = new[] { account, account with { AccountId = "a2" }, account with { Enabled = false }, account with { Entitlements = ["g2"] }, account with { Recoverable = true } }.Select(HashOf).ToList();
        Assert.Equal(hashes.Count, hashes.Distinct().Count());
        Assert.Equal(HashOf(account with { Entitlements = ["g1", "g2"] }), HashOf(account with { Entitlements = ["g2", "g1"] }));
    }

    private static string HashOf(AccountSnapshot account)
    {
        var plan = SagaRun.PlanOf(new StageText("contain", "crm restore-account"));
        return (plan with { Steps = [plan.Steps[0] with { Restores = [account] }] }).Hash();
    }

    private static OwedAccess After(int steps, params StepAction[] actions) => After(steps, Outcome.Changed, actions);

    private static OwedAccess After(int steps, Outcome outcome, StepAction[] actions)
    {
        var run = Run(actions);
        for (var i = 0; i < steps; i++)
        {
            var step = run.Open.Single().Steps.First(s => s.Status is StepStatus.Due);
            run.Send(step);
            run.Report(step, outcome);
        }

        return Of(run);
    }

    private static IntakeRun Run(StepAction[] actions)
    {
        var run = new IntakeRun(PolicyFor("terminated", actions), PolicyFor("termination-rescinded", StepAction.RestoreAccount));
        run.Hire();
        run.Terminate();
        return run;
    }

    private static OwedAccess Of(IntakeRun run)
        => OwedAccess.Of([.. run.Sagas.Where(s => s.ReturnedAt is null).Select(s => new CutSaga(s, s.Steps.Where(t => run.Found.ContainsKey(t.Id) || !t.Restores.IsEmpty).ToDictionary(t => t.Id, t => run.Found.GetValueOrDefault(t.Id, t.Restores))))]);

    private static (bool Enabled, int Entitlements) Shown(OwedAccess owed, string system = "corp-ldap")
    {
        var account = Assert.Single(owed.On(new SystemName(system)));
        return (account.Enabled, account.Entitlements.Count);
    }
}
