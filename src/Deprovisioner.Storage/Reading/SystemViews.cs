using Deprovisioner.Contracts;

namespace Deprovisioner.Storage.Reading;

/// <summary>A configured target system, as it stands. Times are UTC.</summary>
/// <param name="State"><c>open</c>, <c>throttled</c>, <c>down</c>, <c>unauthorized</c>, or <c>paused by</c> somebody.</param>
/// <param name="GateUntil">When it is tried again; null: it is open, or only a person opens it.</param>
/// <param name="PerSecond">Calls a second at most.</param>
/// <param name="Concurrency">Steps at a time at most.</param>
/// <param name="Due">Steps that wait to be sent; those of a day to come are not counted.</param>
/// <param name="Failed">Steps that wait for a person.</param>
/// <param name="LastCheck">The last look at it that a person asked for; null: there was none.</param>
public sealed record SystemLine(
    string System,
    string Connector,
    bool Observe,
    string State,
    DateTimeOffset? Since,
    DateTimeOffset? GateUntil,
    string? LastError,
    DateTimeOffset? LastErrorAt,
    DateTimeOffset? LastSuccessAt,
    string? PausedBy,
    string? PausedWhy,
    double PerSecond,
    int Concurrency,
    int Due,
    int InFlight,
    int Failed,
    SystemCheckLine? LastCheck);

/// <summary>A look at a system that a person asked for. Times are UTC.</summary>
/// <param name="CheckId">The number of the request.</param>
/// <param name="Status"><c>asked</c>: no host has answered yet. <c>answered</c>; <c>unanswered</c>: none did within five minutes.</param>
/// <param name="Reachable">Whether the system answered; null: nothing is known.</param>
/// <param name="Version">As the system calls itself; null: it does not say, or nothing is known.</param>
/// <param name="Findings">What was looked at.</param>
public sealed record SystemCheckLine(
    long CheckId, string Status, string AskedBy, string Why, DateTimeOffset AskedAt, DateTimeOffset? EndedAt, bool? Reachable, string? Version, IReadOnlyList<CheckedRight> Findings);
