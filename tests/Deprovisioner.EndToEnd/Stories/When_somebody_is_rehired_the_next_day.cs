using System.Globalization;
using System.Text.Json.Nodes;

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
}
