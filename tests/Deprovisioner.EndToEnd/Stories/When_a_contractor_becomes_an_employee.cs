using System.Globalization;
using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>One employment ends and another begins at the same instant; HR tells of them in either order.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_a_contractor_becomes_an_employee(Company company)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Access_is_never_cut(bool hireFirst)
    {
        await using var product = await company.Install();
        await product.StartWorker();
        var person = await company.Employ();
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Hired(person), HrEvents.Hired(leaver));
        await product.TakenIn(2);

        var change = new JsonObject { ["effectiveAt"] = TimeProvider.System.GetUtcNow().AddSeconds(8).ToString("O", CultureInfo.InvariantCulture) };
        var begins = HrEvents.Person(person);
        begins["effectiveAt"] = change["effectiveAt"]!.DeepClone();
        var hire = HrEvents.Of("hired", person, hireFirst ? 2 : 3, begins, employment: "second-" + person.EmploymentId);
        var end = HrEvents.Terminated(person, hireFirst ? 3 : 2, more: change);
        await product.Publish(hireFirst ? hire : end);
        await product.TakenIn(3);
        await product.Publish(hireFirst ? end : hire);

        // Somebody who really leaves at that instant: once their access is gone, the time has passed for both.
        await product.Publish(HrEvents.Terminated(leaver, more: change));
        await product.Completed(1);

        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        Assert.Equal(Employee.FullAccess, await person.Everywhere());
        Assert.Equal(0L, await product.Query<long>($"select count(*) from steps join sagas using (saga_id) where person_id = '{person.PersonId}' and sends > 0"));
        Assert.Equal(0L, await product.Query<long>("select count(*) from inbox where verdict = 'held'"));
        await product.AuditIsVerified();
    }

    [Fact]
    public async Task What_only_the_contract_justified_goes_when_it_has_ended_and_the_rest_stays()
    {
        var own = Guid.NewGuid().ToString("N")[..8];
        var person = await company.Employ();
        var contractors = await company.Directory.AddGroup($"contractors-{own}", "groupOfNames", person.Dn, $"cn=canary,{OpenLdapServer.PeopleDn}");
        var engineers = await company.Directory.AddGroup($"engineers-{own}", "groupOfNames", person.Dn, $"cn=canary,{OpenLdapServer.PeopleDn}");
        await using var product = await company.Install(new StoryOptions
        {
            Roles = $$$"""
            roles:
                  - {name: contractor, when: {workerType: contractor}, grants: {directory: ["{{{contractors}}}", "{{{engineers}}}"]}}
                  - {name: employee, when: {workerType: employee}, grants: {directory: ["{{{engineers}}}"]}}
            """,
            MorePolicies = """
              - {name: mover, when: {event: transferred}, stages: [{name: revoke, steps: [{system: "*", action: remove-entitlements}]}]}
            """,
        });
        await product.StartWorker();
        await product.Publish(HrEvents.Of("hired", person, 1, As("contractor")));
        await product.TakenIn(1);

        var change = TimeProvider.System.GetUtcNow().AddSeconds(8).ToString("O", CultureInfo.InvariantCulture);
        var begins = As("employee");
        begins["effectiveAt"] = change;
        await product.Publish(HrEvents.Of("hired", person, 2, begins, employment: "second-" + person.EmploymentId));
        await product.TakenIn(2);
        await product.Publish(HrEvents.Terminated(person, 3, more: new JsonObject { ["effectiveAt"] = change }));
        await product.Completed(1);

        Assert.False(await IsIn(contractors));
        Assert.True(await IsIn(engineers));
        Assert.Equal(Employee.FullAccess, await person.Everywhere());
        Assert.Equal(["mover directory remove-entitlements changed"], await product.Lines("select concat_ws(' ', g.kind, t.system, t.action, t.outcome) from sagas g join steps t using (saga_id)"));
        Assert.True(await product.Query<bool>("select g.planned_at >= e.ends_at and e.ends_at = (select starts_at from employments where employment_id like 'second-%') from sagas g join employments e using (employment_id)"));
        var shown = await product.Cli("sagas", "show", (await product.Query<Guid>("select saga_id from sagas")).ToString());
        Assert.Contains($"takes away {contractors}; leaves {engineers}; unexplained: keep", shown, StringComparison.Ordinal);
        Assert.Contains($"employment {person.EmploymentId} has ended", shown, StringComparison.Ordinal);
        await product.AuditIsVerified();

        async Task<bool> IsIn(string group) => (await company.Directory.Values(group, "member")).Contains(person.Dn, StringComparer.OrdinalIgnoreCase);

        JsonObject As(string workerType)
        {
            var data = HrEvents.Person(person);
            data["assignment"] = new JsonObject { ["department"] = "Engineering", ["workerType"] = workerType };
            return data;
        }
    }
}
