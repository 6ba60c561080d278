using Deprovisioner.Storage.Model;
using Deprovisioner.Worker.Commands;

namespace Deprovisioner.Worker.Tests.Commands;

public sealed class AccessWordsTests
{
    private static readonly DateTimeOffset End = new(2026, 11, 30, 17, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Access_has_ended_with_the_latest_of_all_that_was_issued()
        => Assert.Equal("2026-11-30 17:00:00Z; tickets may work until 2026-12-01 03:00:00Z", AccessWords.Ended(Saga(End, End.AddHours(8), End.AddHours(10), null)));

    [Fact]
    public void What_ran_out_before_the_end_is_not_spoken_of() => Assert.Equal("2026-11-30 17:00:00Z", AccessWords.Ended(Saga(End, End.AddHours(-1))));

    [Fact]
    public void While_steps_go_on_it_is_said_all_the_same() => Assert.Equal("tickets may work until 2026-12-01 01:00:00Z", AccessWords.Ended(Saga(null, End.AddHours(8))));

    [Fact]
    public void Absence_that_nobody_vouched_for_is_named_so()
    {
        Assert.Equal("absent, unconfirmed", AccessWords.Outcome(Step(null, "absent", "unconfirmed")));
        Assert.Equal("rejected (protected)", AccessWords.Outcome(Step(null, "rejected", "protected")));
        Assert.Equal("changed", AccessWords.Outcome(Step(null, "changed", null)));
    }

    private static StepEntity Step(DateTimeOffset? residual, string? outcome, string? code)
        => new() { System = "crm", Action = "disable-account", Status = "succeeded", Outcome = outcome, Code = code, ResidualUntil = residual };

    private static SagaEntity Saga(DateTimeOffset? completedAt, params DateTimeOffset?[] residuals)
        => new()
        {
            Kind = "leaver",
            PersonId = "P1",
            EmploymentId = "E1",
            Policy = "leaver",
            PolicyVersion = "v1",
            PlanHash = "h",
            EffectiveBasis = "now",
            Status = completedAt is null ? "running" : "completed",
            Stages = "[]",
            NotRestored = "[]",
            Holds = "[]",
            CompletedAt = completedAt,
            Steps = [.. residuals.Select(residual => Step(residual, "changed", null))],
        };
}
