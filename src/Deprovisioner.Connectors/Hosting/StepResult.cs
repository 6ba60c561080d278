using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>What became of one account.</summary>
internal sealed record AccountResult(StepGrade Grade)
{
    public AccountEvidence? Evidence { get; init; }

    /// <summary>The account as it was; only where something was done to it.</summary>
    public AccountSnapshot? Snapshot { get; init; }

    public DateTimeOffset? ResidualUntil { get; init; }
}

/// <summary>What became of a step.</summary>
internal sealed record StepResult(StepGrade Grade, IReadOnlyList<AccountResult> Accounts)
{
    public static StepResult Of(Outcome outcome, string? code = null, string? message = null) => new(new StepGrade(outcome, code, message), []);

    /// <summary>What a person was asked to do.</summary>
    public TaskAssignment? Task { get; init; }

    public static StepResult Of(AssignedTask assigned) => new(new StepGrade(Outcome.Accepted, "manual", assigned.Message), []) { Task = assigned.Task };

    public static StepResult Of(StepGrade grade) => new(grade, []);
}
