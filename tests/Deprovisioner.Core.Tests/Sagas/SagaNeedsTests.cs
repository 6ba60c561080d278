using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

/// <summary>A step that its policy has wait for others.</summary>
public sealed class SagaNeedsTests
{
    [Fact]
    public void It_starts_when_what_it_needs_succeeded_and_not_when_that_was_tried_in_vain()
    {
        var saga = Planned();
        Assert.Equal("due due waiting waiting", Statuses(saga));
        saga = Report(saga, 0, Outcome.Changed);
        Assert.Equal("succeeded due waiting waiting", Statuses(saga));
        saga = Report(saga, 1, Outcome.Rejected);
        Assert.Equal("succeeded failed waiting due", Statuses(saga));
        saga = SagaTransitions.Next(saga, new SagaInput.Resolve(saga.Steps[1].Id, "seen", SagaRun.Somebody), SagaRun.End).Saga;
        Assert.Equal("succeeded succeeded due due", Statuses(saga));
    }

    /// <summary>a and b are disabled, c after b, and the next stage on d, which waits for nobody who waits in vain.</summary>
    private static Saga Planned()
    {
        var plan = SagaRun.PlanOf(new StageText("contain", "a disable-account", "b disable-account", "c disable-account"), new StageText("revoke", "d remove-entitlements"));
        plan = plan with { Steps = [.. plan.Steps.Select(s => s.Ordinal == 2 ? s with { Needs = [1] } : s)] };
        var saga = Saga.Of(plan, new SagaId(Guid.Parse("0190a000-0000-7000-8000-000000000001")), SagaKind.Leaver, new PersonId("P1"), new EmploymentId("E1"), 3, new RetryBudget(), SagaRun.End);
        return SagaTransitions.Start(saga, SagaRun.End).Saga;
    }

    private static Saga Report(Saga saga, int step, Outcome outcome)
    {
        var sent = saga with { Steps = saga.Steps.SetItem(step, saga.Steps[step] with { Status = StepStatus.InFlight, Sends = 1, DueAt = null }) };
        var report = new StepReport { SagaId = saga.Id, StepId = saga.Steps[step].Id, Attempt = 1, Outcome = outcome, StartedAt = SagaRun.End, FinishedAt = SagaRun.End };
        return SagaTransitions.Next(sent, new SagaInput.Reported(report), SagaRun.End).Saga;
    }

    private static string Statuses(Saga saga) => string.Join(' ', saga.Steps.Select(s => EnumText.Of(s.Status)));
}
