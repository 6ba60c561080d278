using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Notifying;

/// <summary>An event out, as far as it decides who is told of it and how.</summary>
/// <param name="Id">The CloudEvents <c>id</c>.</param>
/// <param name="Notice">Null: a kind that this version does not know.</param>
/// <param name="HeldFor">Why it is held; empty where it is not.</param>
/// <param name="MissedStages">Of <see cref="SagaNotice.DeadlineMissed"/>; empty elsewhere.</param>
/// <param name="Failures">Of <see cref="SagaNotice.NeedsAttention"/>; empty elsewhere.</param>
public sealed record ToldEvent(
    long Id, SagaNotice? Notice, Guid SagaId, IReadOnlyList<string> HeldFor, IReadOnlyList<string> MissedStages, IReadOnlyList<ToldFailure> Failures);

/// <summary>Why somebody has to look at a saga.</summary>
/// <param name="Code">The code of the step's last outcome, or the outcome where it has none.</param>
public sealed record ToldFailure(string System, string Code);
