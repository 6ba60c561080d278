using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Reconciling;

/// <summary>What an account in a system's list is to us.</summary>
public enum AccountStanding
{
    /// <summary>Belongs to somebody of whom it is right that they have it, or is off and belongs to somebody we know.</summary>
    AccountedFor,

    /// <summary>Nobody's as far as we know, and nobody can sign in with it.</summary>
    Disabled,

    /// <summary>Never touched, whoever's it is.</summary>
    Protected,

    /// <summary>The account that vouches for what the credential sees.</summary>
    Canary,

    /// <summary>Matches nobody we know, and one can sign in with it.</summary>
    Orphan,

    /// <summary>Belongs to somebody who has left, and one can sign in with it.</summary>
    LeaverActive,

    /// <summary>One can sign in with it, and it cannot be said whose it is.</summary>
    Unknown,
}

/// <summary>A listed account with what it is to us.</summary>
/// <param name="PersonId">Whose it is, for <see cref="AccountStanding.LeaverActive"/>; else null.</param>
/// <param name="SagaId">The saga that cut it, or should have; null: there is none.</param>
/// <param name="Detail">One sentence for a person; null where nobody needs to look.</param>
/// <param name="Next">The command to use next; null where there is none.</param>
public sealed record ReconciledAccount(
    AccountListing Account, AccountStanding Standing, PersonId? PersonId = null, SagaId? SagaId = null, string? Detail = null, string? Next = null)
{
    /// <summary>Whether a person shall look at it.</summary>
    public bool IsFinding => Standing is AccountStanding.Orphan or AccountStanding.LeaverActive or AccountStanding.Unknown;
}
