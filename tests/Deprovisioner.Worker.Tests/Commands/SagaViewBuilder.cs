using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Worker.Tests.Commands;

/// <summary>A saga as the command line is given it.</summary>
internal static class SagaViewBuilder
{
    private static readonly DateTimeOffset At = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    public static SagaLine Line()
        => new(Guid.Empty, "leaver", "P1", "E1", "completed", "leaver", Urgent: false, At, At, ContainedAt: null, CompletedAt: null, NextDeadlineAt: null, ResidualUntil: null, 0, 0, 0, 0, []);

    public static StepView Step(string? outcome, string? code, string status = "succeeded", string? means = null)
        => new(
            Guid.Empty, 3, "crm", "remove-entitlements", Instruction: null, status, 1, NextAt: null, SettledAt: null, outcome, code, "The system said so.", means, ResidualUntil: null, "yes", ReversibleUntil: null,
            Entitlements: null, TaskOwner: null, TaskDueAt: null, TaskDoneBy: null, Candidates: []);
}
