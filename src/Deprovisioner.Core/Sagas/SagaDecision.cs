using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;

namespace Deprovisioner.Core.Sagas;

/// <summary>What follows from an input: storage applies it, nobody adds to it.</summary>
/// <param name="Saga">The saga afterwards.</param>
/// <param name="Changed">Ids of the steps that are other than before.</param>
/// <param name="Audit">What is recorded in the saga's stream, in order.</param>
/// <param name="Notices">What is told to others.</param>
/// <param name="Refusal">Null: it was taken. Else why nothing changed, in one sentence.</param>
public sealed record SagaDecision(
    Saga Saga,
    IReadOnlySet<StepId> Changed,
    IReadOnlyList<AuditEntry> Audit,
    IReadOnlyList<SagaNotice> Notices,
    string? Refusal = null)
{
    /// <summary>This decision and one that was made of its saga, as one; this one alone where that was refused.</summary>
    public SagaDecision Then(SagaDecision next)
        => next.Refusal is null ? new(next.Saga, Changed.Union(next.Changed).ToHashSet(), [.. Audit, .. next.Audit], [.. Notices, .. next.Notices]) : this;

    /// <summary>The refusal of what a saga that is over cannot take.</summary>
    public static string Over(Saga saga) => $"The saga is {EnumText.Of(saga.Status)} already.";

    public static SagaDecision Unchanged(Saga saga, string refusal) => new(saga, new HashSet<StepId>(), [], [], refusal);
}

/// <summary>What is published about a saga: <c>deprovisioning.KIND.v1</c>.</summary>
public enum SagaNotice
{
    Started,
    StageCompleted,
    Completed,
    NeedsAttention,
    Held,

    /// <summary>The deadline of at least one stage passed; each stage is told of once.</summary>
    DeadlineMissed,
}
