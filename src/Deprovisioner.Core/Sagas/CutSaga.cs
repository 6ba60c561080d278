using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Sagas;

/// <summary>A saga that took access, or owes it still, from somebody who is not back yet.</summary>
/// <param name="Saga">Open or over; a <see cref="SagaKind.Leaver"/>, <see cref="SagaKind.Leave"/>, <see cref="SagaKind.Drift"/>, or a <see cref="SagaKind.Restore"/> that was stopped.</param>
/// <param name="Snapshots">What its steps found before they acted; of a restore, what its steps were to put back.</param>
public sealed record CutSaga(Saga Saga, IReadOnlyDictionary<StepId, IReadOnlyList<AccountSnapshot>> Snapshots);
