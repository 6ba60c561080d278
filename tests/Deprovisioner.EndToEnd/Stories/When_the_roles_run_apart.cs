using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>The connector host has no database, the orchestrator no target's secret; the job works across the two.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_the_roles_run_apart(Company company)
{
    [Fact]
    public async Task Neither_needs_what_only_the_other_has()
    {
        await using var product = await company.Install();
        var orchestrator = product.Environment();
        orchestrator["Deprovisioner__Roles"] = "orchestrator";
        foreach (var secret in new[] { "LDAP_PASSWORD", "CRM_TOKEN", "WAREHOUSE" })
        {
            orchestrator[secret] = null;
        }

        var connectors = product.Environment();
        connectors["Deprovisioner__Roles"] = "connectors";
        connectors["ConnectionStrings__Deprovisioner"] = null;
        var first = await product.StartWorker(orchestrator);
        var second = await product.StartWorker(connectors);
        var leaver = await company.Employ();

        await product.Publish(HrEvents.Terminated(leaver));
        await product.Completed(1);

        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        Assert.DoesNotContain(OpenLdapServer.ServicePassword, first.Output + second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(company.Crm.Token, first.Output + second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(PostgresServer.Password, first.Output + second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_orchestrators_and_two_connector_hosts_share_the_work_and_do_nothing_twice()
    {
        await using var product = await company.Install();
        for (var i = 0; i < 2; i++)
        {
            await product.StartWorker();
        }

        var leavers = new List<Employee>();
        for (var i = 0; i < 6; i++)
        {
            leavers.Add(await company.Employ());
        }

        await product.Publish([.. leavers.Select(leaver => HrEvents.Terminated(leaver))]);
        await product.Completed(leavers.Count);

        foreach (var leaver in leavers)
        {
            Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        }

        Assert.Equal(1, await product.Query<int>("select max(sends) from steps"));
        await product.AuditIsVerified();
    }
}
