namespace Deprovisioner.Contracts;

/// <summary>A task that was given to a person.</summary>
/// <param name="Owner">Who has it: a team or an address.</param>
/// <param name="DueAt">Until when, UTC; counted from when the task was opened.</param>
/// <param name="VerificationRequired">Whether somebody other than who did it must vouch for it.</param>
public sealed record TaskAssignment(string Owner, DateTimeOffset DueAt, bool VerificationRequired);
