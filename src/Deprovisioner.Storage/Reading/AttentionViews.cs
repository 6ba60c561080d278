namespace Deprovisioner.Storage.Reading;

/// <summary>Failed steps that have the same cause, as far as that can be told. Times are UTC.</summary>
/// <param name="Code">Of steps without one, the outcome.</param>
/// <param name="FirstAt">When the first of them failed.</param>
/// <param name="Message">That of the last one; null: there was none.</param>
/// <param name="SampleSagas">Up to five of their sagas, those that failed last first.</param>
public sealed record AttentionGroup(string System, string Action, string Code, int Steps, DateTimeOffset FirstAt, DateTimeOffset LastAt, string? Message, IReadOnlyList<Guid> SampleSagas);

/// <summary>Which failed steps; what is null does not matter.</summary>
/// <param name="Code">As in <see cref="AttentionGroup"/>.</param>
public sealed record FailedStepFilter(string? System = null, string? Action = null, string? Code = null, string? Person = null);

/// <summary>A step that will not succeed by itself. Times are UTC.</summary>
/// <param name="Kind">The saga's.</param>
/// <param name="Code">Of a step without one, the outcome.</param>
/// <param name="Attempts">How often it was sent.</param>
public sealed record FailedStepLine(
    Guid StepId, Guid SagaId, string PersonId, string Kind, string Policy, bool Urgent, string System, string Action, string? Outcome, string Code, string? Message, int Attempts, DateTimeOffset FailedAt);
