namespace Deprovisioner.Storage.Reading;

/// <summary>The guard against mass terminations, as the configuration has it that was taken up last.</summary>
/// <param name="Configured">False: any number of people may leave at once.</param>
/// <param name="Window">Null: none is configured, and the numbers are those of 24 hours.</param>
/// <param name="Leavers">Who left within the window, announced ones too.</param>
/// <param name="Limit">How many may; null: no guard is configured.</param>
/// <param name="HeadCount">Who is employed, and who left within the window.</param>
/// <param name="Held">Sagas that the guard holds.</param>
/// <param name="Announcements">Approved ones that are not over.</param>
public sealed record GuardStatus(bool Configured, TimeSpan? Window, int Leavers, int? Limit, int HeadCount, int Held, int Announcements);

/// <summary>A layoff that somebody announced. Times are UTC.</summary>
/// <param name="Size">At most so many leavers.</param>
/// <param name="StartsAt">When the access of the first one ends, at the earliest.</param>
/// <param name="EndsAt">Before then the access of the last one ends.</param>
/// <param name="ApprovedBy">Null: nobody yet, and it does not count.</param>
public sealed record LayoffLine(
    long AnnouncementId, int Size, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string AskedBy, string Why, DateTimeOffset AskedAt, string? ApprovedBy, string? ApprovedWhy, DateTimeOffset? ApprovedAt);
