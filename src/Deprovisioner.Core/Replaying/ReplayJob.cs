using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Replaying;

/// <summary>Where a replay stands, and who moves it on.</summary>
public enum ReplayStatus
{
    /// <summary>Systems are asked what the steps would do. The answers move it on, or that none comes any more.</summary>
    Previewing,

    /// <summary>Asked. A person starts it, or cancels it.</summary>
    Ready,

    /// <summary>Steps are sent, wave by wave.</summary>
    Running,

    /// <summary>An error came back: nothing more is sent. A person resumes it, or cancels it.</summary>
    Stopped,

    /// <summary>Over: a person ended it. What was under way ended by itself.</summary>
    Cancelled,

    /// <summary>Over: every step had its turn.</summary>
    Completed,
}

/// <summary>How many go at once.</summary>
public enum ReplayWave
{
    /// <summary>One step, which shows whether anything was repaired.</summary>
    One,

    /// <summary>Ten, which show whether it was repaired for more than one.</summary>
    Ten,

    /// <summary>All others.</summary>
    Rest,
}

/// <summary>When a new replay begins.</summary>
[JsonConverter(typeof(EnumTextConverter<ReplayStart>))]
public enum ReplayStart
{
    /// <summary>At once.</summary>
    AtOnce,

    /// <summary>At once if there are at most <see cref="ReplayJob.Few"/> steps; else they are asked about, and a person starts it.</summary>
    IfFew,

    /// <summary>Steps are asked about, and a person starts it.</summary>
    AfterPreview,
}

/// <summary>A replay: failed steps that were chosen once, and are tried again one, then ten, then the rest.</summary>
public sealed record ReplayJob
{
    /// <summary>So many steps may be replayed without being looked at first: no more than the second wave holds.</summary>
    public const int Few = 10;

    /// <summary>How many steps of a large selection are asked about, unless all are: what fits on a few screens. Chosen evenly over systems and codes.</summary>
    public const int Sample = 100;

    public required ReplayJobId Id { get; init; }

    /// <summary>Who asked for it, and why.</summary>
    public required Act By { get; init; }

    /// <summary>Who started or resumed it last, and why: in whose name steps are replayed.</summary>
    public required Act GoneBy { get; init; }

    /// <summary>What was selected, in words: <see cref="ReplayFilter.ToString"/>.</summary>
    public required string Filter { get; init; }

    public required ReplayStatus Status { get; init; }

    public ReplayWave Wave { get; init; }

    /// <summary>How many steps of this wave were sent and have not been held or cancelled since: those show nothing.</summary>
    public int InWave { get; init; }

    public required ReplayCounts Counts { get; init; }

    /// <summary>How many are still to be asked about, or have not answered.</summary>
    public int Unanswered { get; init; }

    /// <summary>Until when answers are waited for, UTC; put off by each answer. Null where nobody was asked.</summary>
    public DateTimeOffset? PreviewUntil { get; init; }

    /// <summary>By system: how many steps in a row came back with an error, without a success since.</summary>
    public ImmutableDictionary<SystemName, int> InARow { get; init; } = ImmutableDictionary<SystemName, int>.Empty;

    /// <summary>Why it stopped; stays once it was resumed, until it stops again.</summary>
    public ReplayError? Stopped { get; init; }

    public bool IsOver => Status is ReplayStatus.Cancelled or ReplayStatus.Completed;
}

/// <summary>The error that stopped a replay.</summary>
/// <param name="Same">The step had failed with it before; false: it is a new one.</param>
public sealed record ReplayError(StepId Step, SystemName System, string Code, bool Same)
{
    /// <summary>One sentence.</summary>
    public override string ToString() => Same ? $"{Code} came back on {System}" : $"{Code} came up on {System}, where the step had failed otherwise before";
}

/// <summary>How many steps of a replay are in which state.</summary>
public sealed record ReplayCounts(int Untouched, int Sent = 0, int Succeeded = 0, int Failed = 0, int Held = 0, int Skipped = 0, int Cancelled = 0)
{
    public int Total => Untouched + Sent + Succeeded + Failed + Held + Skipped + Cancelled;

    /// <summary>The same after one step went from one state to another.</summary>
    internal ReplayCounts Moved(ReplayItemState from, ReplayItemState to) => Add(from, -1).Add(to, 1);

    private ReplayCounts Add(ReplayItemState state, int by)
        => state switch
        {
            ReplayItemState.Listed or ReplayItemState.Previewed => this with { Untouched = Untouched + by },
            ReplayItemState.Sent => this with { Sent = Sent + by },
            ReplayItemState.Succeeded => this with { Succeeded = Succeeded + by },
            ReplayItemState.Failed => this with { Failed = Failed + by },
            ReplayItemState.Held => this with { Held = Held + by },
            ReplayItemState.Skipped => this with { Skipped = Skipped + by },
            ReplayItemState.Cancelled => this with { Cancelled = Cancelled + by },
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a state."),
        };
}
