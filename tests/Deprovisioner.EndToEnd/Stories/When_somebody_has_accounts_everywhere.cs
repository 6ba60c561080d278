using Xunit.Abstractions;

namespace Deprovisioner.EndToEnd;

/// <summary>One person, an account on every kind of real server that runs here, one termination: what each server itself says afterwards.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_somebody_has_accounts_everywhere(Company company, ITestOutputHelper output)
{
    /// <summary>Nobody can be disabled in Unleash: who leaves is deleted there, once what the person had is kept in the audit.</summary>
    private const string Stages = """
              - {name: contain, within: 5m, steps: [{system: "*", action: disable-account}, {system: "*", action: revoke-sessions}]}
              - {name: revoke, within: 4h, steps: [{system: "*", action: remove-entitlements}, {system: "*", action: revoke-credentials}]}
              - {name: retire, within: 1d, steps: [{system: flags, action: delete-account}]}
        """;

    [Fact]
    public async Task All_access_is_gone_by_the_servers_own_account_and_the_timeline_says_how()
    {
        await using var estate = await Estate.StartAsync();
        await using var product = await company.Install(new StoryOptions { MoreSystems = estate.Systems, Stages = Stages });
        var environment = product.Environment();
        foreach (var (name, value) in estate.Secrets)
        {
            environment[name] = value;
        }

        await product.StartWorker(environment);
        var leaver = await company.Employ();
        var colleague = await company.Employ();
        await estate.Employ(leaver.UserName);
        await estate.Employ(colleague.UserName);
        Assert.All(await estate.LetIn(leaver.UserName), system => Assert.True(system.Value, system.Key));
        Assert.True(await estate.Forwards(leaver.UserName));

        await product.Publish(HrEvents.Terminated(leaver));
        await product.Completed(1, TimeSpan.FromMinutes(3));

        var saga = await product.Query<Guid>("select saga_id from sagas");
        output.WriteLine(await product.Cli("sagas", "show", saga.ToString()));
        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        Assert.All(await estate.LetIn(leaver.UserName), system => Assert.False(system.Value, system.Key));
        Assert.Empty(await estate.Left(leaver.UserName));
        Assert.False(await estate.Forwards(leaver.UserName));

        Assert.Equal(Employee.FullAccess, await colleague.Everywhere());
        Assert.All(await estate.LetIn(colleague.UserName), system => Assert.True(system.Value, system.Key));
        Assert.True(await estate.Forwards(colleague.UserName));
        await EverySystemHasItsSteps(product, saga);
        await product.AuditIsVerified();
    }

    private static async Task EverySystemHasItsSteps(Installation product, Guid saga)
    {
        var steps = Installation.Steps(await product.Json("sagas", "show", saga.ToString()));
        Assert.Equal(
            ["broker", "build-host", "cache", "cloud", "content", "crm", "directory", "domain", "flags", "orders", "post", "warehouse"],
            steps.Select(step => step["system"]!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal));
        Assert.All(steps, step => Assert.True(step["outcome"]?.GetValue<string>() is "changed" or "already", step.ToJsonString()));
    }
}
