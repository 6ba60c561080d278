using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Sdk;

/// <summary>An account on a system.</summary>
/// <param name="Id">The system's immutable id (entryUUID, SCIM id, role oid), never a name that could be given to somebody else.</param>
/// <param name="Name">The name a person would know it by.</param>
public sealed record AccountRef(string Id, string Name);

/// <summary>
/// What a system says of an account. A null facet means that the system has no such thing or cannot tell; the host takes an action
/// as done when its facet says so (see <see cref="AccountGoals"/>).
/// </summary>
public sealed record AccountState
{
    public required AccountRef Account { get; init; }

    /// <summary>What else people call it by (a login name, a mail address), so that a list of protected accounts may name it so.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>Whether one can sign in with it. Facet of <see cref="StepAction.DisableAccount"/>.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Facet of <see cref="StepAction.RemoveEntitlements"/>.</summary>
    public IReadOnlyList<Entitlement> Entitlements { get; init; } = [];

    /// <summary>How many sessions are open. Facet of <see cref="StepAction.RevokeSessions"/>.</summary>
    public int? LiveSessions { get; init; }

    /// <summary>How many passwords, keys and tokens would work. Facet of <see cref="StepAction.RevokeCredentials"/>.</summary>
    public int? Credentials { get; init; }

    /// <summary>How many things it owns. Facet of <see cref="StepAction.TransferData"/>.</summary>
    public int? OwnedObjects { get; init; }

    /// <summary>How many paid seats it holds. Facet of <see cref="StepAction.ReclaimLicence"/>.</summary>
    public int? Licences { get; init; }

    /// <summary>Until when tokens or tickets issued before may still work, UTC; null: none known.</summary>
    public DateTimeOffset? ResidualUntil { get; init; }

    /// <summary>True for an account that the system itself guards (a built-in administrator, the bound account itself): never acted on.</summary>
    public bool Critical { get; init; }

    /// <summary>Whether the system keeps the account when it is deleted, so that a restore brings it back: the connector is an <see cref="IRecoveringConnector"/>.</summary>
    public bool KeptWhenDeleted { get; init; }

    /// <summary>It is deleted, and the system keeps it. Only <see cref="IRecoveringConnector.ReadDeletedAsync"/> says so.</summary>
    public bool Deleted { get; init; }

    /// <summary>What a restore needs beside <see cref="Enabled"/> and <see cref="Entitlements"/>; kept with the step. No secrets.</summary>
    public IReadOnlyDictionary<string, string> RestoreAttributes { get; init; } = new Dictionary<string, string>();

    /// <summary>What else belongs in the evidence (a lock attribute, a status word). No secrets.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();
}

/// <summary>A group, role or permission that an account has.</summary>
/// <param name="Id">As the system names it, immutable where the system has such an id.</param>
/// <param name="Name">For people.</param>
/// <param name="Owner">Null: removable here. Else the system to which it belongs (a synced or rule-assigned group).</param>
public sealed record Entitlement(string Id, string Name, string? Owner = null)
{
    /// <summary>Whether the system takes names that differ in case only for the same; false unless told.</summary>
    public bool NameIgnoresCase { get; init; }
}

/// <summary>One action on one account.</summary>
public sealed record ActRequest
{
    public required StepAction Action { get; init; }

    /// <summary>The state read just before.</summary>
    public required AccountState Before { get; init; }

    /// <summary>See <see cref="StepCommand.Facts"/>. Untrusted text.</summary>
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>For <see cref="StepAction.RemoveEntitlements"/>: the ids of those to take away, and no other is touched, not for a moment; null: all.</summary>
    public IReadOnlySet<string>? OnlyEntitlements { get; init; }

    /// <summary>For <see cref="StepAction.RestoreAccount"/>: what to put back.</summary>
    public AccountSnapshot? Snapshot { get; init; }

    /// <summary>Takes a sentence for people: something is done, and leaves them something to do (a group without a member). It goes with the step's outcome. No secrets. By default nobody listens.</summary>
    public Action<string> FollowUp { get; init; } = static _ => { };

    /// <summary>
    /// Takes a sentence for people: the system's answer is the only proof there is, since it shows the action's effect nowhere. Only for a null facet of
    /// <see cref="AccountState"/>: what can be read back is read back. By default nobody listens.
    /// </summary>
    public Action<string> OnlyAnswer { get; init; } = static _ => { };
}

/// <summary>A page of accounts.</summary>
/// <param name="Accounts">The accounts, with whether one can sign in.</param>
/// <param name="NextCursor">Null after the last page.</param>
public sealed record AccountPage(IReadOnlyList<ListedAccount> Accounts, string? NextCursor);

/// <summary>An account in a list.</summary>
public sealed record ListedAccount(AccountRef Account, bool Enabled, string? MatchValue)
{
    /// <summary>As in <see cref="AccountState.OtherNames"/>.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>As in <see cref="AccountState.Critical"/>.</summary>
    public bool Critical { get; init; }
}

/// <summary>What a check found.</summary>
/// <param name="Reachable">Whether the system answered.</param>
/// <param name="Version">What it says it is; null where it does not.</param>
/// <param name="Findings">Each thing looked at.</param>
public sealed record SystemCheck(bool Reachable, string? Version, IReadOnlyList<CheckFinding> Findings);

/// <summary>One thing looked at.</summary>
/// <param name="Subject">What was looked at: <c>bind</c>, <c>may write groups</c>.</param>
/// <param name="Ok">Whether it is as it must be.</param>
/// <param name="Remedy">What to do where it is not.</param>
public sealed record CheckFinding(string Subject, bool Ok, string? Remedy = null);
