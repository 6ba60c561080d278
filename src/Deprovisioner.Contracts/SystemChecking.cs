namespace Deprovisioner.Contracts;

/// <summary>Orchestrator to connector host: reach the system and say what its credential lacks. Changes nothing there.</summary>
/// <param name="System">The system.</param>
/// <param name="CheckId">The number of the request.</param>
public sealed record CheckSystem(SystemName System, long CheckId);

/// <summary>Connector host to orchestrator: what it found. Untrusted text.</summary>
public sealed record SystemChecked
{
    public required SystemName System { get; init; }

    /// <summary>That of the question.</summary>
    public required long CheckId { get; init; }

    /// <summary>Whether the system answered at all.</summary>
    public required bool Reachable { get; init; }

    /// <summary>As the system calls itself; null: it does not say.</summary>
    public string? Version { get; init; }

    public IReadOnlyList<CheckedRight> Findings { get; init; } = [];
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Subject">What, such as <c>canary</c> or <c>password change</c>.</param>
/// <param name="Ok">Whether it is as it must be.</param>
/// <param name="Remedy">What a person can do, without secrets; null: nothing is to be done.</param>
public sealed record CheckedRight(string Subject, bool Ok, string? Remedy = null);
