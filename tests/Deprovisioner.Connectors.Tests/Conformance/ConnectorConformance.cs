using Deprovisioner.Connectors.Conforming;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Conformance;

/// <summary>
/// What every connector must stand, whatever it talks to: being run twice, having its answer lost, an account that is not there, two
/// where one should be, throttling, a refused credential, a replica that lags.
/// <para>
/// A connector's tests derive from this class, give a <see cref="ConformanceTarget"/> over a real server, and inherit all of it:
/// <code>
/// public sealed class LdapConformanceTests(OpenLdap server) : ConnectorConformance, IClassFixture&lt;OpenLdap&gt;
/// {
///     internal override ConformanceTarget Target => new LdapTarget(server);
/// }
/// </code>
/// Faults that a real server will not produce on demand are put between host and connector by <see cref="FaultyKind"/>, so the
/// connector's own work is always the real one. Each test goes through all actions that the connector declares.
/// </para>
/// </summary>
public abstract class ConnectorConformance
{
    /// <summary>The connector and its server. A new one for each test, over a server that may be shared.</summary>
    internal abstract ConformanceTarget Target { get; }

    [Fact]
    public Task Running_an_action_twice_changes_something_once() => ForEachAction(async (target, action) =>
    {
        var step = await ConformanceStep.Prepare(target, action);

        var first = await step.Run();
        Assert.Equal((Outcome.Changed, null), (first.Outcome, first.Code));
        Assert.Single(first.Snapshots);
        Assert.Single(first.Evidence);

        var second = await step.Run();
        Assert.Equal(target.Again(action), second.Outcome);
        Assert.Empty(second.Snapshots);
    });

    [Fact]
    public Task An_action_whose_answer_is_lost_is_read_and_found_done() => ForEachAction(async (target, action) =>
    {
        var step = await ConformanceStep.Prepare(target, action, new Faults { AnswerIsLost = true });

        var report = await step.Run();

        Assert.Equal(Outcome.Changed, report.Outcome);
        Assert.Single(report.Snapshots);
    });

    [Fact]
    public Task When_reading_back_fails_too_the_next_attempt_finds_it_done() => ForEachAction(async (target, action) =>
    {
        var faults = new Faults { AnswerIsLost = true, UnreadableAfterActing = true };
        var step = await ConformanceStep.Prepare(target, action, faults);

        var first = await step.Run();
        Assert.Equal((Outcome.Indeterminate, Fault.NoAnswer), (first.Outcome, first.Code));
        Assert.Single(first.Snapshots);

        faults.Clear();
        var second = await step.Run(attempt: 2);
        Assert.Equal((target.Again(action), target.Again(action) == Outcome.Already ? "already-after-retry" : null), (second.Outcome, second.Code));

        Assert.Equal(1, faults.Acts);
    });

    [Fact]
    public Task A_replica_that_lags_a_little_is_waited_for() => ForEachAction(async (target, action) =>
    {
        var step = await ConformanceStep.Prepare(target, action, new Faults { StaleReads = 2 });

        Assert.Equal(Outcome.Changed, (await step.Run()).Outcome);
    });

    [Fact]
    public Task A_replica_that_lags_long_is_asked_again_later() => ForEachAction(async (target, action) =>
    {
        var faults = new Faults { StaleReads = 1000 };
        var step = await ConformanceStep.Prepare(target, action, faults);

        var first = await step.Run(timings: ConformanceHost.Quick);
        Assert.Equal((Outcome.Transient, "not-yet-visible"), (first.Outcome, first.Code));

        faults.Clear();
        Assert.Equal(target.Again(action), (await step.Run(attempt: 2)).Outcome);
    });

    [Fact]
    public Task A_throttle_with_a_late_end_is_reported_with_it() => ForEachAction(async (target, action) =>
    {
        var until = TimeProvider.System.GetUtcNow().AddHours(1);
        var faults = new Faults { ActFault = new Fault(Outcome.Throttled, "http-429", "Too many.", until), FaultyActs = 1 };
        var step = await ConformanceStep.Prepare(target, action, faults);

        var report = await step.Run();

        Assert.Equal((Outcome.Throttled, until), (report.Outcome, report.RetryAt));
        Assert.Equal(1, faults.Acts);
    });

    [Fact]
    public Task A_throttle_that_ends_soon_is_waited_out() => ForEachAction(async (target, action) =>
    {
        var faults = new Faults { FaultyActs = 1 };
        var step = await ConformanceStep.Prepare(target, action, faults);
        var until = TimeProvider.System.GetUtcNow().AddMilliseconds(300);
        faults.ActFault = new Fault(Outcome.Throttled, "http-429", "Too many.", until);

        Assert.Equal(Outcome.Changed, (await step.Run()).Outcome);
        Assert.Equal(2, faults.Acts);
        // Timers count whole milliseconds, and not by the same clock.
        Assert.True(TimeProvider.System.GetUtcNow() >= until.AddMilliseconds(-20), "It was asked again too early.");
    });

