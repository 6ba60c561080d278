using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Intake;

/// <summary>Holds what would take access from a protected person until somebody releases it.</summary>
internal static class ProtectionIntake
{
    public static IntakeDecision Apply(ProtectedEntries entries, IntakeFacts facts, IntakeDecision decision)
        => (decision.Planned ?? decision.Mover)?.Saga.PersonId is { } person && entries.Covers(person)
            ? decision with
            {
                Verdict = IntakeVerdict.Held,
                Reason = $"{person} is protected: the saga is planned, and nothing of it runs until it is released.",
                Planned = Held(decision.Planned, facts.Now),
                Mover = Held(decision.Mover, facts.Now),
            }
            : decision;

    private static SagaDecision? Held(SagaDecision? planned, DateTimeOffset now)
        => planned?.Then(SagaTransitions.Next(planned.Saga, new SagaInput.Hold(ProtectedPerson.Hold(now)), now));
}
