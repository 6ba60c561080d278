using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

public sealed class SagaReportTests
{
    private static readonly StageText Contain = new("contain", "a disable-account");
    private static readonly DateTimeOffset Later = SagaRun.End + TimeSpan.FromHours(2);

    /// <summary>Outcome, then status, failures counted, due in how many seconds (null: not due), deferred.</summary>
    public static TheoryData<Outcome, StepStatus, int, double?, bool> Outcomes()
    {
        var backoff = RetryTimes.Backoff(SagaRun.Of(Contain).Step("a disable-account").Id, 1, new RetryBudget()).TotalSeconds;
        return new()
        {
            { Outcome.Changed, StepStatus.Succeeded, 0, null, false },
            { Outcome.Already, StepStatus.Succeeded, 0, null, false },
            { Outcome.Absent, StepStatus.Succeeded, 0, null, false },
            { Outcome.Observed, StepStatus.Succeeded, 0, null, false },
            { Outcome.Accepted, StepStatus.Due, 0, 30, true },
            { Outcome.Throttled, StepStatus.Due, 0, 30, true },
            { Outcome.Unauthorized, StepStatus.Due, 0, 0, true },
            { Outcome.Transient, StepStatus.Due, 1, backoff, true },
            { Outcome.Indeterminate, StepStatus.Due, 1, backoff, true },
            { Outcome.Rejected, StepStatus.Failed, 0, null, false },
            { Outcome.NotRemovableHere, StepStatus.Failed, 0, null, false },
            { Outcome.Ambiguous, StepStatus.Failed, 0, null, false },
        };
    }

    [Fact]
    public void The_table_knows_every_outcome()
        => Assert.Equal(Enum.GetValues<Outcome>().Order(), Outcomes().Select(row => (Outcome)row[0]).Order());

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void Every_outcome_moves_its_step_as_the_table_says(Outcome outcome, StepStatus status, int failures, double? dueIn, bool deferred)
    {
        var run = SagaRun.Of(Contain).Do(outcome, "a disable-account");
        var step = run.Step("a disable-account");
        Assert.Equal((status, outcome, failures, deferred), (step.Status, step.Outcome, step.Failures, step.Deferred));
        Assert.Equal(dueIn is { } seconds ? SagaRun.End + TimeSpan.FromSeconds(seconds) : null, step.DueAt);
        Assert.Equal(step.IsSettled ? SagaRun.End : null, step.SettledAt);
        Assert.Equal(1, step.Sends);
    }

    [Fact]
    public void A_report_leaves_its_words_on_the_step()
    {
        var run = SagaRun.Of(Contain).Send("a disable-account");
        run.Next(new SagaInput.Reported(run.ReportOf("a disable-account", Outcome.Changed) with { Code = "c", Message = "m", ResidualUntil = Later }));
        var step = run.Step("a disable-account");
        Assert.Equal(("c", "m", Later), (step.Code, step.Message, step.ResidualUntil));
    }

    [Fact]
    public void A_command_that_a_newer_version_overtook_is_sent_again_and_counts_as_nothing_done()
    {
        var run = SagaRun.Of(Contain).Send("a disable-account");
        run.Next(new SagaInput.Reported(run.ReportOf("a disable-account", Outcome.Rejected) with { Code = "fenced" }));
        var step = run.Step("a disable-account");
        Assert.Equal((StepStatus.Due, 1, false), (step.Status, step.Failures, step.MayHaveChanged));
    }

    [Theory]
    [InlineData(Outcome.Throttled)]
    [InlineData(Outcome.Ambiguous)]
    public void That_a_second_attempt_did_nothing_says_nothing_of_the_first(Outcome second)
    {
        var run = SagaRun.Of(Contain).Send("a disable-account");
        run.TakeBack("a disable-account");
        run.Do(second, "a disable-account");
        Assert.True(run.Step("a disable-account").MayHaveChanged);
    }

    [Fact]
    public void An_account_that_is_not_there_at_a_second_attempt_may_have_been_deleted_by_the_first()
    {
        var run = SagaRun.Of(new StageText("retire", "a delete-account", "b delete-account")).Send("a delete-account");
        run.TakeBack("a delete-account");
        run.Do(Outcome.Absent, "a delete-account", "b delete-account");
        Assert.Equal((true, false), (run.Step("a delete-account").MayHaveChanged, run.Step("b delete-account").MayHaveChanged));
    }

