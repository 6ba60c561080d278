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

    [Fact]
    public void What_runs_once_more_runs_as_if_it_never_had()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account", "crm disable-account"));
        run.Do(Outcome.Transient, "ldap disable-account");
        run.Now += TimeSpan.FromHours(1);
        run.Do(Outcome.Observed, "ldap disable-account");
        run.Next(new SagaInput.RunObserved(SagaRun.Somebody));

        var step = run.Step("ldap disable-account");
        Assert.Equal((StepStatus.Due, null, null, null), (step.Status, step.Outcome, step.Code, step.Message));
        Assert.Equal((0, false, run.Now, null), (step.Failures, step.Deferred, step.FirstDueAt, step.SettledAt));
    }

    [Fact]
    public void One_that_was_observed_after_containment_takes_none_of_that_away()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account", "crm disable-account"), new StageText("revoke", "ldap remove-entitlements"));
        run.Done("ldap disable-account");
        run.Block("crm disable-account");
        run.Do(Outcome.Observed, "ldap remove-entitlements");
        run.Done("crm disable-account");
        Assert.Equal(run.Now, run.Saga.ContainedAt);
    }

    [Fact]
    public void Each_refusal_says_why()
    {
        var run = SagaRun.Of(new StageText("contain", "ldap disable-account", "crm disable-account"));
        Assert.Equal("Nothing of it was only observed.", run.Next(new SagaInput.RunObserved(SagaRun.Somebody)).Refusal);
        run.Do(Outcome.Observed, "ldap disable-account").Cancel();
        Assert.Equal("The saga is cancelled already.", run.Next(new SagaInput.RunObserved(SagaRun.Somebody)).Refusal);
    }
}
