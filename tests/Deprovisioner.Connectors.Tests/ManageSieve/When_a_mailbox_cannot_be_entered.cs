using Deprovisioner.Connectors.ManageSieve;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.ManageSieve;

/// <summary>The server says NO to a wrong password, to a mailbox that is not there, and to one that may not sign in: only one of them means that there is nothing to do.</summary>
public sealed class When_a_mailbox_cannot_be_entered
{
    private const string Nobody = "nobody@example.test";

    [Fact]
    public async Task A_mailbox_that_may_not_sign_in_is_not_taken_for_one_that_is_not_there()
    {
        await using var server = await DovecotServer.StartNew();
        await server.AddMailbox("disabled@example.test", extra: "nologin");
        await server.Put("disabled@example.test", "everything", ManageSieveTarget.Forward, active: true);

        var nobody = await Run(With(server), Nobody);
        var disabled = await Run(With(server), "disabled@example.test");

        Assert.Equal((Outcome.Absent, null), (nobody.Outcome, nobody.Code));
        Assert.Equal((Outcome.Rejected, ManageSieveFaults.NotSignedIn), (disabled.Outcome, disabled.Code));
        Assert.Contains("Login disabled", disabled.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrong_password_is_never_absence_with_a_canary_or_without(bool canary)
    {
        await using var server = await DovecotServer.StartNew();
        var settings = ManageSieveTarget.With(server.Port, password: "wrong", canary: canary ? ManageSieveTarget.CanaryMailbox : null);

        foreach (var mailbox in new[] { Nobody, ManageSieveTarget.CanaryMailbox, "'); DROP", "*" })
        {
            var report = await Run(settings, mailbox);
            Assert.Equal((Outcome.Unauthorized, canary ? ManageSieveFaults.CanaryNotVisible : "managesieve-refused"), (report.Outcome, report.Code));
        }
    }

    [Fact]
    public async Task Where_nothing_is_let_in_nothing_is_said_to_be_absent()
    {
        await using var server = await DovecotServer.StartNew(administratorHasMailbox: false);

        var without = await Run(ManageSieveTarget.With(server.Port), Nobody);
        var with = await Run(With(server), Nobody);

        Assert.Equal((Outcome.Unauthorized, "managesieve-refused"), (without.Outcome, without.Code));
        Assert.Contains("canary", without.Message, StringComparison.Ordinal);
        Assert.Equal((Outcome.Absent, null), (with.Outcome, with.Code));
    }

    [Fact]
    public async Task A_server_that_hangs_up_instead_of_answering_says_nothing_and_the_check_says_how_it_would()
    {
        await using var server = await DovecotServer.StartNew(looksForMailbox: false);
        await server.AddMailbox("disabled@example.test", extra: "nologin");
        await server.Put("disabled@example.test", "everything", ManageSieveTarget.Forward, active: true);

        var nobody = await Run(With(server), Nobody);
        Assert.Equal((Outcome.Transient, ManageSieveFaults.NoSignIn), (nobody.Outcome, nobody.Code));
        var found = Assert.Single((await Check(With(server))).Findings, finding => !finding.Ok);
        Assert.Equal("tells which mailboxes are not there", found.Subject);
        Assert.Contains("result_success", found.Remedy, StringComparison.Ordinal);

        // That server asks nobody whether the owner may sign in.
        Assert.Equal(Outcome.Changed, (await Run(With(server), "disabled@example.test")).Outcome);
        Assert.Equal("everything", await server.Scripts("disabled@example.test"));
    }

    [Fact]
    public async Task The_check_names_the_server_and_finds_the_canary_and_what_is_wrong_with_the_credential()
    {
        await using var server = await DovecotServer.StartNew(administratorHasMailbox: false);

        var good = await Check(With(server));
        var refused = await Check(ManageSieveTarget.With(server.Port, password: "wrong", canary: ManageSieveTarget.CanaryMailbox));
        var unnamed = await Check(ManageSieveTarget.With(server.Port));

        Assert.All(good.Findings, finding => Assert.True(finding.Ok, finding.Remedy));
        Assert.Equal(["canary", "connection is private", "credential accepted", "tells which mailboxes are not there"], good.Findings.Select(f => f.Subject).Where(subject => !subject.StartsWith("runs scripts", StringComparison.Ordinal)).Order());
        Assert.Contains("Pigeonhole", good.Version, StringComparison.Ordinal);
        Assert.Contains(good.Findings, finding => finding.Subject.Contains("fileinto", StringComparison.Ordinal));
        Assert.Contains(refused.Findings, finding => finding is { Subject: "credential accepted", Ok: false });
        Assert.Contains(unnamed.Findings, finding => finding is { Subject: "credential accepted", Ok: false });
    }

    private static SystemSettings With(DovecotServer server) => ManageSieveTarget.With(server.Port, canary: ManageSieveTarget.CanaryMailbox);

    private static async Task<StepReport> Run(SystemSettings settings, string mailbox)
    {
        await using var host = new ConformanceHost(new ManageSieveKind(), settings, ConformanceHost.Patient);
        return await host.Run(ConformanceHost.Command(settings, StepAction.RemoveEntitlements, mailbox));
    }

    private static async Task<SystemCheck> Check(SystemSettings settings)
    {
        await using var host = new ConformanceHost(new ManageSieveKind(), settings);
        return await host.Check();
    }
}
