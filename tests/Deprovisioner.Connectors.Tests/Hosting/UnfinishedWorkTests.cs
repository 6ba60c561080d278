using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Hosting;

/// <summary>What the host makes of a system that takes a change and finishes it later, and of what is done and leaves something to do.</summary>
public sealed class UnfinishedWorkTests
{
    private static readonly SystemSettings Settings = new()
    {
        Name = new SystemName("memory"),
        Connector = "scripted",
        Values = new Dictionary<string, string>(),
        Match = new AccountMatch(null, "person.userName"),
    };

    private static readonly DateTimeOffset Later = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly ScriptedSystem system = new();

    [Fact]
    public async Task What_the_system_took_and_does_not_show_yet_is_accepted_with_its_snapshot_and_the_time_that_it_named()
    {
        var account = system.Add("ada");
        TakesItLater();

        var report = await Run(StepAction.DisableAccount);

        Assert.Equal((Outcome.Accepted, "http-202", Later), (report.Outcome, report.Code, report.RetryAt));
        Assert.Equal(account.Account.Id, Assert.Single(report.Snapshots).AccountId);
    }

    [Fact]
    public async Task What_it_shows_while_it_is_read_back_is_changed_already()
    {
        var account = system.Add("ada");
        var readsAfter = -1;
        system.Before = (call, _, _) =>
        {
            if (call == "act")
            {
                readsAfter = 0;
                throw new SystemFaultException(new Fault(Outcome.Accepted, "http-202", "Taken.", Later));
            }

            if (call == "read" && readsAfter >= 0 && ++readsAfter == 2)
            {
                system.Accounts[account.Account.Id] = account with { Enabled = false };
            }

            return Task.CompletedTask;
        };

        Assert.Equal(Outcome.Changed, (await Run(StepAction.DisableAccount)).Outcome);
    }

    [Fact]
    public async Task A_pending_step_is_read_and_never_asked_for_again_until_it_shows_and_is_changed_then()
    {
        var account = system.Add("ada");

        var looked = await Run(StepAction.DisableAccount, pending: true);
        Assert.Equal((Outcome.Accepted, "pending"), (looked.Outcome, looked.Code));
        Assert.Equal("yes", Assert.Single(looked.Evidence).Before["enabled"]);
        Assert.True(system.Accounts[account.Account.Id].Enabled);

        system.Accounts[account.Account.Id] = account with { Enabled = false };
        var done = await Run(StepAction.DisableAccount, pending: true);
        Assert.Equal((Outcome.Changed, null), (done.Outcome, done.Code));
        Assert.Empty(done.Snapshots);
        Assert.DoesNotContain(system.Calls, call => call.StartsWith("act", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_account_that_is_gone_once_its_pending_deletion_is_done_was_deleted_by_us()
    {
        system.Add("canary");

        Assert.Equal(Outcome.Changed, (await Run(StepAction.DeleteAccount, pending: true)).Outcome);
        Assert.Equal(Outcome.Absent, (await Run(StepAction.DeleteAccount, pending: false)).Outcome);
        Assert.Equal(Outcome.Absent, (await Run(StepAction.DisableAccount, pending: true)).Outcome);
    }

    [Fact]
    public async Task A_pending_deletion_is_not_believed_while_the_canary_is_not_seen()
        => Assert.Equal(Outcome.Unauthorized, (await Run(StepAction.DeleteAccount, pending: true)).Outcome);

    [Fact]
    public async Task What_is_left_for_a_person_goes_with_the_outcome_whichever_account_it_is_of()
    {
        var admin = system.Add("adm-ada");
        var everyday = system.Add("ada");
        system.FollowUps[everyday.Account.Id] = "Nobody is left in x.";

        var report = await Run(StepAction.RemoveEntitlements, known: admin.Account.Id);

        Assert.Equal((Outcome.Changed, "follow-up", "Nobody is left in x."), (report.Outcome, report.Code, report.Message));
    }

    [Fact]
    public async Task A_failure_does_not_hide_what_was_done_before_it_and_left_for_a_person()
    {
        var account = system.Add("ada");
        system.FollowUps[account.Account.Id] = "Nobody is left in x.";
        system.After = _ => throw new SystemFaultException(new Fault(Outcome.Rejected, "http-409", "The other one refused."));

        var report = await Run(StepAction.RemoveEntitlements);

        Assert.Equal((Outcome.Rejected, "http-409", "The other one refused. Nobody is left in x."), (report.Outcome, report.Code, report.Message));
    }

    private void TakesItLater()
        => system.Before = (call, _, _) => call == "act" ? throw new SystemFaultException(new Fault(Outcome.Accepted, "http-202", "Taken.", Later)) : Task.CompletedTask;

    private async Task<StepReport> Run(StepAction action, bool pending = false, string? known = null)
    {
        await using var host = new ConformanceHost(system, Settings with { Canary = "canary" });
        var command = ConformanceHost.Command(Settings, action, "ada") with { Pending = pending, Attempt = pending ? 2 : 1 };
        return await host.Run(known is null ? command : command with { KnownAccountIds = [known] });
    }
}
