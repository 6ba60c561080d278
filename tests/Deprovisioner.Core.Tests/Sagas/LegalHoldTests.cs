using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

public sealed class LegalHoldTests
{
    private static readonly StageText[] Plan =
    [
        new("contain", "ldap disable-account", "crm disable-account"),
        new("handover", "crm transfer-data", "crm revoke-credentials"),
        new("retire", "ldap delete-account", "crm delete-account"),
    ];

    [Fact]
    public void Access_is_cut_and_nothing_is_destroyed_while_it_stands()
    {
        var run = SagaRun.Of(Plan);
        Assert.Null(Hold(run, true).Refusal);

        run.Done("ldap disable-account", "crm disable-account", "crm revoke-credentials");

        Assert.Equal("succeeded succeeded waiting succeeded waiting waiting", run.Statuses);
        Assert.Equal(SagaStatus.Held, run.Saga.Status);
        Assert.Contains(SagaNotice.Held, run.Notices);
        Assert.Equal("legal-hold", run.Audit.Single(entry => entry.Type == "saga-held").Facts["reason"]!.GetValue<string>());
    }

    [Fact]
    public void What_it_kept_goes_on_in_order_once_it_is_lifted()
    {
        var run = SagaRun.Of(Plan);
        Hold(run, true);
        run.Done("ldap disable-account", "crm disable-account", "crm revoke-credentials");

        Assert.Null(Hold(run, false).Refusal);
        Assert.Equal(SagaStatus.Running, run.Saga.Status);
        Assert.Equal("succeeded succeeded due succeeded waiting waiting", run.Statuses);

        run.Done("crm transfer-data", "ldap delete-account", "crm delete-account");
        Assert.Equal(SagaStatus.Completed, run.Saga.Status);
        Assert.Equal(["legal-hold-set", "legal-hold-lifted"], run.Recorded.Where(type => type.StartsWith("legal", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_deletion_that_is_due_waits_again()
    {
        var run = SagaRun.Of(Plan).Done("ldap disable-account", "crm disable-account", "crm transfer-data", "crm revoke-credentials");
        Assert.Equal("due", EnumText.Of(run.Step("ldap delete-account").Status));

        Hold(run, true);

        Assert.Equal(StepStatus.Waiting, run.Step("ldap delete-account").Status);
        Assert.Null(run.Step("ldap delete-account").DueAt);
        Assert.Equal(SagaStatus.Held, run.Saga.Status);
    }

    [Theory]
    [InlineData(Outcome.Transient)]
    [InlineData(Outcome.Throttled)]
    [InlineData(Outcome.Unauthorized)]
    public void A_deletion_under_way_is_not_tried_again(Outcome outcome)
    {
        var run = SagaRun.Of(new StageText("retire", "ldap delete-account")).Send("ldap delete-account");
        Hold(run, true);
        Assert.Equal(StepStatus.InFlight, run.Step("ldap delete-account").Status);

        run.Report("ldap delete-account", outcome);
        Assert.Equal(StepStatus.Waiting, run.Step("ldap delete-account").Status);

        Hold(run, false);
        Assert.Equal(StepStatus.Due, run.Step("ldap delete-account").Status);
    }

    [Fact]
    public void A_deletion_that_was_done_all_the_same_is_recorded_as_done()
    {
        var run = SagaRun.Of(new StageText("retire", "ldap delete-account")).Send("ldap delete-account");
        Hold(run, true);

        run.Report("ldap delete-account", Outcome.Changed);

        Assert.Equal(SagaStatus.Completed, run.Saga.Status);
    }

    [Fact]
    public void Replaying_a_deletion_does_not_get_round_it()
    {
        var run = SagaRun.Of(new StageText("retire", "ldap delete-account")).Do(Outcome.Rejected, "ldap delete-account");
        Hold(run, true);

        run.Replay("ldap delete-account");

        Assert.Equal((StepStatus.Waiting, SagaStatus.Held), (run.Step("ldap delete-account").Status, run.Saga.Status));
    }

    [Fact]
    public void An_approval_that_is_missing_is_still_asked_for()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account"), new StageText("retire", "ldap delete-account") { Approval = true });
        Hold(run, true);
        run.Done("ldap disable-account");

        Assert.Equal("approval", run.Audit.Single(entry => entry.Type == "saga-held").Facts["reason"]!.GetValue<string>());
        Hold(run, false);
        Assert.Equal((StepStatus.Waiting, SagaStatus.Held), (run.Step("ldap delete-account").Status, run.Saga.Status));
    }

    [Fact]
    public void Set_twice_or_on_a_saga_that_is_over_it_changes_nothing()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account"));
        Assert.Null(Hold(run, true).Refusal);
        Assert.NotNull(Hold(run, true).Refusal);
        Hold(run, false);
        run.Cancel();
        Assert.NotNull(Hold(run, true).Refusal);
    }

    [Fact]
    public void What_it_keeps_holds_up_nothing_that_comes_later_on_any_system()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap delete-account"), new StageText("revoke", "ldap remove-entitlements", "crm remove-entitlements"));
        Hold(run, true);
        Assert.Equal("waiting due due", run.Statuses);
    }

    [Fact]
    public void Where_the_approval_was_given_or_is_asked_for_later_it_is_the_legal_hold_that_holds()
    {
        var run = SagaRun.Of(
            new StageText("contain", "ldap disable-account"), new StageText("retire", "ldap delete-account") { Approval = true, Approved = true }, new StageText("handover", "badge manual-task") { Approval = true });
        Hold(run, true);
        run.Done("ldap disable-account");
        Assert.Equal("legal-hold", run.Audit.Single(entry => entry.Type == "saga-held").Facts["reason"]!.GetValue<string>());
        run.Reschedule(SagaRun.End, urgent: true);
        Assert.Single(run.Recorded, "saga-held");
    }

    [Fact]
    public void Lifted_what_it_kept_may_be_tried_for_as_long_as_if_it_were_new()
    {
        var run = SagaRun.Of(new StageText("retire", "ldap delete-account"));
        run.Now += TimeSpan.FromDays(3);
        Hold(run, true);
        Assert.Null(run.Step("ldap delete-account").FirstDueAt);
        Hold(run, false);
        Assert.Equal(run.Now, run.Step("ldap delete-account").FirstDueAt);
        Assert.Equal("Nothing is different.", Hold(run, false).Refusal);
        run.Cancel();
        Assert.Equal("The saga is cancelled already.", Hold(run, true).Refusal);
    }

    private static SagaDecision Hold(SagaRun run, bool isSet) => run.Next(new SagaInput.LegalHold(isSet, SagaRun.Somebody));
}
