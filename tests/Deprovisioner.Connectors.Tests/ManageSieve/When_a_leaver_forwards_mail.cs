using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.ManageSieve;

[Collection(nameof(ManageSieveFixture))]
public sealed class When_a_leaver_forwards_mail(ManageSieveFixture fixture)
{
    [Fact]
    public async Task No_mail_leaves_afterwards_and_the_mailbox_still_gets_all_and_a_restore_forwards_again()
    {
        var mailbox = fixture.NewMailbox();
        var elsewhere = $"private-of-{mailbox}";
        await fixture.Server.Put(mailbox, "holiday", $"require [\"copy\", \"vacation\"];\r\nvacation \"Away.\";\r\nredirect :copy \"{elsewhere}\";\r\n", active: true);
        await fixture.Server.Deliver(mailbox, "before");
        Assert.Equal((1, 1), (Forwarded(elsewhere), await fixture.Server.Delivered(mailbox)));

        var cut = await Run(StepAction.RemoveEntitlements, mailbox);

        Assert.Equal((Outcome.Changed, null), (cut.Outcome, cut.Code));
        Assert.Equal(["holiday"], Assert.Single(cut.Snapshots).Entitlements);
        await fixture.Server.Deliver(mailbox, "after");
        Assert.Equal((1, 2), (Forwarded(elsewhere), await fixture.Server.Delivered(mailbox)));
        Assert.Equal("holiday", await fixture.Server.Scripts(mailbox));

        var restored = await Restore(mailbox, cut);

        Assert.Equal((Outcome.Changed, null), (restored.Outcome, restored.Code));
        await fixture.Server.Deliver(mailbox, "again");
        Assert.Equal((2, 3), (Forwarded(elsewhere), await fixture.Server.Delivered(mailbox)));
    }

    [Fact]
    public async Task The_audit_says_to_whom_it_went_and_what_else_ended_with_the_script()
    {
        var mailbox = await fixture.NewMailbox("require [\"vacation\", \"fileinto\"];\r\nvacation \"Away.\";\r\nfileinto \"Trash\";\r\nredirect \"a@elsewhere.test\";\r\nredirect \"b@elsewhere.test\";\r\n", "main");

        var state = await Read(mailbox);

        Assert.Equal(new Entitlement("main", "a@elsewhere.test, b@elsewhere.test"), Assert.Single(state.Entitlements));
        Assert.Equal(("main", "fileinto, vacation"), (state.Details["active-script"], state.Details["the-script-also-does"]));
    }

    [Fact]
    public async Task A_script_that_only_files_or_answers_goes_on()
    {
        var mailbox = await fixture.NewMailbox("require \"vacation\";\r\n# redirect \"a@elsewhere.test\";\r\nvacation text:\r\nredirect \"a@elsewhere.test\";\r\n.\r\n;\r\n", "holiday");

        Assert.Equal(Outcome.Already, (await Run(StepAction.RemoveEntitlements, mailbox)).Outcome);
        Assert.Equal("holiday ACTIVE", await fixture.Server.Scripts(mailbox));
    }

    [Fact]
    public async Task A_script_that_does_not_run_forwards_nothing()
    {
        var mailbox = fixture.NewMailbox();
        await fixture.Server.Put(mailbox, "old", ManageSieveTarget.Forward);

        Assert.Empty((await Read(mailbox)).Entitlements);
    }

