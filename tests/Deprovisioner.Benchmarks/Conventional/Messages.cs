namespace Deprovisioner.Benchmarks.Conventional;

/// <summary>The HR event, as far as it is needed: a CloudEvent, deserialized from bare JSON.</summary>
public sealed record EmploymentTerminated
{
    public string Id { get; init; } = "";

    public string Source { get; init; } = "";

    public required TerminatedData Data { get; init; }
}

public sealed record TerminatedData
{
    public string PersonId { get; init; } = "";

    public string EmploymentId { get; init; } = "";

    public string? Reason { get; init; }

    public TerminatedPerson? Person { get; init; }
}

public sealed record TerminatedPerson
{
    public string? Email { get; init; }

    public string? UserName { get; init; }
}

/// <summary>One step for one system.</summary>
public sealed record RevokeAccess(Guid SagaId, int Step, string PersonId, string Email);

/// <summary>How it ended.</summary>
public sealed record AccessRevoked(Guid SagaId, int Step, string Outcome, bool EnabledBefore, bool EnabledAfter, DateTimeOffset StartedAt, DateTimeOffset FinishedAt);
