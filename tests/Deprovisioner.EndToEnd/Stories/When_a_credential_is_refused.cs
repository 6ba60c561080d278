using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>Our own token has expired: that is the system's trouble and not one person's.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_a_credential_is_refused(Company company)
{
    [Fact]
    public async Task The_system_is_paused_the_others_go_on_and_a_new_secret_is_enough()
    {
        using var secrets = new TemporaryFolder("secrets");
        secrets.Write("crm", "expired-token");
        await using var product = await company.Install(new StoryOptions { CrmToken = $"${{file:{secrets["crm"]}}}" });
        var worker = await product.StartWorker();
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));
        await Eventually.True("the system to be paused", async () => await product.Query<string>("select gate from systems where system = 'crm'") == "unauthorized");
        await Eventually.True("the others to be cut, later stages too", async () => !await leaver.CanBind() && !await leaver.IsInDirectoryGroup() && !await leaver.IsInRole());
        Assert.True(await leaver.IsActiveInCrm());
        Assert.Equal("running", await product.Query<string>("select status from sagas"));
        Assert.DoesNotContain("expired-token", worker.Output + await product.Cli("systems", "list"), StringComparison.Ordinal);

        secrets.Write("crm", company.Crm.Token);
        await product.Cli("systems", "resume", "crm", "--why", "the token was renewed");
        await product.Completed(1);

        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        await product.AuditIsVerified();
    }
}
