using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Intake;

/// <summary>Where an employment stands.</summary>
public enum EmploymentStatus
{
    Active,

    /// <summary>Suspended, and expected back.</summary>
    OnLeave,

    /// <summary>Ends, or has ended, at <see cref="Employment.EndsAt"/>.</summary>
    Terminated,
}

/// <summary>One contract of a person.</summary>
public sealed record Employment
{
    public required EmploymentId Id { get; init; }

    public required PersonId PersonId { get; init; }

    public required EmploymentStatus Status { get; init; }

    public Assignment? Assignment { get; init; }

    public string? TimeZone { get; init; }

    /// <summary>When access ends, UTC; null while no end is known.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The reason of the termination, as HR gave it; kept, since it may be known before the person is.</summary>
    public string? EndReason { get; init; }

    /// <summary>Whether HR called the termination urgent.</summary>
    public bool EndUrgent { get; init; }

    /// <summary>Rises with every applied event: the fence.</summary>
    public required long Version { get; init; }

    /// <summary>Of the newest applied event that carried one.</summary>
    public long? LastSequence { get; init; }

    /// <summary>CloudEvents <c>time</c> of the newest applied event, UTC.</summary>
    public required DateTimeOffset LastEventAt { get; init; }

    /// <summary>Whether it still justifies access at that instant.</summary>
    public bool IsActiveAt(DateTimeOffset at) => Status is not EmploymentStatus.Terminated || EndsAt > at;
}

/// <summary>A person as the registry has them.</summary>
public sealed record PersonRecord
{
    public required PersonId Id { get; init; }

    public PersonAttributes? Attributes { get; init; }

    public IReadOnlyList<Employment> Employments { get; init; } = [];

    public IReadOnlyList<KnownAccount> Accounts { get; init; } = [];

    /// <summary>The last word on a legal hold; null: there never was one.</summary>
    public LegalHold? LegalHold { get; init; }

    public Employment? Employment(EmploymentId id) => Employments.FirstOrDefault(e => e.Id == id);

    /// <summary>Whether any connector could find an account by what is known.</summary>
    public bool CanBeMatched => Attributes is not null || Accounts.Count > 0;
}
