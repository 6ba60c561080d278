using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Tests.Intake;
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
