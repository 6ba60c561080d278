using Deprovisioner.Core.Probing;
using Deprovisioner.Core.Replaying;

namespace Deprovisioner.Storage.Writing;

/// <summary>What one transaction has loaded of replays, and what it will save of them.</summary>
internal sealed class ReplayWork
{
    /// <summary>By number, behind their locks; as they are after each decision.</summary>
    public Dictionary<long, ReplayJob> Jobs { get; } = [];

    /// <summary>What was seen of the replays that were looked at.</summary>
    public Dictionary<long, ReplaySeen> Seen { get; } = [];

    /// <summary>Replays that this transaction opens: what was selected is stored already, and taken back where nothing was.</summary>
    public Dictionary<long, ReplaySelection> Selected { get; } = [];

    /// <summary>What was decided, in order.</summary>
    public List<ReplayDecision> Decisions { get; } = [];
}

/// <summary>How many failed steps a new replay has, and how many of them are asked about.</summary>
internal sealed record ReplaySelection(int Steps, int Asked);

/// <summary>What was seen of a replay.</summary>
internal sealed class ReplaySeen
{
    public List<(ReplayItem Item, StepStanding Step)> Sent { get; } = [];

    public List<(ReplayItem Item, Probe? Probe)> Asked { get; } = [];

    public List<(ReplayItem Item, string? Obstacle)> Next { get; } = [];
}

/// <summary>What <c>replay</c> says: a selection, and when it begins.</summary>
/// <param name="AskAll">Every step is asked about; else a sample of many.</param>
public sealed record NewReplay(ReplayFilter Filter, ReplayStart Start, bool AskAll = false);
