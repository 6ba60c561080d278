using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Hosting;

public sealed class ResilienceTests
{
    private static readonly Fault Unreachable = new(Outcome.Transient, Fault.Unreachable, "ConnectionRefused.");

    private static readonly SystemSettings Settings = new()
    {
        Name = new SystemName("memory"),
        Connector = "scripted",
        Values = new Dictionary<string, string>(),
        Match = new AccountMatch(null, "person.userName"),
        Limits = new SystemLimits { Timeout = TimeSpan.FromMilliseconds(300), Lease = TimeSpan.FromSeconds(5), Concurrency = 2 },
    };

    private readonly ScriptedSystem system = new();

    [Fact]
    public async Task A_hiccup_is_retried_in_place_twice_and_no_more()
    {
        var calls = 0;
        var failures = 2;
        system.Add("ada");
        system.Before = (call, _, _) => call == "find" && ++calls <= failures ? throw new SystemFaultException(new Fault(Outcome.Transient, "http-503", "Not now.")) : Task.CompletedTask;
        await using var host = new ConformanceHost(system, Settings, ConformanceHost.Quick);

        Assert.Equal(Outcome.Changed, (await host.Run(Command("ada"))).Outcome);
        Assert.Equal(3, calls);

        (calls, failures) = (0, 100);
        var report = await host.Run(Command("ada"));
        Assert.Equal((Outcome.Transient, "http-503"), (report.Outcome, report.Code));
        Assert.Equal(3, calls);
    }

    [Theory]
    [InlineData(Outcome.Rejected)]
    [InlineData(Outcome.Unauthorized)]
    [InlineData(Outcome.Throttled)]
    public async Task What_will_not_pass_by_itself_is_not_retried_in_place(Outcome outcome)
    {
        system.Before = (_, _, _) => throw new SystemFaultException(new Fault(outcome, "said-so", "No."));
        await using var host = new ConformanceHost(system, Settings);

        Assert.Equal(outcome, (await host.Run(Command("ada"))).Outcome);
        Assert.Single(system.Calls);
    }

    [Fact]
    public async Task A_system_out_of_reach_is_left_alone_for_a_while_and_then_asked_by_one_call()
    {
        var down = true;
        system.Add("ada");
        system.Before = (_, _, _) => down ? throw new SystemFaultException(Unreachable) : Task.CompletedTask;
        var clock = new JumpingClock();
        var timings = ConformanceHost.Quick with { CircuitOpenFor = TimeSpan.FromHours(1) };
        await using var host = new ConformanceHost(system, Settings, timings, clock);

        Assert.Equal(Fault.Unreachable, (await host.Run(Command("ada"))).Code);
        Assert.Equal(Fault.Unreachable, (await host.Run(Command("ada"))).Code);
        var calls = system.Calls.Count;
        var open = await host.Run(Command("ada"));

        Assert.Equal((Outcome.Transient, "circuit-open"), (open.Outcome, open.Code));
        Assert.Contains("ConnectionRefused", open.Message, StringComparison.Ordinal);
        Assert.Equal(calls, system.Calls.Count);

        down = false;
        Assert.Equal("circuit-open", (await host.Run(Command("ada"))).Code);
        clock.Advance(timings.CircuitOpenFor);
        Assert.Equal(Outcome.Changed, (await host.Run(Command("ada"))).Outcome);
    }

    [Fact]
    public async Task A_look_at_a_system_is_made_whatever_its_circuit_says()
    {
        var down = true;
        system.Add("ada");
        system.Before = (_, _, _) => down ? throw new SystemFaultException(Unreachable) : Task.CompletedTask;
        await using var host = new ConformanceHost(system, Settings, ConformanceHost.Quick with { CircuitOpenFor = TimeSpan.FromHours(1) }, new JumpingClock());
        await host.Run(Command("ada"));
        await host.Run(Command("ada"));
        Assert.Equal("circuit-open", (await host.Run(Command("ada"))).Code);

        down = false;

        Assert.True((await host.Check()).Reachable);
        Assert.Equal("circuit-open", (await host.Run(Command("ada"))).Code);
    }

