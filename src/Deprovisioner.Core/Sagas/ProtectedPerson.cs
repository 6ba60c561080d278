using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Sagas;

/// <summary>
/// What protection of a person does to a saga. It is held when it is planned; and where a connector host, whose list may be newer than the orchestrator's, refuses a
/// step for it, the saga is held then, and the step waits with it instead of having failed.
/// </summary>
internal static class ProtectedPerson
{
    public static SagaHold Hold(DateTimeOffset now) => new(HoldReason.Protected, "The person is protected.", now);

    /// <summary>Whether a host refused it before anybody released the saga.</summary>
    public static bool Refused(Saga saga, StepReport report)
        => report is { Outcome: Outcome.Rejected, Code: ProtectedEntries.PersonCode } && !saga.ProtectionReleased && !saga.IsOver;

    /// <summary>Nothing was done, and nothing has failed.</summary>
    public static Step Waits(Step graded) => graded with { Status = StepStatus.Waiting, DueAt = null, FirstDueAt = null, SettledAt = null };
}
