using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Systems;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Telemetry;

/// <summary>Counts what a transaction has changed, by what was before and what is after. A commit whose answer was lost is not counted: when it is tried again, nothing changes any more.</summary>
internal static class CommittedWork
{
    /// <summary>What is counted of a system that a person shut.</summary>
    public const string Paused = "paused";

    /// <summary>Of work that was committed.</summary>
    public static void Count(Work work)
    {
        foreach (var saga in work.Sagas.Values.Where(s => s.Changed))
        {
            OfSaga(saga);
        }

        foreach (var (before, after) in work.MovedSystems.Where(moved => GateOf(moved.Before) != GateOf(moved.After)))
        {
            StorageTelemetry.GateMoved(after.System, GateOf(after));
        }

        foreach (var arrived in work.Quarantine.Values.Where(q => !q.Existed).Select(q => q.Arrived).OfType<Fact.InvalidArrived>())
        {
            StorageTelemetry.Quarantined(arrived.Why.Reason);
        }

        StorageTelemetry.AuditAppended(work.InstallationAudit.Count + work.Sagas.Values.Sum(s => s.Audit.Count));
    }

    private static void OfSaga(SagaWork work)
    {
        var (before, after) = (work.New ? null : work.Stored, work.Saga);
        if (before is null)
        {
            StorageTelemetry.SagaOpened(after.Kind);
        }

        if (before?.ContainedAt is null && after.ContainedAt is { } containedAt)
        {
            StorageTelemetry.Contained(after.Kind, after.Urgent, Since(after, containedAt));
        }

        if (before?.Status is not SagaStatus.Completed && after is { Status: SagaStatus.Completed, CompletedAt: { } completedAt })
        {
            StorageTelemetry.Completed(after.Kind, after.Urgent, Since(after, completedAt));
        }

        foreach (var _ in after.Stages.Where(stage => stage.DeadlineMissedAt is not null && before?.Stages.FirstOrDefault(s => s.Ordinal == stage.Ordinal)?.DeadlineMissedAt is null))
        {
            StorageTelemetry.DeadlineMissed(after.Kind, after.Urgent);
        }

        foreach (var reason in SagaNoticeContent.ReasonsOf(after).Except(before is null ? [] : SagaNoticeContent.ReasonsOf(before)))
        {
            StorageTelemetry.HoldOpened(reason);
        }

        foreach (var step in after.Steps.Where(step => work.ChangedSteps.Contains(step.Id)))
        {
            OfStep(before?.Steps.FirstOrDefault(s => s.Id == step.Id)?.Status, step);
        }
    }

    private static void OfStep(StepStatus? before, Step after)
    {
        if (after.Status is StepStatus.Failed && before is not StepStatus.Failed)
        {
            StorageTelemetry.StepFailed(after.System, after.Action, after.Outcome);
        }
        else if (before is StepStatus.InFlight && after.Status is StepStatus.Due)
        {
            StorageTelemetry.StepRetried(after.System, after.Outcome);
        }
        else if (before is StepStatus.Failed && !after.IsSettled)
        {
            StorageTelemetry.StepReplayed(after.System);
        }
    }

    /// <summary>What HR tells too late cannot be done earlier: the deadlines count that, this does not.</summary>
    private static TimeSpan Since(Saga saga, DateTimeOffset at) => at - (saga.EffectiveAt > saga.PlannedAt ? saga.EffectiveAt : saga.PlannedAt);

    private static string GateOf(SystemState state) => state.Pause is null ? EnumText.Of(state.Gate) : Paused;
}
