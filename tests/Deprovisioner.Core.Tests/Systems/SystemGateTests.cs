using Deprovisioner.Contracts;
using Deprovisioner.Core.Systems;

namespace Deprovisioner.Core.Tests.Systems;

public sealed class SystemGateTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 17, 0, 0, TimeSpan.Zero);
    private static readonly SystemState Open = new() { System = new SystemName("crm") };

    [Theory]
    [InlineData(Outcome.Transient)]
    [InlineData(Outcome.Indeterminate)]
    public void A_system_that_is_not_reached_is_down_at_once(Outcome outcome)
    {
        var down = SystemGate.After(Open, Report(outcome, "unreachable", "nobody listens"), Now);
        Assert.Equal((Gate.Down, Now + TimeSpan.FromSeconds(2), Now, 1), (down.Gate, down.GateUntil, down.GateSince, down.Failures));
        Assert.Equal(("unreachable: nobody listens", Now), (down.LastError, down.LastErrorAt));
        Assert.Equal("down: unreachable: nobody listens", down.Obstacle(Now));
    }

    [Theory]
    [InlineData("timeout")]
    [InlineData("no-answer")]
    [InlineData("circuit-open")]
    [InlineData("unavailable")]
    [InlineData("busy")]
    [InlineData("http-500")]
    [InlineData("http-503")]
    public void Other_failures_that_may_be_its_own_show_it_as_down_after_three_in_a_row(string code)
    {
        var state = SystemGate.After(Open, Report(Outcome.Transient, code), Now);
        state = SystemGate.After(state, Report(Outcome.Indeterminate, code), Now);
        Assert.Equal((Gate.Open, 2, code), (state.Gate, state.Failures, state.LastError));
        Assert.Null(state.Obstacle(Now));
        state = SystemGate.After(state, Report(Outcome.Transient, code), Now);
        Assert.Equal((Gate.Down, 3, Now + TimeSpan.FromSeconds(2)), (state.Gate, state.Failures, state.GateUntil));
    }

    [Fact]
    public void A_success_in_between_starts_the_count_anew()
    {
        var state = SystemGate.After(Open, Report(Outcome.Transient, "timeout"), Now);
        state = SystemGate.After(state, Report(Outcome.Transient, "timeout"), Now);
        state = SystemGate.After(state, Report(Outcome.Changed), Now);
        state = SystemGate.After(state, Report(Outcome.Transient, "timeout"), Now);
        Assert.Equal((Gate.Open, 1), (state.Gate, state.Failures));
    }

    [Theory]
    [InlineData("http-409")]
    [InlineData("not-yet-visible")]
    [InlineData("ldap-51")]
    [InlineData(null)]
    public void A_failure_of_one_account_says_nothing_of_the_system(string? code)
        => Assert.Same(Open, SystemGate.After(Open, Report(Outcome.Transient, code), Now));

    [Fact]
    public void A_throttle_shuts_the_gate_until_its_time_and_counts_as_no_failure()
    {
        var until = Now + TimeSpan.FromMinutes(3);
        var state = SystemGate.After(Open, Report(Outcome.Throttled, "http-429", retryAt: until), Now);
        Assert.Equal((Gate.Throttled, until, 0), (state.Gate, state.GateUntil, state.Failures));
        Assert.Equal("throttled: http-429", state.Obstacle(until - TimeSpan.FromTicks(1)));
        Assert.Null(state.Obstacle(until));
    }

    [Theory]
    [InlineData(null, 30)]
    [InlineData(-300, 1)]
    [InlineData(0, 1)]
    [InlineData(5, 5)]
    public void A_throttle_without_a_time_lasts_half_a_minute_and_one_with_a_time_that_has_passed_a_second(int? asked, int seconds)
    {
        DateTimeOffset? retryAt = asked is { } s ? Now + TimeSpan.FromSeconds(s) : null;
        Assert.Equal(Now + TimeSpan.FromSeconds(seconds), SystemGate.After(Open, Report(Outcome.Throttled, "busy", retryAt: retryAt), Now).GateUntil);
    }

    [Fact]
    public void The_longest_of_several_throttles_counts()
    {
        var state = SystemGate.After(Open, Report(Outcome.Throttled, "http-429", retryAt: Now + TimeSpan.FromMinutes(3)), Now);
        state = SystemGate.After(state, Report(Outcome.Throttled, "http-429", retryAt: Now + TimeSpan.FromMinutes(1)), Now + TimeSpan.FromSeconds(1));
        Assert.Equal((Now + TimeSpan.FromMinutes(3), Now), (state.GateUntil, state.GateSince));
    }

    [Fact]
    public void A_success_before_the_throttle_is_over_does_not_open_the_gate()
    {
        var state = SystemGate.After(Open, Report(Outcome.Throttled, "http-429", retryAt: Now + TimeSpan.FromMinutes(3)), Now);
        Assert.Equal(Gate.Throttled, SystemGate.After(state, Report(Outcome.Changed), Now).Gate);
        var after = SystemGate.After(state, Report(Outcome.Changed), Now + TimeSpan.FromMinutes(3));
        Assert.Equal((Gate.Open, null, null), (after.Gate, after.GateUntil, after.GateSince));
    }

    [Fact]
    public void A_refused_credential_shuts_the_gate_for_a_minute()
    {
        var state = SystemGate.After(Open, Report(Outcome.Unauthorized, "ldap-49"), Now);
        Assert.Equal((Gate.Unauthorized, Now + TimeSpan.FromSeconds(60), "unauthorized: ldap-49"), (state.Gate, state.GateUntil, state.Obstacle(Now)));
    }

    [Theory]
    [InlineData(Outcome.Unauthorized, Gate.Unauthorized)]
    [InlineData(Outcome.Transient, Gate.Down)]
    public void A_late_word_of_patience_does_not_open_a_gate_that_is_shut_for_a_graver_reason(Outcome outcome, Gate gate)
    {
        var shut = SystemGate.After(Open, Report(outcome, "unreachable"), Now);
        var sooner = SystemGate.After(shut, Report(Outcome.Throttled, "http-429", retryAt: Now + TimeSpan.FromSeconds(1)), Now);
        Assert.Equal((gate, shut.GateUntil), (sooner.Gate, sooner.GateUntil));
        var later = SystemGate.After(shut, Report(Outcome.Throttled, "http-429", retryAt: Now + TimeSpan.FromHours(1)), Now);
        Assert.Equal((gate, Now + TimeSpan.FromHours(1)), (later.Gate, later.GateUntil));
    }

    [Fact]
    public void A_probe_comes_after_a_tenth_of_the_outage_so_far_two_seconds_at_least_and_a_minute_at_most()
    {
        var state = Open;
        var now = Now;
        var waits = new List<double>();
        for (var i = 0; i < 80; i++)
        {
            state = SystemGate.After(state, Report(Outcome.Transient, "unreachable"), now);
            waits.Add((state.GateUntil!.Value - now).TotalSeconds);
            now = state.GateUntil.Value;
        }

        Assert.Equal([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2.2, 2.42], waits.Take(13).Select(wait => Math.Round(wait, 3)));
        Assert.Equal(60, waits[^1]);
        Assert.Equal(waits.Order(), waits);
        Assert.Equal(Now, state.GateSince);
    }

    [Fact]
    public void What_was_under_way_when_the_system_went_down_counts_as_one_outage_and_not_as_many()
    {
        var state = SystemGate.After(Open, Report(Outcome.Transient, "unreachable"), Now);
        Assert.Same(state, SystemGate.After(state, Report(Outcome.Transient, "unreachable"), Now + TimeSpan.FromSeconds(1)));
        Assert.Same(state, SystemGate.After(state, Report(Outcome.Indeterminate, "timeout"), Now + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Once_down_any_failure_of_its_own_keeps_it_down()
    {
        var state = SystemGate.After(Open, Report(Outcome.Transient, "unreachable"), Now);
        state = SystemGate.After(state, Report(Outcome.Transient, "timeout"), Now + TimeSpan.FromSeconds(2));
        Assert.Equal((Gate.Down, Now + TimeSpan.FromSeconds(4)), (state.Gate, state.GateUntil));
    }

    [Theory]
    [InlineData(Outcome.Changed)]
    [InlineData(Outcome.Already)]
    [InlineData(Outcome.Absent)]
    [InlineData(Outcome.Accepted)]
    [InlineData(Outcome.Observed)]
    [InlineData(Outcome.Rejected)]
    [InlineData(Outcome.NotRemovableHere)]
    [InlineData(Outcome.Ambiguous)]
    public void Any_answer_that_it_gives_opens_the_gate_and_it_has_recovered(Outcome outcome)
    {
        foreach (var shut in new[] { Down(), SystemGate.After(Open, Report(Outcome.Unauthorized, "http-401"), Now) })
        {
            var state = SystemGate.After(shut, Report(outcome), Now);
            Assert.Equal((Gate.Open, null, null, 0, Now), (state.Gate, state.GateUntil, state.GateSince, state.Failures, state.LastSuccessAt));
            Assert.True(SystemGate.Recovered(shut, state));
        }
    }

    [Theory]
    [InlineData("unknown-system")]
    [InlineData("unsupported")]
    [InlineData("fenced")]
    [InlineData("no-match-value")]
    public void What_the_host_refuses_without_asking_the_system_opens_nothing(string code)
    {
        var down = Down();
        Assert.Same(down, SystemGate.After(down, Report(Outcome.Rejected, code), Now));
    }

    [Fact]
    public void Only_a_system_that_was_down_or_refused_us_recovers()
    {
        var throttled = SystemGate.After(Open, Report(Outcome.Throttled, "http-429"), Now);
        Assert.False(SystemGate.Recovered(throttled, Open));
        Assert.False(SystemGate.Recovered(Open, Open));
        Assert.False(SystemGate.Recovered(Down(), Down()));
    }

    [Fact]
    public void A_success_is_noted_once_a_minute_at_most()
    {
        var noted = SystemGate.After(Open, Report(Outcome.Changed), Now);
        Assert.Equal(Now, noted.LastSuccessAt);
        Assert.Same(noted, SystemGate.After(noted, Report(Outcome.Changed), Now + TimeSpan.FromSeconds(60)));
        Assert.NotSame(noted, SystemGate.After(noted, Report(Outcome.Changed), Now + TimeSpan.FromSeconds(61)));
    }

    [Fact]
    public void An_operators_pause_wins_over_everything_and_only_an_operator_ends_it()
    {
        var paused = Open with { Pause = new SystemPause("ops", "maintenance", Now) };
        Assert.Equal("paused by ops: maintenance", paused.Obstacle(Now + TimeSpan.FromDays(9)));
        Assert.NotNull(SystemGate.After(paused, Report(Outcome.Changed), Now).Pause);
        Assert.Equal("paused by ops: maintenance", (Down() with { Pause = paused.Pause }).Obstacle(Now));
        var resumed = SystemGate.Resume(Down() with { Pause = paused.Pause });
        Assert.Equal((Gate.Open, null, null, 0), (resumed.Gate, resumed.GateUntil, resumed.Pause, resumed.Failures));
    }

    private static SystemState Down() => SystemGate.After(Open, Report(Outcome.Transient, "unreachable"), Now);

    private static StepReport Report(Outcome outcome, string? code = null, string? message = null, DateTimeOffset? retryAt = null)
        => new()
        {
            SagaId = new SagaId(Guid.Empty),
            StepId = new StepId(Guid.Empty),
            Attempt = 1,
            Outcome = outcome,
            Code = code,
            Message = message,
            RetryAt = retryAt,
            StartedAt = Now,
            FinishedAt = Now,
        };
}
