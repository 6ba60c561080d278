using Deprovisioner.Connectors.AwsIam;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.AwsIam;

/// <summary>The work done in a role, as in another AWS account, and with a temporary key.</summary>
public sealed class AwsIamRoleTests : IAsyncLifetime
{
    private FakeIam iam = null!;

    public async Task InitializeAsync() => iam = await FakeIam.StartAsync();

    public async Task DisposeAsync() => await iam.DisposeAsync();

    [Fact]
    public async Task A_role_is_assumed_once_and_its_rights_are_those_that_count()
    {
        var user = iam.AddFull("ada");
        iam.Forbidden.Add("DeleteSSHPublicKey");
        await using var host = new ConformanceHost(new AwsIamKind(), InRole);

        Assert.Equal(Outcome.Changed, (await host.Run(ConformanceHost.Command(InRole, StepAction.DisableAccount, "ada"))).Outcome);
        var wrong = Assert.Single((await host.Check()).Findings, f => !f.Ok);

        Assert.True(user.Denies());
        Assert.Equal($"Allow iam:DeleteSSHPublicKey to {FakeIam.Role}.", wrong.Remedy);
        Assert.Single(iam.Asked, a => a == "AssumeRole");
    }

    [Fact]
    public async Task A_roles_credential_is_made_anew_before_it_ends()
    {
        iam.Add("ada");
        var clock = new SetClock(TimeProvider.System.GetUtcNow());
        iam.Clock = clock;
        await using var connector = new AwsIamKind().Open(InRole, new PlainSecrets(), clock);

        await connector.FindAsync("ada", default);
        clock.Advance(TimeSpan.FromMinutes(9));
        await connector.FindAsync("ada", default);
        Assert.Single(iam.Asked, a => a == "AssumeRole");
        clock.Advance(TimeSpan.FromMinutes(2));
        await connector.FindAsync("ada", default);

        Assert.Equal(2, iam.Asked.Count(a => a == "AssumeRole"));
    }

    [Fact]
    public async Task The_user_whose_key_assumes_the_role_is_never_touched()
    {
        await using var host = new ConformanceHost(new AwsIamKind(), InRole);

        var report = await host.Run(ConformanceHost.Command(InRole, StepAction.RevokeCredentials, FakeIam.OwnName));

        Assert.Equal((Outcome.Rejected, "protected"), (report.Outcome, report.Code));
    }

    [Fact]
    public async Task A_role_that_is_refused_is_the_systems_trouble()
    {
        iam.Add("ada");
        await using var connector = new AwsIamKind().Open(AwsIamTarget.With(iam.Url, ("stsEndpoint", iam.Url), ("roleArn", FakeIam.Role), ("externalId", "another")), new PlainSecrets(), TimeProvider.System);

        var fault = (await Assert.ThrowsAsync<SystemFaultException>(() => connector.FindAsync("ada", default))).Fault;

        Assert.Equal((Outcome.Unauthorized, "iam-AccessDenied"), (fault.Outcome, fault.Code));
    }

    [Fact]
    public async Task A_temporary_key_works_and_its_token_is_signed()
    {
        var user = iam.AddFull("ada");
        var settings = AwsIamTarget.With(iam.Url, ("accessKeyId", FakeIam.RoleKeyId), ("sessionToken", FakeIam.RoleToken));
        await using var host = new ConformanceHost(new AwsIamKind(), settings);

        Assert.Equal(Outcome.Changed, (await host.Run(ConformanceHost.Command(settings, StepAction.DisableAccount, "ada"))).Outcome);
        Assert.True(user.Denies());
        Assert.Contains((await host.Check()).Findings, f => f is { Subject: "rights can be checked", Ok: false });
    }

    private SystemSettings InRole => AwsIamTarget.With(iam.Url, ("stsEndpoint", iam.Url), ("roleArn", FakeIam.Role), ("externalId", FakeIam.ExternalId));
}