    [Fact]
    public Task A_throttle_without_an_end_is_reported_without_one() => ForEachAction(async (target, action) =>
    {
        var faults = new Faults { ActFault = new Fault(Outcome.Throttled, "http-429", "Too many."), FaultyActs = 1 };
        var step = await ConformanceStep.Prepare(target, action, faults);

        var report = await step.Run();

        Assert.Equal((Outcome.Throttled, null), (report.Outcome, report.RetryAt));
        Assert.Equal(1, faults.Acts);
    });

    [Fact]
    public Task Observing_changes_nothing() => ForEachAction(async (target, action) =>
    {
        var step = await ConformanceStep.Prepare(target, action);

        var observed = await step.Run(settings => settings with { Observe = true });
        Assert.Equal(Outcome.Observed, observed.Outcome);
        Assert.Single(observed.Evidence);
        Assert.Empty(observed.Snapshots);

        Assert.Equal(Outcome.Changed, (await step.Run()).Outcome);
    });

    [Fact]
    public Task Two_accounts_where_one_should_be_are_not_touched() => ForEachAction(async (target, action) =>
    {
        var faults = new Faults();
        var step = await ConformanceStep.Prepare(target, action, faults);
        var other = await target.NewAccountAsync(action);
        faults.AlsoFinds = other;

        Assert.Equal(Outcome.Ambiguous, (await step.Run()).Outcome);
        Assert.Equal(0, faults.Acts);

        faults.Clear();
        Assert.Equal(Outcome.Changed, (await step.Run()).Outcome);
    });

    [Fact]
    public async Task Nobody_is_found_under_a_name_that_nobody_has()
    {
        await using var target = Target;
        await target.StartAsync();
        foreach (var name in NastyNames.All)
        {
            await using var host = new ConformanceHost(target.Kind, target.Settings with { Canary = target.Canary });
            var report = await host.Run(target, target.AnyAction, name);
            Assert.True(report is { Outcome: Outcome.Absent, Code: null }, $"{name[..Math.Min(40, name.Length)]}: {report.Outcome} {report.Code} {report.Message}");
        }

        // And all those texts did no harm: somebody else is still there and can still be found.
        var step = await ConformanceStep.Prepare(target, target.AnyAction);
        Assert.Equal(Outcome.Changed, (await step.Run()).Outcome);
    }

    [Fact]
    public async Task Absence_is_believed_only_as_far_as_the_canary_vouches_for_it()
    {
        await using var target = Target;
        await target.StartAsync();
        const string Nobody = "nobody-of-this-name";
        await using var vouched = new ConformanceHost(target.Kind, target.Settings with { Canary = target.Canary });
        await using var unvouched = new ConformanceHost(target.Kind, target.Settings with { Canary = null });
        await using var blind = new ConformanceHost(target.Kind, target.Settings with { Canary = "no-such-canary" });

        var confirmed = await vouched.Run(target, target.AnyAction, Nobody);
        var unconfirmed = await unvouched.Run(target, target.AnyAction, Nobody);
        var unseen = await blind.Run(target, target.AnyAction, Nobody);

        Assert.Equal((Outcome.Absent, null), (confirmed.Outcome, confirmed.Code));
        Assert.Equal((Outcome.Absent, "unconfirmed"), (unconfirmed.Outcome, unconfirmed.Code));
        Assert.Equal((Outcome.Unauthorized, "canary-not-visible"), (unseen.Outcome, unseen.Code));
    }

