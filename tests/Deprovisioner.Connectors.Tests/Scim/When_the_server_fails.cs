using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Scim;

/// <summary>Faults come out in the field's own terms, and a write without an answer is never taken for one that was not sent.</summary>
public sealed class When_the_server_fails
{
    private static readonly Dictionary<string, string> Plain = new() { ["groupsFrom"] = "none", ["patch"] = "patch" };

    public static TheoryData<int, Outcome> Statuses => new()
    {
        { 401, Outcome.Unauthorized }, { 403, Outcome.Unauthorized }, { 409, Outcome.Rejected }, { 429, Outcome.Throttled }, { 500, Outcome.Transient }, { 503, Outcome.Throttled },
    };

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task A_refused_write_is_not_tried_in_another_form(int status, Outcome outcome)
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Reply(200, ScriptedScim.User("7", "ada"));
                script.Expect("PATCH", "/Users/7").Reply(status, new JsonObject { ["detail"] = "no" }, ("Retry-After", "60"));
                var fault = await ScimSystem.FaultOf(() => connector.ActAsync(StepAction.DisableAccount, "7"));
                Assert.Equal((outcome, $"http-{status}", $"The server answered {status}: no"), (fault.Outcome, fault.Code, fault.Message));
                Assert.Equal(outcome == Outcome.Throttled, fault.RetryAt is not null);
            },
            Plain);
    }

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task A_refused_reading_is_neither_absence_nor_emptiness(int status, Outcome outcome)
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Reply(status);
                Assert.Equal(outcome, (await ScimSystem.FaultOf(() => connector.ReadAsync("7", default))).Outcome);
                script.Expect("GET", "/Users?filter=userName eq \"ada\"&startIndex=1&count=100").Reply(status);
                Assert.Equal(outcome, (await ScimSystem.FaultOf(() => connector.FindAsync("ada", default))).Outcome);
            },
            Plain);
    }

    [Fact]
    public async Task A_system_that_asks_for_patience_is_not_asked_for_the_next_group()
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                script.Expect("PATCH", "/Groups/g1").Reply(429, null, ("Retry-After", "60"));
                var before = new AccountState { Account = new AccountRef("7", "ada"), Enabled = true, Entitlements = [new Entitlement("group:g1", "1"), new Entitlement("group:g2", "2")] };
                var fault = await ScimSystem.FaultOf(() => connector.ActAsync(new ActRequest { Action = StepAction.RemoveEntitlements, Before = before, Facts = ScimSystem.NoFacts }, default));
                Assert.Equal(Outcome.Throttled, fault.Outcome);
            },
            Plain);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Reply(307, null, ("Location", $"{script.Url}/Users/8"));
                var fault = await ScimSystem.FaultOf(() => connector.ReadAsync("7", default));
                Assert.Equal((Outcome.Rejected, "http-307"), (fault.Outcome, fault.Code));
            },
            Plain);
    }

    [Fact]
    public async Task A_write_that_was_sent_and_not_answered_in_time_is_indeterminate()
    {
        var clock = new ImpatientClock();
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Reply(200, ScriptedScim.User("7", "ada"));
                script.Expect("DELETE", "/Users/7").Hang();
                var deleting = connector.ActAsync(StepAction.DeleteAccount, "7");
                await Eventually.True("the request to arrive", () => Task.FromResult(script.Requests.Count == 2));
                clock.RingAll();
                Assert.Equal((Outcome.Indeterminate, Fault.NoAnswer), Seen(await ScimSystem.FaultOf(() => deleting)));
            },
            Plain,
            clock: clock);
    }

    [Fact]
    public async Task A_write_whose_connection_breaks_before_the_answer_is_indeterminate()
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Reply(200, ScriptedScim.User("7", "ada"));
                script.Expect("PATCH", "/Users/7").Cut();
                Assert.Equal((Outcome.Indeterminate, Fault.NoAnswer), Seen(await ScimSystem.FaultOf(() => connector.ActAsync(StepAction.DisableAccount, "7"))));
            },
            Plain);
    }

    [Fact]
    public async Task A_reading_that_was_not_answered_is_transient()
    {
        var clock = new ImpatientClock();
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Hang();
                var reading = connector.ReadAsync("7", default);
                await Eventually.True("the request to arrive", () => Task.FromResult(script.Requests.Count == 1));
                clock.RingAll();
                Assert.Equal((Outcome.Transient, "timeout"), Seen(await ScimSystem.FaultOf(() => reading)));

                script.Expect("GET", "/Users/7").Cut();
                Assert.Equal((Outcome.Transient, Fault.NoAnswer), Seen(await ScimSystem.FaultOf(() => connector.ReadAsync("7", default))));
            },
            Plain,
            clock: clock);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_unreachable()
    {
        await using var connector = ScimSystem.Open($"http://127.0.0.1:{LoopbackPort.Free()}/scim", "t", Plain);
        Assert.Equal((Outcome.Transient, Fault.Unreachable), Seen(await ScimSystem.FaultOf(() => connector.ReadAsync("7", default))));
        Assert.False((await connector.CheckAsync(default)).Reachable);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_unreachable()
    {
        await using var connector = ScimSystem.Open("http://no-such-host.invalid/scim", "t", Plain);
        Assert.Equal((Outcome.Transient, Fault.Unreachable), Seen(await ScimSystem.FaultOf(() => connector.ReadAsync("7", default))));
    }

    [Fact]
    public async Task A_write_whose_connection_never_came_about_was_not_sent()
    {
        // The system takes the connection, and nobody answers the TLS greeting.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var connector = ScimSystem.Open($"https://{listener.LocalEndpoint}/scim", "t", Plain, timeout: TimeSpan.FromMilliseconds(600), clock: new ImpatientClock());
        var before = new AccountState { Account = new AccountRef("7", "ada"), Enabled = true };
        var request = new ActRequest { Action = StepAction.DisableAccount, Before = before, Facts = ScimSystem.NoFacts };
        Assert.Equal((Outcome.Transient, Fault.Unreachable), Seen(await ScimSystem.FaultOf(() => connector.ActAsync(request, default))));
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_let_go_at_once()
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Hang();
                using var given = new CancellationTokenSource();
                var reading = connector.ReadAsync("7", given.Token);
                await Eventually.True("the request to arrive", () => Task.FromResult(script.Requests.Count == 1));
                var watch = Stopwatch.StartNew();
                await given.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
                Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
            },
            Plain);
    }

    [Fact]
    public async Task A_token_that_the_server_repeats_is_not_passed_on()
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Reply(401, new JsonObject { ["detail"] = $"Bearer {ScriptedScim.Token} has expired" });
                var error = await Assert.ThrowsAsync<SystemFaultException>(() => connector.ReadAsync("7", default));
                Assert.Equal("The server answered 401: Bearer [redacted] has expired", error.Fault.Message);
                Assert.DoesNotContain(ScriptedScim.Token, error.ToString(), StringComparison.Ordinal);
            },
            Plain);
    }

    private static (Outcome Outcome, string Code) Seen(Fault fault) => (fault.Outcome, fault.Code);
}
