using System.Globalization;
using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>Cut off at once, and then hired anew under another employment, from a time to come.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_somebody_is_rehired_the_next_day(Company company)
{
    [Fact]
    public async Task What_was_taken_is_back_when_the_new_employment_begins_and_not_before()
    {
        await using var product = await company.Install(new StoryOptions { MorePolicies = StoryOptions.Returns });
        await product.StartWorker();
        var person = await company.Employ();
        await product.Publish(HrEvents.Hired(person));
        await product.TakenIn(1);
        // Urgent: else so short a gap between two employments would not count.
        await product.Publish(HrEvents.Terminated(person, more: new JsonObject { ["urgent"] = true }));
        await product.Completed(1);
        Assert.Equal(Employee.NoAccess, await person.Everywhere());

        var begins = TimeProvider.System.GetUtcNow().AddSeconds(10);
        var hire = HrEvents.Person(person);
        hire["effectiveAt"] = begins.ToString("O", CultureInfo.InvariantCulture);
        await product.Publish(HrEvents.Of("hired", person, 3, hire, employment: "second-" + person.EmploymentId));
        await product.TakenIn(3);
        Assert.Equal(1L, await product.Query<long>("select count(*) from sagas"));

        await product.Completed(2);
        Assert.Equal(Employee.FullAccess, await person.Everywhere());
        Assert.True(await product.Query<bool>("select every(planned_at >= effective_at) and min(effective_at) filter (where kind = 'restore') >= (select max(starts_at) from employments) from sagas where kind = 'restore'"));
        await product.AuditIsVerified();
    }

    [Fact]
    public async Task Into_another_department_the_old_ones_group_is_not_given_back_and_that_is_listed()
    {
        var own = Guid.NewGuid().ToString("N")[..8];
        var person = await company.Employ();
        var finance = await company.Directory.AddGroup($"finance-{own}", "groupOfNames", person.Dn, $"cn=canary,{OpenLdapServer.PeopleDn}");
        var reports = await company.Directory.AddGroup($"reports-{own}", "groupOfNames", person.Dn, $"cn=canary,{OpenLdapServer.PeopleDn}");
        await using var product = await company.Install(new StoryOptions
        {
            Roles = $$$"""
            roles:
                  - {name: finance, when: {department: Finance}, grants: {directory: ["{{{finance}}}", "{{{reports}}}"]}}
                  - {name: sales, when: {department: Sales}, grants: {directory: ["{{{reports}}}"]}}
            """,
            MorePolicies = StoryOptions.Returns,
        });
        await product.StartWorker();
        await product.Publish(HrEvents.Of("hired", person, 1, In("Finance")));
        await product.TakenIn(1);
        await product.Publish(HrEvents.Terminated(person, more: new JsonObject { ["urgent"] = true }));
        await product.Completed(1);
        Assert.Equal(Employee.NoAccess, await person.Everywhere());
        Assert.Equal((false, false), (await IsIn(finance), await IsIn(reports)));

        await product.Publish(HrEvents.Of("hired", person, 3, In("Sales"), employment: "second-" + person.EmploymentId));
        await product.Completed(2);

        // The group that no role explains is back, and so is the one that both departments give.
        Assert.Equal(Employee.FullAccess, await person.Everywhere());
        Assert.Equal((false, true), (await IsIn(finance), await IsIn(reports)));
        var shown = await product.Cli("sagas", "show", (await product.Query<Guid>("select saga_id from sagas where kind = 'restore'")).ToString());
        Assert.Contains($"cannot be put back: restore-account on directory. No role of the person's assignment gives {finance}: not given back.", shown, StringComparison.Ordinal);
        await product.AuditIsVerified();

        async Task<bool> IsIn(string group) => (await company.Directory.Values(group, "member")).Contains(person.Dn, StringComparer.OrdinalIgnoreCase);

        JsonObject In(string department)
        {
            var data = HrEvents.Person(person);
            data["assignment"] = new JsonObject { ["department"] = department, ["title"] = "Analyst" };
            return data;
        }
    }
}
