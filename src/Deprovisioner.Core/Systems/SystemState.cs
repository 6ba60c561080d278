using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Systems;

/// <summary>Whether steps may be sent to a system.</summary>
public enum Gate
{
    Open,

    /// <summary>The system asked for patience. Opens by itself when the time is over.</summary>
    Throttled,

    /// <summary>The system does not answer. One step is let through at a time until one succeeds.</summary>
    Down,

    /// <summary>Our credential is refused, or sees too little. As for <see cref="Down"/>.</summary>
    Unauthorized,
}

/// <summary>A system's condition, shared by all replicas.</summary>
public sealed record SystemState
{
    public required SystemName System { get; init; }

    public Gate Gate { get; init; }

    /// <summary>Nothing is sent before, UTC; null while the gate is open.</summary>
    public DateTimeOffset? GateUntil { get; init; }

    /// <summary>Since when the gate has been shut, UTC.</summary>
    public DateTimeOffset? GateSince { get; init; }

    /// <summary>Failures in a row that speak against the system itself.</summary>
    public int Failures { get; init; }

    /// <summary>Code and message, without secrets.</summary>
    public string? LastError { get; init; }

    public DateTimeOffset? LastErrorAt { get; init; }

    public DateTimeOffset? LastSuccessAt { get; init; }

    /// <summary>An operator's pause; only an operator ends it.</summary>
    public SystemPause? Pause { get; init; }

    /// <summary>Why nothing can be sent now, in words; null where something can.</summary>
    public string? Obstacle(DateTimeOffset now)
        => Pause is { } pause ? $"paused by {pause.By}: {pause.Why}"
            : Gate is Gate.Open || GateUntil <= now ? null
            : $"{EnumText.Of(Gate)}: {LastError}";
}

/// <summary>An operator's pause.</summary>
public sealed record SystemPause(string By, string Why, DateTimeOffset At);
