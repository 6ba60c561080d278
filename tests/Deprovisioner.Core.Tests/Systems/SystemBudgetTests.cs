using Deprovisioner.Contracts;
using Deprovisioner.Core.Systems;

namespace Deprovisioner.Core.Tests.Systems;

public sealed class SystemBudgetTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 17, 0, 0, TimeSpan.Zero);
    private static readonly SystemState Open = new() { System = new SystemName("crm") };

    [Theory]
    [InlineData(50, 0, 0.1, 5)]
    [InlineData(50, 0, 1, 50)]
    [InlineData(50, 0, 3600, 50)]
    [InlineData(50, 49, 0.5, 50)]
    [InlineData(0.5, 0, 1, 0.5)]
    [InlineData(0.5, 0, 60, 1)]
    [InlineData(0.01, 0.25, 50, 0.75)]
    public void The_bucket_refills_at_its_rate_and_holds_a_seconds_worth_or_one(double perSecond, double tokens, double seconds, double expected)
        => Assert.Equal(expected, new SystemBudget(perSecond, 8, tokens, Now).Refilled(Now + TimeSpan.FromSeconds(seconds)).Tokens, 9);

    [Fact]
    public void A_clock_that_was_set_back_gives_nothing_and_takes_nothing_and_counts_on_from_there()
    {
        var set = new SystemBudget(50, 8, 3, Now).Refilled(Now - TimeSpan.FromHours(1));
        Assert.Equal((3, Now - TimeSpan.FromHours(1)), (set.Tokens, set.TokensAt));
        Assert.Equal(8, set.Refilled(Now - TimeSpan.FromHours(1) + TimeSpan.FromSeconds(0.1)).Tokens, 9);
    }

    [Fact]
    public void A_rate_is_not_exceeded_by_replicas_with_different_clocks()
    {
        var budget = new SystemBudget(10, 100, 0, Now);
        var spent = 0;
        for (var i = 1; i <= 1000; i++)
        {
            var ahead = i % 2 == 0 ? TimeSpan.FromSeconds(2) : TimeSpan.Zero;
            budget = budget.Refilled(Now + TimeSpan.FromSeconds(i * 0.01) + ahead);
            var allowed = budget.Allowance(Open, 0, Now);
            budget = budget.Spend(allowed);
            spent += allowed;
        }

        Assert.InRange(spent, 100, 10 * (10 + 2));
    }

    [Theory]
    [InlineData(8, 50, 0, 8)]
    [InlineData(8, 50, 5, 3)]
    [InlineData(8, 50, 8, 0)]
    [InlineData(8, 50, 12, 0)]
    [InlineData(8, 2.9, 0, 2)]
    [InlineData(8, 0.99, 0, 0)]
    public void What_may_be_sent_is_what_rate_and_concurrency_leave(int concurrency, double tokens, int inFlight, int expected)
        => Assert.Equal(expected, new SystemBudget(50, concurrency, tokens, Now).Allowance(Open, inFlight, Now));

    [Theory]
    [InlineData(Gate.Throttled)]
    [InlineData(Gate.Down)]
    [InlineData(Gate.Unauthorized)]
    public void Nothing_passes_a_gate_that_is_shut(Gate gate)
        => Assert.Equal(0, new SystemBudget(50, 8, 50, Now).Allowance(Open with { Gate = gate, GateUntil = Now + TimeSpan.FromTicks(1) }, 0, Now));

    [Theory]
    [InlineData(Gate.Throttled, 0, 8)]
    [InlineData(Gate.Down, 0, 1)]
    [InlineData(Gate.Down, 1, 0)]
    [InlineData(Gate.Unauthorized, 0, 1)]
    [InlineData(Gate.Unauthorized, 1, 0)]
    public void When_its_time_is_over_a_throttled_system_is_open_and_one_that_was_down_gets_one_probe_at_a_time(Gate gate, int inFlight, int expected)
        => Assert.Equal(expected, new SystemBudget(50, 8, 50, Now).Allowance(Open with { Gate = gate, GateUntil = Now }, inFlight, Now));

    [Fact]
    public void Nothing_is_sent_to_a_system_that_an_operator_paused()
        => Assert.Equal(0, new SystemBudget(50, 8, 50, Now).Allowance(Open with { Pause = new SystemPause("ops", "maintenance", Now) }, 0, Now));

    [Fact]
    public void What_is_sent_is_spent()
        => Assert.Equal(47, new SystemBudget(50, 8, 50, Now).Spend(3).Tokens);
}
