using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Intake;

/// <summary>Holds what would take access from a protected person until somebody releases it.</summary>
internal static class ProtectionIntake
{
    public static IntakeDecision Apply(ProtectedEntries entries, IntakeFacts facts, IntakeDecision decision)
        => decision.Planned is { Saga: { Kind: not SagaKind.Restore } saga } planned && entries.Covers(saga.PersonId)
            ? decision with
            {
                Verdict = IntakeVerdict.Held,
                Reason = $"{saga.PersonId} is protected: the saga is planned, and nothing of it runs until it is released.",
                Planned = planned.Then(SagaTransitions.Next(saga, new SagaInput.Hold(ProtectedPerson.Hold(facts.Now)), facts.Now)),
            }
            : decision;
}
