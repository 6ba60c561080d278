using Deprovisioner.Contracts;

namespace Deprovisioner.Storage.Dispatching;

/// <summary>What a pass over the due steps found.</summary>
/// <param name="Commands">Claimed under a lease and committed: to be sent now.</param>
/// <param name="Blocked">Due steps whose system is paused or down, with the obstacle, told once each.</param>
/// <param name="Wait">When to look again: at once where more may be due, else when there are tokens again or a gate may open.</param>
public sealed record StepDispatch(
    IReadOnlyList<ExecuteSteps> Commands,
    IReadOnlyList<(string Obstacle, IReadOnlyList<(SagaId Saga, StepId Step)> Steps)> Blocked,
    TimeSpan Wait)
{
    /// <summary>Whether guard and approvals must be asked about steps whose time has come: see <see cref="StepClaims.ToAskAbout"/>.</summary>
    public bool HasToAsk { get; init; }

    /// <summary>Of each system in <see cref="Commands"/>, until when its steps are claimed.</summary>
    public IReadOnlyDictionary<SystemName, DateTimeOffset> LeaseUntil { get; init; } = new Dictionary<SystemName, DateTimeOffset>();

    /// <summary>Whether as many steps of a system are under way as it takes at once: then the reports about them make room.</summary>
    public bool AwaitsRoom { get; init; }
}
