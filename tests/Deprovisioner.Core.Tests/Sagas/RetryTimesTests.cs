using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

public sealed class RetryTimesTests
{
    private static readonly RetryBudget Budget = new() { First = TimeSpan.FromSeconds(2), Max = TimeSpan.FromMinutes(5) };

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(8, 256)]
    [InlineData(9, 300)]
    [InlineData(10, 300)]
    [InlineData(1_000_000, 300)]
    public void The_wait_doubles_up_to_the_longest_and_is_spread_by_a_quarter_either_way(int failure, double seconds)
    {
        var waits = Enumerable.Range(1, 400).Select(i => RetryTimes.Backoff(IdOf(i), failure, Budget).TotalSeconds).ToList();
        Assert.All(waits, wait => Assert.InRange(wait, seconds * 0.75, seconds * 1.25));

        // Spread indeed: both ends are reached, and the middle is the mean.
        Assert.True(waits.Min() < seconds * 0.77 && waits.Max() > seconds * 1.23);
        Assert.InRange(waits.Average(), seconds * 0.97, seconds * 1.03);
    }

    [Fact]
    public void The_same_step_and_failure_wait_the_same_time_always()
    {
        // As computed at first: were it to change, a decision would not be repeated to the same result by a newer version.
        Assert.Equal(TimeSpan.FromTicks(17_013_642), RetryTimes.Backoff(IdOf(1), 1, Budget));
        Assert.NotEqual(RetryTimes.Backoff(IdOf(1), 9, Budget), RetryTimes.Backoff(IdOf(1), 10, Budget));
    }

    [Theory]
    [InlineData(15, 15)]
    [InlineData(60 * 24, 60 * 24)]
    [InlineData(1, 60 * 24 * 365)]
    public void No_budget_is_too_long_for_the_arithmetic(int firstMinutes, int maxMinutes)
    {
        var budget = new RetryBudget { First = TimeSpan.FromMinutes(firstMinutes), Max = TimeSpan.FromMinutes(maxMinutes) };
        Assert.All(Enumerable.Range(1, 60), failure => Assert.InRange(RetryTimes.Backoff(IdOf(1), failure, budget), TimeSpan.Zero, budget.Max * 1.25));
    }

    private static StepId IdOf(int i) => new(new Guid(i, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]));
}