    [Fact]
    public void What_a_system_took_and_has_finished_was_our_doing_though_another_delivery_of_the_command_finds_it_done()
    {
        var run = SagaRun.Of(new StageText("contain", "a disable-account", "b disable-account")).Do(Outcome.Accepted, "a disable-account").Send("b disable-account");
        run.Report("a disable-account", Outcome.Already);
        run.Report("b disable-account", Outcome.Already);
        Assert.Equal((StepStatus.Succeeded, Step.AfterRetry, true), (run.Step("a disable-account").Status, run.Step("a disable-account").Code, run.Step("a disable-account").MayHaveChanged));
        Assert.Equal((null, false), (run.Step("b disable-account").Code, run.Step("b disable-account").MayHaveChanged));
    }

    [Fact]
    public void What_may_still_work_is_not_forgotten_by_a_report_that_says_nothing_of_it()
    {
        var run = SagaRun.Of(Contain).Send("a disable-account");
        run.Next(new SagaInput.Reported(run.ReportOf("a disable-account", Outcome.Unauthorized) with { ResidualUntil = Later }));
        run.Done("a disable-account");
        Assert.Equal(Later, run.Step("a disable-account").ResidualUntil);
    }

    [Theory]
    [InlineData(Outcome.Throttled)]
    [InlineData(Outcome.Accepted)]
    public void The_time_that_a_system_asks_for_is_honoured(Outcome outcome)
    {
        var run = SagaRun.Of(Contain).Send("a disable-account");
        run.Report("a disable-account", outcome, retryAt: Later);
        Assert.Equal((Later, 0), (run.Step("a disable-account").DueAt, run.Step("a disable-account").Failures));
    }

    [Theory]
    [InlineData(Outcome.Throttled)]
    [InlineData(Outcome.Accepted)]
    public void A_time_that_has_passed_by_our_clock_does_not_make_it_due_at_once(Outcome outcome)
    {
        var run = SagaRun.Of(Contain).Send("a disable-account");
        run.Report("a disable-account", outcome, retryAt: SagaRun.End - TimeSpan.FromMinutes(5));
        Assert.Equal(SagaRun.End + TimeSpan.FromSeconds(1), run.Step("a disable-account").DueAt);
    }

    [Fact]
    public void However_often_a_system_throttles_the_step_never_fails()
    {
        var run = SagaRun.Of(SagaRun.End, new RetryBudget { For = TimeSpan.FromMinutes(1) }, Contain);
        for (var i = 0; i < 50; i++)
        {
            run.Do(Outcome.Throttled, "a disable-account");
            run.Now += TimeSpan.FromSeconds(30);
        }

        Assert.Equal((StepStatus.Due, 0), (run.Step("a disable-account").Status, run.Step("a disable-account").Failures));
    }

    [Fact]
    public void Failures_in_passing_wait_longer_each_time_until_the_budget_is_spent_and_then_fail()
    {
        var budget = new RetryBudget { First = TimeSpan.FromSeconds(2), Max = TimeSpan.FromMinutes(1), For = TimeSpan.FromMinutes(10) };
        var run = SagaRun.Of(SagaRun.End, budget, Contain);
        var failures = 0;
        while (run.Step("a disable-account").Status is StepStatus.Due)
        {
            run.Now = run.Step("a disable-account").DueAt!.Value;
            Assert.True(run.Now - SagaRun.End <= budget.For);
            run.Do(Outcome.Transient, "a disable-account");
            failures++;
            if (run.Step("a disable-account").DueAt is { } due)
            {
                Assert.Equal(RetryTimes.Backoff(run.Step("a disable-account").Id, failures, budget), due - run.Now);
            }
        }

        Assert.Equal((StepStatus.Failed, failures, run.Now), (run.Step("a disable-account").Status, run.Step("a disable-account").Failures, run.Step("a disable-account").SettledAt!.Value));

        // Ten minutes hold the doubling (2 + 4 + … + 32 s) and some eight waits of a minute, spread by a quarter.
        Assert.InRange(failures, 11, 18);
        Assert.True(run.Now + (budget.Max * 1.25) > SagaRun.End + budget.For);
    }

    [Fact]
    public void A_repeated_report_is_refused()
    {
        var run = SagaRun.Of(Contain, new StageText("revoke", "b remove-entitlements")).Done("a disable-account");
        Assert.Equal("The step is settled already: a late or repeated report.", run.Report("a disable-account", Outcome.Changed).Refusal);
        Assert.Equal("The step is settled already: a late or repeated report.", run.Report("a disable-account", Outcome.Rejected).Refusal);
    }

