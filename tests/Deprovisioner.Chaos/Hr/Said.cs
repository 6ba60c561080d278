namespace Deprovisioner.Chaos.Hr;

/// <summary>What HR decides about somebody's employment.</summary>
internal enum Decision
{
    Hired,
    Transferred,
    Changed,
    Terminated,
    Rescinded,
    LeaveStarted,
    LeaveEnded,
}

/// <summary>One decision of HR's, as the model sees it.</summary>
/// <param name="Employment">Whose; a person may have two.</param>
/// <param name="Sequence">Rises with each decision about the person.</param>
/// <param name="At">When it was decided.</param>
/// <param name="EffectiveAt">From when it holds.</param>
internal sealed record Said(string Employment, Decision Decision, int Sequence, DateTimeOffset At, DateTimeOffset EffectiveAt);
