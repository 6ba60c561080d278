using Deprovisioner.Storage.Reading;
using Deprovisioner.Worker.Commands;

namespace Deprovisioner.Worker.Tests.Commands;

public sealed class AccessWordsTests
{
    private static readonly DateTimeOffset End = new(2026, 11, 30, 17, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Access_has_ended_with_what_was_issued_before()
        => Assert.Equal("2026-11-30 17:00:00Z; tickets may work until 2026-12-01 03:00:00Z", AccessWords.Ended(Saga(End, End.AddHours(10))));

    [Fact]
    public void What_ran_out_before_the_end_is_not_spoken_of() => Assert.Equal("2026-11-30 17:00:00Z", AccessWords.Ended(Saga(End, End.AddHours(-1))));

    [Fact]
    public void While_steps_go_on_it_is_said_all_the_same() => Assert.Equal("tickets may work until 2026-12-01 01:00:00Z", AccessWords.Ended(Saga(null, End.AddHours(8))));

    [Fact]
    public void Absence_that_nobody_vouched_for_is_named_so()
    {
        Assert.Equal("absent, unconfirmed", AccessWords.Outcome(Step("absent", "unconfirmed")));
        Assert.Equal("rejected (protected)", AccessWords.Outcome(Step("rejected", "protected")));
        Assert.Equal("changed", AccessWords.Outcome(Step("changed", null)));
    }

    private static StepView Step(string? outcome, string? code) => SagaViewBuilder.Step(outcome, code);

    private static SagaLine Saga(DateTimeOffset? completedAt, DateTimeOffset residual)
        => SagaViewBuilder.Line() with { CompletedAt = completedAt, ResidualUntil = residual };
}