    [Fact]
    public void A_failure_reported_twice_counts_once()
    {
        var run = SagaRun.Of(Contain).Do(Outcome.Transient, "a disable-account");
        Assert.Equal("An attempt that was given up: its failure does not count.", run.Report("a disable-account", Outcome.Transient).Refusal);
        Assert.Equal(1, run.Step("a disable-account").Failures);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_an_attempt_that_was_given_up_the_failure_is_refused_and_the_success_taken(bool sentAgain)
    {
        var run = SagaRun.Of(Contain).Send("a disable-account");
        run.TakeBack("a disable-account");
        if (sentAgain)
        {
            run.Send("a disable-account");
        }

        foreach (var outcome in Enum.GetValues<Outcome>().Except([Outcome.Changed, Outcome.Already, Outcome.Absent, Outcome.Observed]))
        {
            Assert.Equal("An attempt that was given up: its failure does not count.", run.Report("a disable-account", outcome, attempt: 1).Refusal);
        }

        Assert.Null(run.Report("a disable-account", Outcome.Already, attempt: 1).Refusal);
        Assert.Equal(StepStatus.Succeeded, run.Step("a disable-account").Status);
        Assert.NotNull(run.Report("a disable-account", Outcome.Rejected, attempt: 2).Refusal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void An_attempt_that_was_never_sent_is_refused_even_as_a_success(int attempt)
    {
        var run = SagaRun.Of(Contain).Send("a disable-account");
        Assert.Equal("No such attempt was sent.", run.Report("a disable-account", Outcome.Changed, attempt).Refusal);
    }

    [Theory]
    [InlineData("a disable-account")]
    [InlineData("a revoke-sessions")]
    public void A_step_that_was_never_sent_cannot_be_reported(string name)
    {
        var run = SagaRun.Of(new StageText("contain", "a disable-account", "a revoke-sessions"));
        Assert.Equal("No such attempt was sent.", run.Report(name, Outcome.Changed, attempt: 0).Refusal);
        Assert.Equal("No such attempt was sent.", run.Report(name, Outcome.Changed, attempt: 1).Refusal);
    }

    [Fact]
    public void A_step_of_another_saga_is_refused()
    {
        var run = SagaRun.Of(Contain).Send("a disable-account");
        var report = run.ReportOf("a disable-account", Outcome.Changed) with { StepId = new StepId(Guid.Parse("11111111-1111-8111-8111-111111111111")) };
        Assert.Equal("The saga has no such step.", run.Next(new SagaInput.Reported(report)).Refusal);
    }

    [Fact]
    public void A_manual_task_that_was_given_out_is_not_moved_by_another_report()
    {
        var run = SagaRun.Of(new StageText("contain", "badge manual-task")).Do(Outcome.Accepted, "badge manual-task");
        Assert.Equal(StepStatus.OpenTask, run.Step("badge manual-task").Status);
        Assert.Null(run.Step("badge manual-task").DueAt);
        Assert.Equal("A person has the step: a repeated report.", run.Report("badge manual-task", Outcome.Accepted).Refusal);
    }

    [Fact]
    public void What_is_recorded_says_what_became_of_the_step()
    {
        var run = SagaRun.Of(Contain).Send("a disable-account");
        run.Next(new SagaInput.Reported(run.ReportOf("a disable-account", Outcome.Throttled) with { Code = "http-429", Message = "slow down, ada", RetryAt = Later, ResidualUntil = Later }));
        var entry = run.Audit[^1];
        Assert.Equal("step-reported", entry.Type);
        Assert.Equal(
            $$$"""{"step":"{{{run.Step("a disable-account").Id}}}","ordinal":0,"stage":"contain","system":"a","action":"disable-account","attempt":1,"outcome":"throttled","code":"http-429","status":"due","retryAt":"2026-11-30T19:00:00.000000Z","residualUntil":"2026-11-30T19:00:00.000000Z","startedAt":"2026-11-30T17:00:00.000000Z","finishedAt":"2026-11-30T17:00:00.000000Z"}""",
            entry.Facts.ToJsonString());

        // The system's own words may name the person: they are sealed, not hashed.
        Assert.Equal("""{"message":"slow down, ada","evidence":[]}""", entry.Private!.ToJsonString());
    }
}