    [Fact]
    public async Task A_forward_that_is_included_is_one()
    {
        var mailbox = fixture.NewMailbox();
        await fixture.Server.Put(mailbox, "inner", ManageSieveTarget.Forward);
        await fixture.Server.Put(mailbox, "outer", "require \"include\";\r\ninclude :personal \"inner\";\r\n", active: true);

        var cut = await Run(StepAction.RemoveEntitlements, mailbox);

        Assert.Equal((Outcome.Changed, "outer"), (cut.Outcome, Assert.Single(Assert.Single(cut.Snapshots).Entitlements)));
        Assert.DoesNotContain("ACTIVE", await fixture.Server.Scripts(mailbox), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_cannot_be_read_is_taken_for_a_forward()
    {
        var mailbox = await fixture.NewMailbox("keep;\r\n", "main");
        await fixture.Server.Spoil(mailbox, "main", "keep; # \xff\xfe"u8.ToArray().Append((byte)0xFF).ToArray());

        Assert.StartsWith("unknown", Assert.Single((await Read(mailbox)).Entitlements).Name, StringComparison.Ordinal);
        Assert.Equal(Outcome.Changed, (await Run(StepAction.RemoveEntitlements, mailbox)).Outcome);
    }

    [Theory]
    [InlineData("everything to \"me\" \\ home")]
    [InlineData("überall {3+}")]
    [InlineData("転送")]
    public async Task Names_of_scripts_are_names_and_nothing_else(string name)
    {
        var mailbox = await fixture.NewMailbox(ManageSieveTarget.Forward, name);

        var cut = await Run(StepAction.RemoveEntitlements, mailbox);
        Assert.Equal((Outcome.Changed, name), (cut.Outcome, Assert.Single(Assert.Single(cut.Snapshots).Entitlements)));
        Assert.Equal(name, await fixture.Server.Scripts(mailbox));

        Assert.Equal(Outcome.Changed, (await Restore(mailbox, cut)).Outcome);
        Assert.Equal($"{name} ACTIVE", await fixture.Server.Scripts(mailbox));
    }

    [Theory]
    [InlineData("everything", "", Outcome.Changed)]
    [InlineData("private@elsewhere.test", "", Outcome.Changed)]
    [InlineData("everything", "EVERYTHING", Outcome.Already)]
    [InlineData("something else", "", Outcome.Already)]
    public async Task A_selection_is_kept_to(string remove, string keep, Outcome outcome)
    {
        var mailbox = await fixture.NewMailbox(ManageSieveTarget.Forward, "everything");

        var report = await Run(StepAction.RemoveEntitlements, mailbox, command => command with { Selection = new EntitlementSelection { Remove = [remove], Keep = [keep] } });

        Assert.Equal(outcome, report.Outcome);
        Assert.Equal(outcome == Outcome.Already, (await fixture.Server.Scripts(mailbox)).EndsWith("ACTIVE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_not_asked_for_is_not_switched_off_by_the_connector_itself()
    {
        var mailbox = await fixture.NewMailbox(ManageSieveTarget.Forward, "everything");
        await using var connector = Open();
        var before = (await connector.ReadAsync(mailbox, CancellationToken.None))!;
        var request = new ActRequest { Action = StepAction.RemoveEntitlements, Before = before, Facts = new Dictionary<string, string>(), OnlyEntitlements = new HashSet<string> { "another" } };

        await connector.ActAsync(request, CancellationToken.None);
        Assert.Equal("everything ACTIVE", await fixture.Server.Scripts(mailbox));

        // Another one, which runs since and was not looked at, is not switched off either.
        await fixture.Server.Put(mailbox, "new", "keep;\r\n", active: true);
        await connector.ActAsync(request with { OnlyEntitlements = null }, CancellationToken.None);
        Assert.Contains("new ACTIVE", await fixture.Server.Scripts(mailbox), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_takes_no_script_away_that_runs_now()
    {
        var mailbox = await fixture.NewMailbox(ManageSieveTarget.Forward, "everything");
        var cut = await Run(StepAction.RemoveEntitlements, mailbox);
        await fixture.Server.Put(mailbox, "new", "keep;\r\n", active: true);

        var restored = await Restore(mailbox, cut);

        Assert.Equal((Outcome.Rejected, "other-script"), (restored.Outcome, restored.Code));
        Assert.Contains("new ACTIVE", await fixture.Server.Scripts(mailbox), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_of_a_script_that_is_gone_or_is_another_now_is_left_to_a_person()
    {
        var mailbox = await fixture.NewMailbox(ManageSieveTarget.Forward, "everything");
        var cut = await Run(StepAction.RemoveEntitlements, mailbox);

        await fixture.Server.Put(mailbox, "everything", "keep;\r\n");
        var changed = await Restore(mailbox, cut);
        await fixture.Server.Doveadm("sieve", "delete", "-u", mailbox, "everything");
        var gone = await Restore(mailbox, cut);

        Assert.Equal((Outcome.Rejected, "script-changed"), (changed.Outcome, changed.Code));
        Assert.Equal((Outcome.Rejected, "script-gone"), (gone.Outcome, gone.Code));
        Assert.Equal("", await fixture.Server.Scripts(mailbox));
    }

    [Fact]
    public async Task The_administrators_own_mailbox_is_never_touched()
    {
        var report = await Run(StepAction.RemoveEntitlements, Testing.DovecotServer.Administrator);

        Assert.Equal((Outcome.Rejected, ProtectedEntries.AccountCode), (report.Outcome, report.Code));
    }

    private IConnector Open() => new ManageSieveTarget(fixture).Kind.Open(ManageSieveTarget.With(fixture.Server.Port), new PlainSecrets(), TimeProvider.System);

    private async Task<AccountState> Read(string mailbox)
    {
        await using var connector = Open();
        return (await connector.ReadAsync(mailbox, CancellationToken.None))!;
    }

    private int Forwarded(string to) => fixture.Server.SentTo.Count(address => address == to);

    private Task<StepReport> Restore(string mailbox, StepReport cut) => Run(StepAction.RestoreAccount, mailbox, command => command with { Snapshots = [.. cut.Snapshots] });

    private async Task<StepReport> Run(StepAction action, string mailbox, Func<StepCommand, StepCommand>? with = null)
    {
        var target = new ManageSieveTarget(fixture);
        await using var host = new ConformanceHost(target.Kind, target.Settings, ConformanceHost.Patient);
        var command = ConformanceHost.Command(target.Settings, action, mailbox);
        return await host.Run(with is null ? command : with(command));
    }
}
