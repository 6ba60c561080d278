namespace Deprovisioner.Core.Reconciling;

/// <summary>What a whole list must be for anything to be concluded from it.</summary>
/// <param name="CanaryConfigured">Whether the canary has to be in it.</param>
/// <param name="LastComplete">How many accounts the last complete list of the system had; null: there was none.</param>
public sealed record ListExpectation(bool CanaryConfigured, int? LastComplete)
{
    /// <summary>Fewer than this share of the last list is no ordinary clearing up.</summary>
    private const double LeastShare = 0.5;

    /// <summary>In a small list a few accounts more or less are half of it.</summary>
    private const int FewestFewer = 10;

    /// <summary>Why the list cannot be believed; null: it can.</summary>
    public (InconclusiveReason Reason, string Detail)? Doubt(Reconciliation read)
        => read.Listed.Accounts == 0 ? (InconclusiveReason.EmptyList, "The list was empty: no system in use is, so the credential sees nothing, or it is not the system that is meant.")
            : CanaryConfigured && read.Listed.Canaries == 0 ? (InconclusiveReason.CanaryNotListed, "The canary account was not in the list: the credential does not see everything.")
            : LastComplete is { } last && !read.ShrunkIsRight && Shrank(read.Listed.Accounts, last)
                ? (InconclusiveReason.ListShrank, $"The list had {read.Listed.Accounts} accounts, and the last complete one {last}. If that is right, reconcile again with --shrunk-is-right.")
                : null;

    private static bool Shrank(int accounts, int last) => accounts < last * LeastShare && last - accounts >= FewestFewer;
}
