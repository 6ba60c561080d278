using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;
using static Deprovisioner.Core.Tests.Intake.IntakeRun;

namespace Deprovisioner.Core.Tests.Intake;

public sealed class ObservedIntakeTests
{
    [Fact]
    public void A_termination_repeated_while_its_saga_is_open_runs_what_was_only_observed()
    {
        var run = new IntakeRun();
        run.Hire();
        run.Terminate();
        run.RunFirstStep(Outcome.Observed);
        run.Now += TimeSpan.FromHours(1);

        var decision = run.Terminate();

        Assert.Equal(IntakeVerdict.Superseded, decision.Verdict);
        Assert.Equal(StepStatus.Due, run.Open.Single().Steps[0].Status);
    }

    [Fact]
    public void One_that_repeats_what_was_cut_does_not()
    {
        var run = new IntakeRun();
        run.Hire();
        run.Terminate();
        run.RunFirstStep();
        run.Now += TimeSpan.FromHours(1);

        Assert.Equal(IntakeVerdict.NoOp, run.Terminate().Verdict);
    }

    [Fact]
    public void After_a_saga_that_was_only_observed_to_its_end_a_repeated_termination_plans_a_new_one()
    {
        var run = new IntakeRun();
        run.Hire();
        run.Terminate();
        run.RunFirstStep(Outcome.Observed);
        run.FinishOpenSaga();
        run.Now += TimeSpan.FromHours(1);

        Assert.Equal(IntakeVerdict.Planned, run.Terminate().Verdict);
        Assert.Equal(2, run.Sagas.Count);
    }

    [Fact]
    public void A_repeat_that_is_urgent_is_one_decision_with_the_run_of_what_was_only_observed()
    {
        var run = new IntakeRun();
        run.Hire();
        run.Terminate();
        run.RunFirstStep(Outcome.Observed);
        run.Now += TimeSpan.FromHours(1);

        var decision = run.Terminate(urgent: true);

        Assert.Equal($"Saga {run.Open.Single().Id} runs once more what it had only observed.", decision.Reason);
        Assert.Equal(["saga-rescheduled", "observed-run-again"], decision.Changed!.Single().Audit.Select(a => a.Type));
        Assert.Equal((true, StepStatus.Due), (run.Open.Single().Urgent, run.Open.Single().Steps[0].Status));
    }

    [Fact]
    public void An_event_that_is_no_termination_runs_nothing_again()
    {
        var run = new IntakeRun();
        run.Hire();
        run.Terminate();
        run.RunFirstStep(Outcome.Observed);
        run.Now += TimeSpan.FromHours(1);

        run.Change(Day0.AddDays(-1));

        Assert.Equal(StepStatus.Succeeded, run.Open.Single().Steps[0].Status);
    }
}
