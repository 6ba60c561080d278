using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

public sealed class ProtectedPersonTests
{
    [Fact]
    public void What_a_host_refuses_for_a_protected_person_holds_the_saga_and_has_not_failed()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account", "crm disable-account")).Send("ldap disable-account");

        Refuse(run, "ldap disable-account");

        Assert.Equal("waiting waiting", run.Statuses);
        Assert.Equal((SagaStatus.Held, HoldReason.Protected), (run.Saga.Status, run.Saga.Holds.Single().Reason));
        Assert.Contains(SagaNotice.Held, run.Notices);
        Assert.DoesNotContain(SagaNotice.NeedsAttention, run.Notices);
    }

    [Fact]
    public void Two_refusals_are_one_hold()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account", "crm disable-account")).Send("ldap disable-account", "crm disable-account");

        Refuse(run, "ldap disable-account");
        Refuse(run, "crm disable-account");

        Assert.Equal("waiting waiting", run.Statuses);
        Assert.Single(run.Saga.Holds);
        Assert.Single(run.Notices, SagaNotice.Held);
    }

    [Fact]
    public void Released_it_goes_on_and_its_commands_say_so()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account"));
        run.Next(new SagaInput.Hold(new SagaHold(HoldReason.Protected, "The person is protected.", run.Now)));
        Assert.False(run.Saga.ProtectionReleased);

        run.Next(new SagaInput.Release(null, SagaRun.Somebody));

        Assert.True(run.Saga.ProtectionReleased);
        run.Done("ldap disable-account");
        Assert.Equal(SagaStatus.Completed, run.Saga.Status);
    }

    [Fact]
    public void Releasing_another_hold_releases_no_protected_person()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account"));
        run.Next(new SagaInput.Hold(new SagaHold(HoldReason.Guard, "Too many.", run.Now)));

        run.Next(new SagaInput.Release(null, SagaRun.Somebody));

        Assert.False(run.Saga.ProtectionReleased);
    }

    [Fact]
    public void A_protected_account_is_a_failure_of_its_step_alone()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account", "crm disable-account")).Send("ldap disable-account");

        run.Next(new SagaInput.Reported(run.ReportOf("ldap disable-account", Outcome.Rejected) with { Code = ProtectedEntries.AccountCode }));

        Assert.Equal("failed due", run.Statuses);
        Assert.Equal(SagaStatus.NeedsAttention, run.Saga.Status);
    }

    [Fact]
    public void Refused_again_after_the_release_it_has_failed()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account"));
        run.Next(new SagaInput.Hold(new SagaHold(HoldReason.Protected, "The person is protected.", run.Now)));
        run.Next(new SagaInput.Release(null, SagaRun.Somebody));
        run.Send("ldap disable-account");
        Refuse(run, "ldap disable-account");
        Assert.Equal((SagaStatus.NeedsAttention, 0), (run.Saga.Status, run.Saga.Holds.Length));
    }

    [Fact]
    public void Released_together_with_another_hold_it_is_released_and_stays_so()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account"));
        var guard = new SagaInput.Hold(new SagaHold(HoldReason.Guard, "51st leaver", run.Now));
        run.Next(guard);
        run.Next(new SagaInput.Hold(new SagaHold(HoldReason.Protected, "The person is protected.", run.Now)));
        run.Next(new SagaInput.Release(null, SagaRun.Somebody));
        Assert.True(run.Saga.ProtectionReleased);
        run.Next(guard);
        run.Next(new SagaInput.Release(HoldReason.Guard, SagaRun.Somebody));
        Assert.True(run.Saga.ProtectionReleased);
    }

    [Fact]
    public void A_refusal_that_comes_after_the_saga_was_cancelled_holds_nothing()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account")).Send("ldap disable-account");
        run.Cancel();
        Refuse(run, "ldap disable-account");
        Assert.Equal(("cancelled", 0), (run.Statuses, run.Saga.Holds.Length));
    }

    private static void Refuse(SagaRun run, string step)
        => run.Next(new SagaInput.Reported(run.ReportOf(step, Outcome.Rejected) with { Code = ProtectedEntries.PersonCode }));
}
