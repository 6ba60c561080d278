using System.Globalization;
using System.Text.Json.Nodes;

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
}
