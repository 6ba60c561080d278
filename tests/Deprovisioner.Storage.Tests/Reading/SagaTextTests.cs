using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Storage.Tests.Reading;

public sealed class SagaTextTests
{
    private static readonly DateTimeOffset End = new(2026, 11, 30, 17, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Access_has_ended_with_the_latest_of_all_that_was_issued() => Assert.Equal(End.AddHours(10), SagaText.Line(Saga(End.AddHours(8), End.AddHours(10), null), End).ResidualUntil);

    [Fact]
    public void Of_what_nothing_is_known_to_outlive_there_is_no_such_time() => Assert.Null(SagaText.Line(Saga(null, null), End).ResidualUntil);

    private static SagaEntity Saga(params DateTimeOffset?[] residuals)
        => new()
        {
            Kind = "leaver",
            PersonId = "P1",
            EmploymentId = "E1",
            Policy = "leaver",
            PolicyVersion = "v1",
            PlanHash = "h",
            EffectiveBasis = "now",
            Status = "completed",
            Stages = "[]",
            NotRestored = "[]",
            Holds = "[]",
            CompletedAt = End,
            Steps = [.. residuals.Select(residual => new StepEntity { System = "crm", Action = "disable-account", Status = "succeeded", Outcome = "changed", ResidualUntil = residual })],
        };
}
