using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Hosting;

/// <summary>What the host decides by itself, over a system in memory; what every connector shares is in the conformance tests.</summary>
public sealed class StepExecutorTests
{
    private static readonly SystemSettings Settings = new()
    {
        Name = new SystemName("memory"),
        Connector = "scripted",
        Values = new Dictionary<string, string>(),
        Match = new AccountMatch(null, "person.userName"),
    };

    private readonly ScriptedSystem system = new();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public async Task Without_the_fact_to_match_by_nothing_is_asked(string? value)
    {
        await using var host = new ConformanceHost(system, Settings);
        var command = Command("ada") with { Facts = value is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["person.userName"] = value } };

        var report = await host.Run(command);

        Assert.Equal((Outcome.Rejected, "no-match-value"), (report.Outcome, report.Code));
        Assert.Empty(system.Calls);
    }

    [Fact]
    public async Task Whoever_is_known_only_by_an_account_is_handled_by_that_account()
    {
        var known = system.Add("ada");
        var other = system.Add("grace");
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada") with { Facts = new Dictionary<string, string>(), KnownAccountIds = [known.Account.Id] });

        Assert.Equal(Outcome.Changed, report.Outcome);
        Assert.False(system.Accounts[known.Account.Id].Enabled);
        Assert.True(system.Accounts[other.Account.Id].Enabled);
    }

    [Theory]
    [InlineData(true, Outcome.Observed)]
    [InlineData(false, Outcome.Already)]
    public async Task A_question_is_answered_by_what_the_step_would_do_and_changes_nothing(bool enabled, Outcome expected)
    {
        var account = system.Add("ada");
        system.Accounts[account.Account.Id] = account with { Enabled = enabled };
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada") with { Probe = true, Attempt = 2 });

        Assert.Equal((expected, true), (report.Outcome, report.Probe));
        Assert.Equal(enabled ? "disable-account would be done." : null, report.Message);
        Assert.Equal(enabled, system.Accounts[account.Account.Id].Enabled);
        Assert.DoesNotContain(system.Calls, call => call.StartsWith("act", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("person.userName", null, true)]
    [InlineData("person.email", null, false)]
    [InlineData(null, "ada", true)]
    [InlineData(null, "grace", false)]
    public async Task An_account_that_may_be_another_active_persons_is_ambiguous_and_untouched(string? sharedFact, string? sharedAccount, bool ambiguous)
    {
        var account = system.Add("ada");
        var other = system.Add("grace");
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada") with
        {
            KnownAccountIds = sharedAccount is null ? [] : [account.Account.Id],
            SharedFacts = sharedFact is null ? [] : [sharedFact],
            SharedAccountIds = sharedAccount is null ? [] : [sharedAccount == "ada" ? account.Account.Id : other.Account.Id],
        });

        Assert.Equal(ambiguous ? Outcome.Ambiguous : Outcome.Changed, report.Outcome);
        Assert.Equal(ambiguous, system.Accounts[account.Account.Id].Enabled);
    }

    [Fact]
    public async Task What_cannot_be_told_apart_is_reported_for_a_person_to_choose()
    {
        var first = system.Add("ada");
        var second = system.Add("ada");
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada"));

        Assert.Equal((Outcome.Ambiguous, "ambiguous"), (report.Outcome, report.Code));
        Assert.Equal(new[] { first.Account.Id, second.Account.Id }.Order(), report.Evidence.Select(e => e.AccountId).Order());
        Assert.All(report.Evidence, e => Assert.Equal(("ada", null), (e.Name, e.After)));
        Assert.Empty(report.Snapshots);
    }

    [Fact]
    public async Task Once_somebody_has_said_which_is_theirs_only_that_one_is_touched()
    {
        var theirs = system.Add("ada");
        var other = system.Add("ada");
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada") with { KnownAccountIds = [theirs.Account.Id], OthersAccountIds = [other.Account.Id] });

        Assert.Equal(Outcome.Changed, report.Outcome);
        Assert.Equal((false, true), (system.Accounts[theirs.Account.Id].Enabled, system.Accounts[other.Account.Id].Enabled));
    }

    [Fact]
    public async Task Where_none_is_theirs_nothing_is_touched()
    {
        var other = system.Add("ada");
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada") with { KnownAccountIds = [other.Account.Id], OthersAccountIds = [other.Account.Id] });

        Assert.Equal((Outcome.Absent, true), (report.Outcome, system.Accounts[other.Account.Id].Enabled));
    }

    [Fact]
    public async Task An_action_that_the_connector_lacks_is_rejected()
    {
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada", StepAction.ManualTask));

        Assert.Equal((Outcome.Rejected, "unsupported"), (report.Outcome, report.Code));
        Assert.Empty(system.Calls);
    }

    [Fact]
    public async Task All_of_a_persons_accounts_are_handled_each_with_its_evidence_and_snapshot()
    {
        var everyday = system.Add("ada");
        var admin = system.Add("adm-ada");
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada") with { KnownAccountIds = [admin.Account.Id] });

        Assert.Equal(Outcome.Changed, report.Outcome);
        Assert.All(system.Accounts.Values, a => Assert.False(a.Enabled));
        Assert.Equal([admin.Account.Id, everyday.Account.Id], report.Evidence.Select(e => e.AccountId));
        Assert.All(report.Evidence, e => Assert.Equal(("yes", "no"), (e.Before["enabled"], e.After!["enabled"])));
        Assert.All(report.Snapshots, s => Assert.True(s is { Enabled: true, Entitlements: ["g1", "g2"] }));
    }

    [Fact]
    public async Task One_account_that_fails_does_not_keep_the_others_open_and_decides_the_outcome()
    {
        var broken = system.Add("adm-ada");
        var everyday = system.Add("ada");
        system.Before = (call, about, _) => call == "act" && about == broken.Account.Id
            ? throw new SystemFaultException(new Fault(Outcome.Rejected, "http-409", "conflict"))
            : Task.CompletedTask;
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada") with { KnownAccountIds = [broken.Account.Id] });

        Assert.Equal((Outcome.Rejected, "http-409"), (report.Outcome, report.Code));
        Assert.False(system.Accounts[everyday.Account.Id].Enabled);
    }

    [Fact]
    public async Task A_guarded_account_is_never_touched_while_the_persons_other_one_is()
    {
        var guarded = system.Add("root", a => a with { Critical = true });
        var everyday = system.Add("ada");
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada") with { KnownAccountIds = [guarded.Account.Id] });

        Assert.Equal((Outcome.Rejected, "protected"), (report.Outcome, report.Code));
        Assert.True(system.Accounts[guarded.Account.Id].Enabled);
        Assert.False(system.Accounts[everyday.Account.Id].Enabled);
    }

    [Fact]
    public async Task A_command_that_says_so_is_only_observed_although_the_system_is_enforced()
    {
        var account = system.Add("ada");
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada", StepAction.DeleteAccount) with { Observe = true });

        Assert.Equal(Outcome.Observed, report.Outcome);
        Assert.Contains(account.Account.Id, system.Accounts.Keys);
        Assert.DoesNotContain($"act {account.Account.Id}", system.Calls);
    }

    [Fact]
    public async Task A_canary_that_cannot_be_asked_about_says_why_and_nobody_counts_as_absent()
    {
        system.Before = (call, about, _) => call == "find" && about == "canary"
            ? throw new SystemFaultException(new Fault(Outcome.Rejected, "http-418", "The search is refused."))
            : Task.CompletedTask;
        await using var host = new ConformanceHost(system, Settings with { Canary = "canary" });

        var report = await host.Run(Command("nobody"));

        Assert.Equal((Outcome.Rejected, "http-418"), (report.Outcome, report.Code));
    }

    [Fact]
    public async Task A_known_account_that_is_gone_needs_the_canary_as_much_as_one_that_never_was()
    {
        var account = system.Add("ada");
        system.MatchValues[account.Account.Id] = "somebody-else";
        await using var host = new ConformanceHost(system, Settings with { Canary = "not-seen" });

        var report = await host.Run(Command("ada") with { KnownAccountIds = [account.Account.Id, "gone"] });

        Assert.Equal((Outcome.Unauthorized, "canary-not-visible"), (report.Outcome, report.Code));
        Assert.False(system.Accounts[account.Account.Id].Enabled);
    }

    [Fact]
    public async Task What_belongs_to_another_system_remains_and_is_said()
    {
        system.Add("ada", a => a with { Entitlements = [new Entitlement("g1", "readers"), new Entitlement("g2", "all staff", "corp-ldap")] });
        await using var host = new ConformanceHost(system, Settings);

        var first = await host.Run(Command("ada", StepAction.RemoveEntitlements));
        var second = await host.Run(Command("ada", StepAction.RemoveEntitlements));

        Assert.Equal(Outcome.NotRemovableHere, first.Outcome);
        Assert.Contains("corp-ldap", first.Message, StringComparison.Ordinal);
        Assert.Equal("all staff (from corp-ldap)", first.Evidence[0].After!["entitlements"]);
        Assert.Equal(["g1"], first.Snapshots[0].Entitlements);
        Assert.Equal(Outcome.NotRemovableHere, second.Outcome);
    }

    [Fact]
    public async Task What_the_system_cannot_tell_is_not_claimed()
    {
        system.Add("ada", a => a with { Credentials = null });
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada", StepAction.RevokeCredentials));

        Assert.Equal((Outcome.Rejected, "unverifiable"), (report.Outcome, report.Code));
    }

    [Fact]
    public async Task What_was_done_already_after_a_redelivery_says_who_may_have_done_it()
    {
        system.Add("ada", a => a with { Enabled = false });
        await using var host = new ConformanceHost(system, Settings);

        Assert.Null((await host.Run(Command("ada"))).Code);
        Assert.Equal("already-after-retry", (await host.Run(Command("ada"), redelivered: true)).Code);
        Assert.Equal("already-after-retry", (await host.Run(Command("ada") with { Attempt = 2 })).Code);
    }

    [Theory]
    [InlineData(true, Outcome.Changed)]
    [InlineData(false, Outcome.Already)]
    public async Task What_a_system_may_still_take_is_asked_for_again_though_it_is_there(bool unfinished, Outcome outcome)
    {
        var account = system.Add("ada", a => a with { Entitlements = [new("g1", "g1")] });
        await using var host = new ConformanceHost(system, Settings);
        var taken = new AccountSnapshot(account.Account.Id, "ada", true, ["g1"], new Dictionary<string, string>()) { Unfinished = unfinished };

        var report = await host.Run(Command("ada", StepAction.RestoreAccount) with { Snapshots = [taken] });

        Assert.Equal(outcome, report.Outcome);
        Assert.Equal(unfinished, system.Calls.Any(c => c.StartsWith("act", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_first_snapshot_of_an_account_is_what_it_is_restored_to()
    {
        var account = system.Add("ada", a => a with { Enabled = false, Entitlements = [] });
        AccountSnapshot Taken(bool enabled, params string[] groups) => new(account.Account.Id, "ada", enabled, groups, new Dictionary<string, string>());
        await using var host = new ConformanceHost(system, Settings);

        var report = await host.Run(Command("ada", StepAction.RestoreAccount) with { Snapshots = [Taken(true, "g1"), Taken(false)] });

        Assert.Equal(Outcome.Changed, report.Outcome);
        Assert.True(system.Accounts[account.Account.Id] is { Enabled: true, Entitlements: [{ Id: "g1" }] });
    }

    [Fact]
    public async Task What_is_gone_cannot_be_restored()
    {
        system.Add("canary");
        await using var host = new ConformanceHost(system, Settings with { Canary = "canary" });

        var report = await host.Run(Command("ada", StepAction.RestoreAccount) with { Snapshots = [new AccountSnapshot("gone", "ada", true, [], new Dictionary<string, string>())] });

        Assert.Equal((Outcome.Rejected, "account-gone"), (report.Outcome, report.Code));
    }

    [Fact]
    public async Task An_unexpected_error_is_told_without_secrets()
    {
        using var folder = new TemporaryFolder("secret");
        var secrets = new ReferenceSecrets();
        system.Before = (_, _, _) => throw new InvalidOperationException("cannot use hunter22 here");
        await using var host = new TestHost(system, secrets, Settings with { Values = new Dictionary<string, string> { ["secret"] = $"${{file:{folder.Write("s", "hunter22")}}}" } });

        var report = await host.Run(Command("ada"));

        Assert.Equal((Outcome.Transient, "unexpected"), (report.Outcome, report.Code));
        Assert.Equal("InvalidOperationException: cannot use [redacted] here", report.Message);
    }

    [Fact]
    public async Task A_missing_secret_is_named_and_taken_up_once_it_is_there()
    {
        using var folder = new TemporaryFolder("secret");
        var reference = $"${{file:{folder["later"]}}}";
        system.Add("ada");
        await using var host = new TestHost(system, new ReferenceSecrets(), Settings with { Values = new Dictionary<string, string> { ["secret"] = reference } });

        var missing = await host.Run(Command("ada"));
        Assert.Equal((Outcome.Unauthorized, "secret-missing"), (missing.Outcome, missing.Code));
        Assert.Contains(reference, missing.Message, StringComparison.Ordinal);

        folder.Write("later", "there");
        Assert.Equal(Outcome.Changed, (await host.Run(Command("ada"))).Outcome);
    }

    [Fact]
    public async Task A_rotated_secret_is_taken_up_after_the_old_one_was_refused()
    {
        using var folder = new TemporaryFolder("secret");
        system.Add("ada");
        var values = new Dictionary<string, string> { ["secret"] = $"${{file:{folder.Write("s", ConformanceTarget.RefusedSecret)}}}" };
        await using var host = new TestHost(system, new ReferenceSecrets(), Settings with { Values = values });

        Assert.Equal(Outcome.Unauthorized, (await host.Run(Command("ada"))).Outcome);
        folder.Write("s", "rotated");

        Assert.Equal(Outcome.Changed, (await host.Run(Command("ada"))).Outcome);
        Assert.Equal((2, 1), (system.Opened, system.Disposed));
    }

    [Fact]
    public async Task A_command_of_an_older_version_than_one_already_seen_is_refused()
    {
        var account = system.Add("ada");
        await using var host = new ConformanceHost(system, Settings);
        await host.Run(Command("nobody") with { Fence = 7 });

        var late = await host.Run(Command("ada") with { Fence = 6 });
        Assert.Equal((Outcome.Rejected, "fenced"), (late.Outcome, late.Code));
        Assert.True(system.Accounts[account.Account.Id].Enabled);

        Assert.Equal(Outcome.Changed, (await host.Run(Command("ada") with { Fence = 7 })).Outcome);
    }

    [Fact]
    public async Task Evidence_of_any_length_is_cut()
    {
        system.Add("ada", a => a with { Details = new Dictionary<string, string> { ["note"] = new string('x', 50_000) } });
        await using var host = new ConformanceHost(system, Settings);

        Assert.InRange((await host.Run(Command("ada"))).Evidence[0].Before["note"].Length, 1, 1001);
    }

    private static StepCommand Command(string userName, StepAction action = StepAction.DisableAccount)
        => ConformanceHost.Command(Settings, action, userName);
}
