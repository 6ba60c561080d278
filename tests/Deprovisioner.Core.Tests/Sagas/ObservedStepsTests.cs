using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

public sealed class ObservedStepsTests
{
    [Fact]
    public void What_was_only_observed_runs_once_more_in_its_place_and_the_rest_stays()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account", "crm disable-account"), new StageText("revoke", "crm remove-entitlements", "badge manual-task"));
        run.Done("ldap disable-account").Do(Outcome.Observed, "crm disable-account", "crm remove-entitlements");
        Assert.Equal("succeeded succeeded succeeded due", run.Statuses);

        run.Next(new SagaInput.RunObserved(SagaRun.Somebody));
        Assert.Equal("succeeded due waiting due", run.Statuses);

        run.Done("crm disable-account", "crm remove-entitlements");
        Assert.Equal("succeeded succeeded succeeded due", run.Statuses);
        Assert.Contains("observed-run-again", run.Recorded);
    }

    [Fact]
    public void What_destroys_waits_again_for_what_runs_once_more()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account"), new StageText("retire", "crm delete-account")).Do(Outcome.Observed, "ldap disable-account");
        Assert.Equal("succeeded due", run.Statuses);

        run.Next(new SagaInput.RunObserved(SagaRun.Somebody));

        Assert.Equal("due waiting", run.Statuses);
    }

    [Fact]
    public void Nobody_is_contained_by_being_observed()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account"), new StageText("revoke", "badge manual-task")).Do(Outcome.Observed, "ldap disable-account");
        Assert.Null(run.Saga.ContainedAt);

        run.Next(new SagaInput.RunObserved(SagaRun.Somebody));
        run.Done("ldap disable-account");

        Assert.Equal(run.Now, run.Saga.ContainedAt);
    }

    [Fact]
    public void Where_nothing_was_observed_or_all_is_over_nothing_runs_again()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account", "crm disable-account")).Done("ldap disable-account");
        Assert.NotNull(run.Next(new SagaInput.RunObserved(SagaRun.Somebody)).Refusal);

        run.Do(Outcome.Observed, "crm disable-account");
        Assert.Equal(SagaStatus.Completed, run.Saga.Status);
        Assert.NotNull(run.Next(new SagaInput.RunObserved(SagaRun.Somebody)).Refusal);
    }
}