    [Fact]
    public async Task Refusals_do_not_open_the_circuit()
    {
        system.Before = (_, _, _) => throw new SystemFaultException(new Fault(Outcome.Rejected, "http-400", "No."));
        await using var host = new ConformanceHost(system, Settings);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("http-400", (await host.Run(Command("ada"))).Code);
        }
    }

    [Fact]
    public async Task A_read_without_an_answer_in_time_is_passing()
    {
        system.Before = (_, _, token) => Task.Delay(Timeout.Infinite, token);
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada"));

        Assert.Equal((Outcome.Transient, "timeout"), (report.Outcome, report.Code));
    }

    [Fact]
    public async Task An_action_without_an_answer_in_time_is_read_and_if_not_done_is_indeterminate()
    {
        system.Add("ada");
        system.Before = (call, _, token) => call == "act" ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask;
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada"));

        Assert.Equal((Outcome.Indeterminate, Fault.NoAnswer), (report.Outcome, report.Code));
        Assert.Equal(1, system.Calls.Count(c => c.StartsWith("act", StringComparison.Ordinal)));
        Assert.Equal("yes", Assert.Single(report.Evidence).After!["enabled"]);
    }

    [Fact]
    public async Task A_connector_that_ignores_its_token_does_not_hold_the_step()
    {
        var never = new TaskCompletionSource();
        system.Before = (_, _, _) => never.Task;
        await using var host = new ConformanceHost(system, Settings);

        Assert.Equal((Outcome.Transient, "timeout"), await Within(host.Run(Command("ada"))));

        async Task<(Outcome, string?)> Within(Task<StepReport> run)
        {
            var report = await run.WaitAsync(TimeSpan.FromSeconds(20));
            return (report.Outcome, report.Code);
        }
    }

    [Fact]
    public async Task No_more_steps_run_at_once_than_the_system_allows()
    {
        var (running, most) = (0, 0);
        var gate = new TaskCompletionSource();
        system.Before = async (_, _, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await gate.Task;
            Interlocked.Decrement(ref running);
        };
        await using var host = new ConformanceHost(system, Settings with { Limits = Settings.Limits with { Timeout = TimeSpan.FromSeconds(10), Lease = TimeSpan.FromMinutes(1) } });

        var steps = Enumerable.Range(0, 6).Select(i => host.Run(Command($"p{i}") with { PersonId = new PersonId($"P{i}") })).ToList();
        await Eventually.True("two to run", () => Task.FromResult(Volatile.Read(ref running) == 2));
        gate.SetResult();
        await Task.WhenAll(steps);

        Assert.Equal(2, most);
    }

    [Fact]
    public async Task Two_steps_of_one_person_on_one_system_run_one_after_the_other()
    {
        var inside = 0;
        var met = false;
        system.Add("ada");
        system.Before = async (_, _, _) =>
        {
            met |= Interlocked.Increment(ref inside) > 1;
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        };
        await using var host = new ConformanceHost(system, Settings with { Limits = Settings.Limits with { Concurrency = 8 } });

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => host.Run(Command("ada")))));

        Assert.False(met);
        Assert.Single(system.Calls, c => c.StartsWith("act", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_hosts_end_hands_the_step_back_without_a_report()
    {
        using var shutdown = new CancellationTokenSource();
        var asked = new TaskCompletionSource();
        system.Before = (_, _, token) =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, token);
        };
        await using var host = new TestHost(system, new PlainSecrets(), Settings with { Limits = new SystemLimits() });
        var run = host.Run(Command("ada"), shutdown.Token);
        await asked.Task;

        await shutdown.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Theory]
    [InlineData(10, 120, 110)]
    [InlineData(10, 30, 20)]
    [InlineData(10, 15, 10)]
    public void A_step_ends_before_its_lease_does(int timeout, int lease, int expected)
        => Assert.Equal(TimeSpan.FromSeconds(expected), SystemPipelines.StepTimeout(new SystemLimits { Timeout = TimeSpan.FromSeconds(timeout), Lease = TimeSpan.FromSeconds(lease) }));

    private static StepCommand Command(string userName) => ConformanceHost.Command(Settings, StepAction.DisableAccount, userName);
}
