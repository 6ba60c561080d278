using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Drift;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Storage.Writing;

/// <summary>Carries access that is there again to the core.</summary>
internal sealed class DriftDecisions(Work work, EventIntake intake)
{
    /// <summary>The decision, and what stands at the head of the saga that it opens; null: nothing was found that another process has not taken.</summary>
    public (IntakeDecision Decision, AuditEntry Entry)? Decide(PersonId id)
    {
        if (!work.Persons.TryGetValue(id.Value, out var person) || work.Drift.Found.GetValueOrDefault(id.Value) is not { Count: > 0 } found)
        {
            return null;
        }

        var sagas = work.Sagas.Values.Select(s => s.Saga).Where(s => s.PersonId == id && s.Kind is SagaKind.Leaver or SagaKind.Drift).ToList();
        var facts = new DriftFacts(
            person, sagas, found, DriftSurge.Of(work.Drift.Recent, work.Guard), new SagaId(Guid.CreateVersion7(work.Now)), work.Now);
        var decision = intake.Drift(facts);
        work.Drift.Read.AddRange(found);
        work.Drift.Found.Remove(id.Value);
        work.Drift.Recent += decision.Planned is null ? 0 : 1;
        return (decision, DriftAudit.Found(facts, decision));
    }
}
