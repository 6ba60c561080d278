using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>HR takes a termination back while the directory is down and the other systems are cut already.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_a_termination_is_rescinded_in_the_middle(Company company)
{
    [Fact]
    public async Task What_has_not_run_is_cancelled_and_what_ran_is_put_back()
    {
        await using var product = await company.Install(new StoryOptions { MorePolicies = StoryOptions.Returns });
        await product.StartWorker();
        var person = await company.Employ();
        await product.Publish(HrEvents.Hired(person));
        await product.TakenIn(1);
        await using var session = await person.OpenSession();
        await company.Directory.Stop();
        try
        {
            await product.Publish(HrEvents.Terminated(person));
            await Eventually.True("the other systems to be cut", async () => !await person.IsActiveInCrm() && !await person.IsInCrmGroup() && !await person.CanLogIn() && !await person.IsInRole());
            await product.Publish(HrEvents.Of("termination-rescinded", person, 3, []));
            await Eventually.True("what has not run to be cancelled", async () => await product.Query<long>("select count(*) from sagas where kind = 'leaver' and status = 'cancelled'") == 1);
        }
        finally
        {
            await company.Directory.StartAgain();
        }

        await product.Completed(1);
        Assert.Equal(["leaver cancelled", "restore completed"], await product.Lines("select kind || ' ' || status from sagas order by kind"));
        Assert.Equal(Employee.FullAccess, await person.Everywhere());

        // The sessions that ended are listed, since nobody can put them back.
        Assert.Contains("cannot be put back: revoke-sessions on warehouse.", await product.Cli("sagas", "show", (await product.Lines("select saga_id::text from sagas where kind = 'restore'"))[0]), StringComparison.Ordinal);
        await product.AuditIsVerified();
    }
}
