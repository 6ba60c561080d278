using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Replaying;

/// <summary>Where a step stands in a replay, and who moves it on.</summary>
public enum ReplayItemState
{
    /// <summary>Untouched, and not asked about. Its turn in the job moves it on.</summary>
    Listed,

    /// <summary>Untouched; its system was asked what it would do. Its turn in the job moves it on.</summary>
    Previewed,

    /// <summary>Replayed. What becomes of the step moves it on.</summary>
    Sent,

    /// <summary>Over: the step was done, or a person has its task now.</summary>
    Succeeded,

    /// <summary>Over: the step came back with an error. A passing one is tried again by the step's own budget all the same.</summary>
    Failed,

    /// <summary>Over: the step was replayed, and waits for a person since. It goes on with its saga.</summary>
    Held,

    /// <summary>Over: not replayed, for a reason that is kept.</summary>
    Skipped,

    /// <summary>Over: the replay was cancelled before its turn, or its saga after it.</summary>
    Cancelled,
}

/// <summary>What a step would do now.</summary>
public enum PreviewAnswer
{
    WouldChange,

    /// <summary>There is nothing left to change.</summary>
    AlreadySo,

    /// <summary>There is no such account.</summary>
    NotThere,

    /// <summary>It would come back with an error, which stands beside it.</summary>
    WouldFail,

    /// <summary>The system could not say, for the reason beside it.</summary>
    Unknown,
}

/// <summary>One failed step in a replay.</summary>
/// <param name="Ordinal">Its place, 0 for the first; never changes.</param>
/// <param name="Before">The code that it had failed with when the replay was asked for.</param>
public sealed record ReplayItem(ReplayJobId Job, int Ordinal, StepId Step, SagaId Saga, SystemName System, string Before)
{
    public ReplayItemState State { get; init; }

    /// <summary>Whether its system is asked before anything is replayed.</summary>
    public bool Asked { get; init; }

    /// <summary>The question that is under way; null where none is.</summary>
    public ProbeId? Probe { get; init; }

    public PreviewAnswer? Answer { get; init; }

    /// <summary>What else was said: the code with which it would fail, or why the system could not say.</summary>
    public string? AnswerDetail { get; init; }

    /// <summary>With which wave it was sent; null where it was not.</summary>
    public ReplayWave? Wave { get; init; }

    /// <summary>The error that it came back with.</summary>
    public string? Code { get; init; }

    /// <summary>Why it was skipped, is held or was cancelled, in one sentence.</summary>
    public string? Reason { get; init; }

    public bool IsUntouched => State is ReplayItemState.Listed or ReplayItemState.Previewed;
}
