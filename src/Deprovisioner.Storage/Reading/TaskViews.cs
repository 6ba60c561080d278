namespace Deprovisioner.Storage.Reading;

/// <summary>What a person has to do by hand. Times are UTC.</summary>
/// <param name="State"><c>open</c>, or <c>done, to be verified</c>.</param>
/// <param name="DoneBy">Who said that it is done, while somebody else has to vouch for it.</param>
public sealed record TaskLine(
    Guid StepId, Guid SagaId, string PersonId, string System, string? Owner, DateTimeOffset? DueAt, bool Overdue, string State, string? DoneBy, bool VerificationRequired, string? Instruction);
