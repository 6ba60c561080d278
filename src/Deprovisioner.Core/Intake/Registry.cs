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

    /// <summary>What is known of it so far, whatever the time is now: ends or has ended, suspended and expected back, or neither.</summary>
    public EmploymentStatus Status
        => EndsAt is not null ? EmploymentStatus.Terminated
            : LeaveFrom is not null && LeaveUntil is null ? EmploymentStatus.OnLeave
            : EmploymentStatus.Active;

    public Assignment? Assignment { get; init; }

    public string? TimeZone { get; init; }

    /// <summary>When it begins, UTC; null: it began before anything was known of it, or at once.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>When access ends, UTC; null while no end is known.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>When the leave of absence begins or began, UTC; null: none is known, or it is over.</summary>
    public DateTimeOffset? LeaveFrom { get; init; }

    /// <summary>When the leave ends, UTC; null: nobody knows yet.</summary>
    public DateTimeOffset? LeaveUntil { get; init; }

    /// <summary>The reason of the termination, as HR gave it; kept, since it may be known before the person is.</summary>
    public string? EndReason { get; init; }

    /// <summary>Whether HR called the termination urgent.</summary>
    public bool EndUrgent { get; init; }

    /// <summary>Whether it has ended, another one goes on, and what only this one justified was dealt with.</summary>
    public bool Relinquished { get; init; }

    /// <summary>Rises with every applied event: the fence.</summary>
    public required long Version { get; init; }

    /// <summary>The newest event that decided about beginning and end.</summary>
    public OrderMark Presence { get; init; } = OrderMark.None;

    /// <summary>The newest event that decided about leave.</summary>
    public OrderMark Leave { get; init; } = OrderMark.None;

    /// <summary>The newest event that told who the person is or what they work as.</summary>
    public OrderMark Attributes { get; init; } = OrderMark.None;

    /// <summary>The time of the newest of them, UTC.</summary>
    public DateTimeOffset LastEventAt => new[] { Presence.At, Leave.At, Attributes.At }.Max();

    /// <summary>Whether it has begun and not ended at that instant, be it on leave.</summary>
    public bool IsActiveAt(DateTimeOffset at) => !(StartsAt > at) && !(EndsAt <= at);

    public OrderMark Seen(Aspect aspect) => aspect switch
    {
        Aspect.Presence => Presence,
        Aspect.Leave => Leave,
        _ => Attributes,
    };
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

    /// <summary>When the person must be looked at again though no event comes; null: never.</summary>
    public NextLook? NextLook { get; init; }

    public Employment? Employment(EmploymentId id) => Employments.FirstOrDefault(e => e.Id == id);

    /// <summary>Whether any connector could find an account by what is known.</summary>
    public bool CanBeMatched => Attributes is not null || Accounts.Count > 0;
}

/// <summary>A time at which access may be due back: an employment begins, a leave ends, steps that were under way have answered.</summary>
/// <param name="At">UTC.</param>
/// <param name="Cause">The event type by which it is answered then, one of <see cref="HrEventTypes"/>.</param>
public sealed record NextLook(DateTimeOffset At, string Cause);
