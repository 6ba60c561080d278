using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Probing;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Replaying;

/// <summary>What follows from an input: storage applies it, nobody adds to it.</summary>
/// <param name="Job">The replay afterwards.</param>
/// <param name="Changed">The items that are other than before.</param>
/// <param name="Sagas">What replaying steps does to their sagas, in order.</param>
/// <param name="Questions">What is asked of systems.</param>
/// <param name="Audit">What is recorded in the installation's stream, in order.</param>
/// <param name="Refusal">Null: it was taken. Else why nothing changed, in one sentence.</param>
public sealed record ReplayDecision(
    ReplayJob Job,
    IReadOnlyList<ReplayItem> Changed,
    IReadOnlyList<SagaDecision> Sagas,
    IReadOnlyList<Probe> Questions,
    IReadOnlyList<AuditEntry> Audit,
    string? Refusal = null)
{
    /// <summary>Questions whose answers are with their items now: they are over.</summary>
    public IReadOnlyList<ProbeId> Answered { get; init; } = [];

    /// <summary>Every item that is untouched, of which there may be very many, is cancelled.</summary>
    public bool CancelsUntouched { get; init; }

    /// <summary>Every item that failed is listed again.</summary>
    public bool ListsFailedAgain { get; init; }

    /// <summary>Nobody waits for the questions that are under way any more.</summary>
    public bool DropsQuestions { get; init; }

    public static ReplayDecision Unchanged(ReplayJob job, string refusal) => new(job, [], [], [], [], refusal);
}
