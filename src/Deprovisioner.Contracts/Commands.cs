using System.Collections.Immutable;

namespace Deprovisioner.Contracts;

/// <summary>Orchestrator to connector host: steps of one system, each executed, retried and reported by itself.</summary>
/// <param name="System">The one system of all the steps.</param>
/// <param name="Steps">At least one.</param>
public sealed record ExecuteSteps(SystemName System, IReadOnlyList<StepCommand> Steps);

/// <summary>One attempt at one step. Carries everything that the host needs: it has no database.</summary>
public sealed record StepCommand
{
    public required SagaId SagaId { get; init; }

    public required StepId StepId { get; init; }

    /// <summary>1 for the first; rises each time the step is sent.</summary>
    public required int Attempt { get; init; }

    /// <summary>
    /// The employment's version when the command was sent. A command of an older version than one already seen is refused: what an event has made obsolete was stopped in the transaction that
    /// raised the version, so whatever is sent later is meant.
    /// </summary>
    public required long Fence { get; init; }

    public required StepAction Action { get; init; }

    public required PersonId PersonId { get; init; }

    public required EmploymentId EmploymentId { get; init; }

    /// <summary>
    /// What identifies the person on target systems, by the names that the configuration's <c>match.value</c> uses:
    /// <c>personId</c>, <c>employmentId</c>, <c>person.email</c>, <c>person.userName</c>, <c>person.givenName</c>,
    /// <c>person.familyName</c>, and <c>person.manager.email</c>, <c>person.manager.userName</c> where the manager is known.
    /// Untrusted text: it came from an event.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>Accounts already known to be this person's on this system, by the system's immutable id.</summary>
    public IReadOnlyList<string> KnownAccountIds { get; init; } = [];

    /// <summary>
    /// Which of <see cref="Facts"/> another active person has too: an address that was given to somebody else, or one human being under two ids. By these alone no account is anybody's.
    /// </summary>
    public IReadOnlyList<string> SharedFacts { get; init; } = [];

    /// <summary>Which of <see cref="KnownAccountIds"/> are known as another active person's too.</summary>
    public IReadOnlyList<string> SharedAccountIds { get; init; } = [];

    /// <summary>Accounts on this system of which somebody has said that they are not this person's, whatever finds them: they are left alone.</summary>
    public IReadOnlyList<string> OthersAccountIds { get; init; } = [];

    /// <summary>What an earlier step of this saga found before it acted; for <see cref="StepAction.RestoreAccount"/>.</summary>
    public IReadOnlyList<AccountSnapshot> Snapshots { get; init; } = [];

    /// <summary>What a person is asked to do, for <see cref="StepAction.ManualTask"/>.</summary>
    public string? Instruction { get; init; }

    /// <summary>Who is asked, for <see cref="StepAction.ManualTask"/>; null: the system's owner.</summary>
    public string? Owner { get; init; }

    /// <summary>For <see cref="StepAction.RemoveEntitlements"/>: which of them; null: all.</summary>
    public EntitlementSelection? Selection { get; init; }

    /// <summary>Whether somebody released the saga of a protected person. It says nothing of protected accounts.</summary>
    public bool ProtectionReleased { get; init; }

    /// <summary>True: only observe, though the system is enforced. What was observed before it on this system was not cut, so nothing may be destroyed on top of that.</summary>
    public bool Observe { get; init; }

    /// <summary>
    /// True: a question and no step. What <em>would</em> be done now is reported, and nothing is changed. <see cref="StepId"/> is then the question's own id, and <see cref="Observe"/> is set too, so that a
    /// host which does not know of questions changes nothing either.
    /// </summary>
    public bool Probe { get; init; }

    /// <summary>True: the system took this step at the last attempt and finishes it later (<see cref="Outcome.Accepted"/>). It is only read, and not asked for the same once more.</summary>
    public bool Pending { get; init; }

    /// <summary>W3C trace context of the saga (<c>traceparent</c>), null where tracing is off.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>An account as it was before it was acted on: what an undo needs, and no secret.</summary>
/// <param name="AccountId">The system's immutable id.</param>
/// <param name="Name">The name a person would know it by.</param>
/// <param name="Enabled">Whether one could sign in. In a restore: whether it shall be made so; false leaves that as it is, since who was locked before we came stays locked, and nobody is locked by a restore.</param>
/// <param name="Entitlements">Ids of the groups, roles and permissions that it had.</param>
/// <param name="Attributes">What else the connector wants back for a restore.</param>
public sealed record AccountSnapshot(
    string AccountId,
    string Name,
    bool Enabled,
    IReadOnlyList<string> Entitlements,
    IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>
    /// In a restore: the system took the cut and had not finished it (<see cref="Outcome.Accepted"/>), so that what is still there may go yet. It is asked for again all the same, which a system that works in order does last.
    /// </summary>
    public bool Unfinished { get; init; }

    /// <summary>It was deleted, and the system keeps what is deleted: a restore brings it back first, as the same account. No other account is ever brought back.</summary>
    public bool Recoverable { get; init; }

    /// <summary>What <see cref="Entitlements"/> are called, by id, where that is not the id itself: roles may know them by either.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = ImmutableDictionary<string, string>.Empty;
}
