using Deprovisioner.Contracts;
using Deprovisioner.Core.Probing;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Tests.Sagas;

namespace Deprovisioner.Core.Tests.Probing;

public sealed class ProbeTests
{
    private static readonly DateTimeOffset Now = SagaRun.End;
    private static readonly Probe Asked = new()
    {
        Id = new ProbeId(Guid.Parse("0190a000-0000-7000-8000-000000000002")),
        Step = new StepId(Guid.Empty),
        System = new SystemName("crm"),
        Purpose = ProbePurpose.Drift,
        Status = ProbeStatus.InFlight,
        Sends = 2,
    };

    [Theory]
    [InlineData(Outcome.Observed)]
    [InlineData(Outcome.Already)]
    [InlineData(Outcome.Absent)]
    [InlineData(Outcome.Rejected)]
    [InlineData(Outcome.Ambiguous)]
    public void An_answer_ends_it(Outcome outcome)
    {
        var answered = (Asked with { Failures = 2 }).After(Report(outcome) with { Code = "c", Message = "m" }, Now);
        Assert.Equal((ProbeStatus.Answered, 0, outcome, "c", "m", Now), (answered.Status, answered.Failures, answered.Outcome, answered.Code, answered.Message, answered.AnsweredAt));
    }

    [Fact]
    public void A_report_of_another_attempt_or_of_what_is_not_under_way_changes_nothing()
    {
        Assert.Same(Asked, Asked.After(Report(Outcome.Already) with { Attempt = 1 }, Now));
        var due = Asked with { Status = ProbeStatus.Due };
        Assert.Same(due, due.After(Report(Outcome.Already), Now));
    }

    [Theory]
    [InlineData(Outcome.Transient)]
    [InlineData(Outcome.Indeterminate)]
    public void What_fails_in_passing_is_asked_again_later_and_the_third_time_in_a_row_is_the_answer(Outcome outcome)
    {
        var again = Asked.After(Report(outcome), Now);
        Assert.Equal((ProbeStatus.Due, 1, Now + RetryTimes.Backoff(new StepId(Asked.Id.Value), 1, new() { First = TimeSpan.FromSeconds(5), Max = TimeSpan.FromMinutes(1) })), (again.Status, again.Failures, again.DueAt));
        var second = (again with { Status = ProbeStatus.InFlight }).After(Report(outcome), Now);
        Assert.Equal((ProbeStatus.Due, 2), (second.Status, second.Failures));
        Assert.Equal(ProbeStatus.Answered, (second with { Status = ProbeStatus.InFlight }).After(Report(outcome), Now).Status);
    }

    [Fact]
    public void A_throttle_and_a_credential_at_fault_are_waited_out_and_count_for_nothing()
    {
        var throttled = Asked.After(Report(Outcome.Throttled), Now);
        Assert.Equal((ProbeStatus.Due, 0, Now + RetryTimes.ThrottleWithoutTime), (throttled.Status, throttled.Failures, throttled.DueAt));
        Assert.Equal(Now.AddMinutes(7), Asked.After(Report(Outcome.Throttled) with { RetryAt = Now.AddMinutes(7) }, Now).DueAt);
        var unauthorized = (Asked with { Failures = 2 }).After(Report(Outcome.Unauthorized), Now);
        Assert.Equal((ProbeStatus.Due, 2, Now), (unauthorized.Status, unauthorized.Failures, unauthorized.DueAt));
    }

    private static StepReport Report(Outcome outcome)
        => new() { SagaId = new SagaId(Guid.Empty), StepId = Asked.Step, Attempt = 2, Outcome = outcome, StartedAt = Now, FinishedAt = Now };
}