    [Fact]
    public async Task A_refused_credential_is_the_systems_trouble_and_is_not_told()
    {
        await using var target = Target;
        await target.StartAsync();
        var account = await target.NewAccountAsync(target.AnyAction);
        await using var host = new ConformanceHost(target.Kind, target.WithRefusedCredential);

        var report = await host.Run(target, target.AnyAction, account);

        Assert.Equal(Outcome.Unauthorized, report.Outcome);
        Assert.DoesNotContain(ConformanceTarget.RefusedSecret, report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_that_cannot_be_used_is_the_systems_trouble_and_is_named_without_its_value()
    {
        await using var target = Target;
        var (settings, key) = target.Misconfigured;
        await using var host = new ConformanceHost(target.Kind, settings);

        var report = await host.Run(target, target.AnyAction, "anybody");
        var check = await host.Check();

        Assert.Equal((Outcome.Unauthorized, Fault.Misconfigured), (report.Outcome, report.Code));
        Assert.False(check.Reachable);
        var finding = Assert.Single(check.Findings);
        Assert.Equal(("settings", false), (finding.Subject, finding.Ok));
        foreach (var text in new[] { report.Message!, finding.Remedy! })
        {
            Assert.Contains(settings.Name.Value, text, StringComparison.Ordinal);
            Assert.Contains(key, text, StringComparison.Ordinal);
            Assert.DoesNotContain(ConformanceTarget.RefusedSecret, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_check_tells_a_refused_credential_from_a_server_that_is_not_there()
    {
        await using var target = Target;
        await target.StartAsync();
        await using var refused = new ConformanceHost(target.Kind, target.WithRefusedCredential);

        var check = await refused.Check();

        Assert.True(check.Reachable);
        Assert.Contains(check.Findings, f => !f.Ok);
        Assert.DoesNotContain(check.Findings, f => f.ToString().Contains(ConformanceTarget.RefusedSecret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_id_that_the_system_never_gave_touches_nobody()
    {
        await using var target = Target;
        await target.StartAsync();
        foreach (var id in NastyNames.All)
        {
            var faults = new Faults();
            await using var host = new ConformanceHost(new FaultyKind(target.Kind, faults), target.Settings with { Canary = target.Canary });
            var report = await host.Run(ConformanceHost.Command(target.Settings, target.AnyAction, "nobody-of-this-name", target.Facts) with { KnownAccountIds = [id] });

            // Absent where it could be asked for, rejected where asking would be unsafe; never a fault that is tried again for ever.
            Assert.True(report.Outcome is Outcome.Absent or Outcome.Rejected, $"{id[..Math.Min(40, id.Length)]}: {report.Outcome} {report.Code} {report.Message}");
            Assert.Equal(0, faults.Acts);
        }
    }

    [Fact]
    public async Task What_is_not_declared_is_refused_as_such()
    {
        await using var target = Target;
        await target.StartAsync();
        await using var connector = target.Kind.Open(target.Settings, new PlainSecrets(), TimeProvider.System);
        var account = Assert.Single(await connector.FindAsync(await target.NewAccountAsync(target.AnyAction), CancellationToken.None));
        var before = await connector.ReadAsync(account.Id, CancellationToken.None);

        foreach (var action in Enum.GetValues<StepAction>().Except(target.Kind.Description.Actions))
        {
            var request = new ActRequest { Action = action, Before = before!, Facts = target.Facts };
            Assert.Equal((Outcome.Rejected, "unsupported"), await FaultOf(() => connector.ActAsync(request, CancellationToken.None)));
        }
    }

    [Fact]
    public async Task A_cursor_that_no_page_gave_is_refused()
    {
        await using var target = Target;
        await target.StartAsync();
        await using var connector = target.Kind.Open(target.Settings, new PlainSecrets(), TimeProvider.System);

        foreach (var cursor in NastyNames.All)
        {
            Assert.Equal((Outcome.Rejected, Fault.BadCursor().Code), await FaultOf(() => connector.ListAsync(cursor, CancellationToken.None)));
        }
    }

    [Fact]
    public async Task A_system_that_cannot_be_reached_is_named()
    {
        await using var target = Target;
        await target.StartAsync();
        await using var host = new ConformanceHost(target.Kind, target.Unreachable);

        var report = await host.Run(target, target.AnyAction, "anybody");

        Assert.Equal((Outcome.Transient, Fault.Unreachable), (report.Outcome, report.Code));
        Assert.Contains(target.Settings.Name.Value, report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_finds_nothing_wrong_with_a_good_credential_and_reaches_no_dead_address()
    {
        await using var target = Target;
        await target.StartAsync();
        await using var good = target.Kind.Open(target.Settings, new PlainSecrets(), TimeProvider.System);
        var check = await good.CheckAsync(CancellationToken.None);
        Assert.True(check.Reachable);
        Assert.All(check.Findings, f => Assert.True(f.Ok, $"{f.Subject}: {f.Remedy}"));

        await using var host = new ConformanceHost(target.Kind, target.Unreachable);
        Assert.False((await host.Check()).Reachable);
    }

    [Fact]
    public async Task The_list_has_every_account_once()
    {
        await using var target = Target;
        await target.StartAsync();
        var account = await target.NewAccountAsync(target.AnyAction);
        await using var connector = target.Kind.Open(target.Settings, new PlainSecrets(), TimeProvider.System);
        if (!target.Lists)
        {
            Assert.Equal((Outcome.Rejected, Fault.CannotList), await FaultOf(() => connector.ListAsync(cursor: null, CancellationToken.None)));
            return;
        }

        var listed = new List<ListedAccount>();
        string? cursor = null;
        do
        {
            var page = await connector.ListAsync(cursor, CancellationToken.None);
            listed.AddRange(page.Accounts);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        var found = Assert.Single(await connector.FindAsync(account, CancellationToken.None));
        Assert.Equal(listed.Count, listed.DistinctBy(a => a.Account.Id).Count());
        Assert.True(Assert.Single(listed, a => a.Account.Id == found.Id).Enabled);
    }

    private static async Task<(Outcome Outcome, string Code)> FaultOf(Func<Task> call)
    {
        var fault = (await Assert.ThrowsAsync<SystemFaultException>(call)).Fault;
        return (fault.Outcome, fault.Code);
    }

    private async Task ForEachAction(Func<ConformanceTarget, StepAction, Task> test)
    {
        await using var target = Target;
        await target.StartAsync();
        foreach (var action in target.Kind.Description.Actions)
        {
            try
            {
                await test(target, action);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                throw new InvalidOperationException($"{EnumText.Of(action)}: {error.Message}", error);
            }
        }
    }
}
