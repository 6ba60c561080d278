using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Access;

/// <summary>What everybody has by right who works as <see cref="When"/> says.</summary>
public sealed record AccessRole
{
    /// <summary>Unique in the file, at most 128 characters.</summary>
    public required string Name { get; init; }

    public required RoleCondition When { get; init; }

    /// <summary>At least one system, and at least one entitlement on each, as its connector writes their ids or names.</summary>
    public required IReadOnlyDictionary<SystemName, IReadOnlyList<string>> Grants { get; init; }
}

/// <summary>Whom a role is for. An empty list asks nothing; texts are compared without regard to case; what is not known of an assignment meets no list.</summary>
public sealed record RoleCondition
{
    public IReadOnlyList<string> WorkerTypes { get; init; } = [];

    public IReadOnlyList<string> Departments { get; init; } = [];

    public IReadOnlyList<string> Titles { get; init; } = [];

    public IReadOnlyList<string> Locations { get; init; } = [];

    public bool IsMetBy(Assignment? assignment)
        => IsMet(WorkerTypes, assignment?.WorkerType)
            && IsMet(Departments, assignment?.Department)
            && IsMet(Titles, assignment?.Title)
            && IsMet(Locations, assignment?.Location);

    /// <summary>Whether everybody who meets the other condition meets this one too.</summary>
    public bool Covers(RoleCondition narrow)
        => Covers(WorkerTypes, narrow.WorkerTypes)
            && Covers(Departments, narrow.Departments)
            && Covers(Titles, narrow.Titles)
            && Covers(Locations, narrow.Locations);

    private static bool IsMet(IReadOnlyList<string> wanted, string? value)
        => wanted.Count == 0 || (value is not null && wanted.Contains(value, StringComparer.OrdinalIgnoreCase));

    private static bool Covers(IReadOnlyList<string> wide, IReadOnlyList<string> narrow)
        => wide.Count == 0 || (narrow.Count > 0 && narrow.All(n => wide.Contains(n, StringComparer.OrdinalIgnoreCase)));
}
