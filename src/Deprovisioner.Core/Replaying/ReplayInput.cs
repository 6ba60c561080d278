using Deprovisioner.Contracts;
using Deprovisioner.Core.Probing;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Replaying;

/// <summary>What can happen to a replay. The set is closed.</summary>
public abstract record ReplayInput
{
    private ReplayInput()
    {
    }

    /// <summary>A person lets a replay begin that was previewed, or is being.</summary>
    public sealed record Start(Act By) : ReplayInput;

    /// <summary>A person lets a stopped replay go on: what failed is tried again, and it begins with one.</summary>
    public sealed record Resume(Act By) : ReplayInput;

    /// <summary>A person ends it: nothing more is sent.</summary>
    public sealed record Cancel(Act By) : ReplayInput;

    /// <summary>Somebody looked at what became of the steps.</summary>
    /// <param name="Sent">The items that were sent, as far as they were looked at, each with its step as it is now.</param>
    /// <param name="Asked">The items whose question is under way, with the question; null where it is gone.</param>
    /// <param name="Next">Untouched ones whose turn it would be, in order, on systems that are not shut; while previewing, those to ask about. Not necessarily all.</param>
    public sealed record Look(IReadOnlyList<(ReplayItem Item, StepStanding Step)> Sent, IReadOnlyList<(ReplayItem Item, Probe? Probe)> Asked, IReadOnlyList<ReplayCandidate> Next) : ReplayInput;
}

/// <summary>What a replay has to know of a step that it sent.</summary>
public sealed record StepStanding(StepStatus Status, int Failures, Outcome? Outcome, string? Code)
{
    public static StepStanding Of(Step step) => new(step.Status, step.Failures, step.Outcome, step.Code);
}

/// <summary>An item whose turn it may be.</summary>
/// <param name="Saga">Its saga as it is now; null where it is gone.</param>
/// <param name="Obstacle">Why its system cannot be asked or sent to, in words; null where it can.</param>
/// <param name="Probe">The id that a question about it would have.</param>
public sealed record ReplayCandidate(ReplayItem Item, Saga? Saga, string? Obstacle, ProbeId Probe);
