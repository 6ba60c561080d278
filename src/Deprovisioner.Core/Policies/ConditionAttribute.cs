using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Policies;

/// <summary>A text of the event, or of the employment's assignment, of which a condition may ask.</summary>
/// <param name="Key">As the file writes it.</param>
/// <param name="Words">As a sentence names it.</param>
/// <param name="Example">A value, for a remedy.</param>
/// <param name="Wanted">What a condition asks of it; empty: nothing.</param>
/// <param name="Value">What the event, or else the assignment, says; null: nothing.</param>
internal sealed record ConditionAttribute(
    string Key, string Words, string Example, Func<PolicyCondition, IReadOnlyList<string>> Wanted, Func<HrEvent, Assignment?, string?> Value)
{
    /// <summary>In the order in which they are asked and told.</summary>
    public static IReadOnlyList<ConditionAttribute> All { get; } =
    [
        new("reason", "reason", "involuntary", when => when.Reasons, (hr, _) => hr.Reason),
        new("workerType", "worker type", "contractor", when => when.WorkerTypes, (_, assignment) => assignment?.WorkerType),
        new("department", "department", "Finance", when => when.Departments, (_, assignment) => assignment?.Department),
        new("title", "title", "Analyst", when => when.Titles, (_, assignment) => assignment?.Title),
        new("location", "location", "Berlin", when => when.Locations, (_, assignment) => assignment?.Location),
        new("managerId", "manager", "P0007", when => when.Managers, (_, assignment) => assignment?.ManagerId?.Value),
        new("source", "source", "/hris/workday", when => when.Sources, (hr, _) => hr.Source),
        new("personId", "person", "P1001", when => when.Persons, (hr, _) => hr.PersonId.Value),
        new("employmentId", "employment", "E1001", when => when.Employments, (hr, _) => hr.EmploymentId.Value),
    ];
}
