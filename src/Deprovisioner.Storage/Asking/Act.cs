namespace Deprovisioner.Storage.Asking;

/// <summary>What a person asked for, and what became of it. Times are UTC.</summary>
/// <param name="Kind">As in <see cref="ActRequest"/>.</param>
/// <param name="Details">What else was said, as a JSON object; null: nothing.</param>
/// <param name="Status"><c>requested</c>: no orchestrator has taken it yet. <c>done</c>, <c>refused</c>.</param>
/// <param name="Answer">One sentence, for a person; null: there is none yet.</param>
public sealed record Act(
    long ActId,
    string Kind,
    Guid? SagaId,
    Guid? StepId,
    string? System,
    string? PersonId,
    string? Evidence,
    long? Target,
    string? Details,
    string Who,
    string Why,
    DateTimeOffset RequestedAt,
    string Status,
    string? Answer,
    DateTimeOffset? DoneAt)
{
    /// <summary>Whether an orchestrator has decided about it.</summary>
    public bool IsAnswered() => Status != "requested";
}
