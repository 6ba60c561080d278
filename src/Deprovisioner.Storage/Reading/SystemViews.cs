namespace Deprovisioner.Storage.Reading;

/// <summary>A configured target system, as it stands. Times are UTC.</summary>
/// <param name="State"><c>open</c>, <c>throttled</c>, <c>down</c>, <c>unauthorized</c>, or <c>paused by</c> somebody.</param>
/// <param name="GateUntil">When it is tried again; null: it is open, or only a person opens it.</param>
/// <param name="PerSecond">Calls a second at most.</param>
/// <param name="Concurrency">Steps at a time at most.</param>
/// <param name="Due">Steps that wait to be sent.</param>
/// <param name="Failed">Steps that wait for a person.</param>
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
    int Failed);
