using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>A protected administrator is terminated: nothing is touched until a person decides so. A protected account is not touched even then.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_the_person_is_protected(Company company)
{
    [Fact]
    public async Task Nothing_is_touched_until_somebody_releases_it_and_then_everything_is_cut()
    {
        await using var product = await company.Install(new StoryOptions { MoreKeys = "protected: {people: [\"P-adm*\"]}" });
        await product.StartWorker();
        var admin = await company.Employ("adm" + Guid.NewGuid().ToString("N")[..9]);
        var other = await company.Employ();

        await product.Publish(HrEvents.Terminated(admin), HrEvents.Terminated(other));
        await product.Reached(other, "completed");
        await product.Reached(admin, "held");

        Assert.Equal(Employee.FullAccess, await admin.Everywhere());
        Assert.Equal(Employee.NoAccess, await other.Everywhere());
        Assert.Equal(0, await product.Query<int>($"select max(sends) from steps join sagas using (saga_id) where person_id = '{admin.PersonId}'"));
        Assert.Equal("protected", await product.Query<string>($"select holds->0->>'reason' from sagas where person_id = '{admin.PersonId}'"));
        Assert.Equal("The person is protected.", (await product.Json("plan", admin.PersonId))["untouched"]![0]!["holds"]![0]!.GetValue<string>());

        await product.Release(admin);
        await product.Reached(admin, "completed");
        Assert.Equal(Employee.NoAccess, await admin.Everywhere());
        await product.AuditIsVerified();
    }

    [Fact]
    public async Task A_host_whose_list_is_newer_than_the_orchestrators_refuses_and_the_saga_waits_for_somebody()
    {
        await using var product = await company.Install();
        var orchestrator = product.Environment();
        orchestrator["Deprovisioner__Roles"] = "orchestrator";
        await product.StartWorker(orchestrator);
        var admin = await company.Employ();
        await File.AppendAllTextAsync(product.ConfigPath, $"\nprotected: {{people: [{admin.PersonId}]}}\n");
        var connectors = product.Environment();
        connectors["Deprovisioner__Roles"] = "connectors";
        await product.StartWorker(connectors);

        await product.Publish(HrEvents.Terminated(admin));
        await product.Reached(admin, "held");
        Assert.Equal(Employee.FullAccess, await admin.Everywhere());

        await product.Release(admin);
        await product.Reached(admin, "completed");
        Assert.Equal(Employee.NoAccess, await admin.Everywhere());
    }

    [Fact]
    public async Task A_protected_account_stays_whole_while_the_persons_other_accounts_are_cut()
    {
        await using var product = await company.Install(new StoryOptions { MoreKeys = "protected: {accounts: {directory: [\"cn=breakglass*\"], warehouse: [\"breakglass*\"]}}" });
        await product.StartWorker();
        var keeper = await company.Employ("breakglass" + Guid.NewGuid().ToString("N")[..6]);

        await product.Publish(HrEvents.Terminated(keeper));
        await product.Reached(keeper, "needs-attention");
        await Eventually.True("the other account to be cut", async () => !await keeper.IsActiveInCrm() && !await keeper.IsInCrmGroup());

        Assert.True(await keeper.CanBind());
        Assert.True(await keeper.IsInDirectoryGroup());
        Assert.True(await keeper.CanLogIn());
        Assert.True(await keeper.IsInRole());
        Assert.Contains("warehouse disable-account rejected protected", string.Join('\n', await product.Outcomes(keeper)), StringComparison.Ordinal);
    }
}
