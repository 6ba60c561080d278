namespace Deprovisioner.Contracts;

/// <summary>
/// A valid HR event: a CloudEvent 1.0 whose envelope and data passed the shipped schema, with every text checked for length
/// and control characters, every date for existence and every zone against tzdb.
/// </summary>
public sealed record HrEvent
{
    /// <summary>CloudEvents <c>source</c>; with <see cref="Id"/> the key of de-duplication.</summary>
    public required string Source { get; init; }

    /// <summary>CloudEvents <c>id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>One of <see cref="HrEventTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>CloudEvents <c>time</c>, UTC: orders events that carry no sequence.</summary>
    public required DateTimeOffset Time { get; init; }

    public required PersonId PersonId { get; init; }

    public required EmploymentId EmploymentId { get; init; }

    /// <summary>Rises with each event of one person from one source; null where the source gives none.</summary>
    public long? Sequence { get; init; }

    /// <summary>Complete where it stands; null where the event says nothing of it.</summary>
    public PersonAttributes? Person { get; init; }

    /// <summary>Complete where it stands; null where the event says nothing of it.</summary>
    public Assignment? Assignment { get; init; }

    /// <summary>Accounts that the HR system already knows.</summary>
    public IReadOnlyList<KnownAccount> Accounts { get; init; } = [];

    /// <summary>The instant at which access ends, UTC; excludes <see cref="LastDay"/>.</summary>
    public DateTimeOffset? EffectiveAt { get; init; }

    /// <summary>The last day of work; access ends on it at the policy's cut-off.</summary>
    public DateOnly? LastDay { get; init; }

    /// <summary>IANA time zone for <see cref="LastDay"/>.</summary>
    public string? TimeZone { get; init; }

    /// <summary><c>voluntary</c>, <c>involuntary</c>, <c>misconduct</c> or whatever word the organisation's policies use.</summary>
    public string? Reason { get; init; }

    /// <summary>Its steps go before those of all that are not urgent.</summary>
    public bool Urgent { get; init; }

    /// <summary>Whether what the person has must be kept as it is; null where the event says nothing of it.</summary>
    public bool? LegalHold { get; init; }

    /// <summary>W3C trace context of the publisher (CloudEvents distributed tracing extension), if it sent one.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>Who a person is.</summary>
public sealed record PersonAttributes(string? Email, string? UserName, string? GivenName, string? FamilyName);

/// <summary>What a person works as, under one employment.</summary>
public sealed record Assignment(string? Department, string? Title, string? Location, PersonId? ManagerId, string? WorkerType);

/// <summary>An account that the HR system knows by the target's own immutable id.</summary>
public sealed record KnownAccount(SystemName System, string AccountId);
