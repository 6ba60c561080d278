using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>A legal hold keeps what a person has from being deleted. Their access ends all the same.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_a_person_is_under_legal_hold(Company company)
{
    private static readonly StoryOptions Deleting = new()
    {
        Stages = """
                  - {name: contain, within: 5m, steps: [{system: "*", action: disable-account}, {system: "*", action: revoke-sessions}]}
                  - {name: retire, steps: [{system: directory, action: delete-account}, {system: warehouse, action: delete-account}]}
            """,
    };

    [Fact]
    public async Task Access_is_cut_and_nothing_is_deleted_until_the_hold_is_lifted()
    {
        await using var product = await company.Install(Deleting);
        await product.StartWorker();
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Hired(leaver));
        await Eventually.True("the hire", async () => await product.Query<long>("select count(*) from persons") == 1);
        Assert.Contains("done", await product.Cli("people", "hold", leaver.PersonId, "--why", "case 7", "--as", "counsel"), StringComparison.Ordinal);

        await product.Publish(HrEvents.Terminated(leaver));
        await product.Reached(leaver, "held");

        Assert.False(await leaver.CanBind());
        Assert.False(await leaver.CanLogIn());
        Assert.False(await leaver.IsActiveInCrm());
        Assert.True(await company.Directory.Exists(leaver.Dn));
        Assert.Equal(1L, await company.Postgres.Scalar<long>($"select count(*) from pg_roles where rolname = '{leaver.UserName}'"));
        Assert.Contains("under a legal hold", await product.Cli("people", "show", leaver.PersonId), StringComparison.Ordinal);

        await product.Cli("people", "unhold", leaver.PersonId, "--why", "case closed", "--as", "counsel");
        await product.Reached(leaver, "completed");
        Assert.False(await company.Directory.Exists(leaver.Dn));
        Assert.Equal(0L, await company.Postgres.Scalar<long>($"select count(*) from pg_roles where rolname = '{leaver.UserName}'"));
        await product.AuditIsVerified();
    }

    [Fact]
    public async Task An_event_sets_it_and_an_event_lifts_it()
    {
        await using var product = await company.Install(Deleting);
        await product.StartWorker();
        var leaver = await company.Employ();

        await product.Publish(HrEvents.Terminated(leaver, more: new JsonObject { ["legalHold"] = true }));
        await product.Reached(leaver, "held");
        Assert.False(await leaver.CanBind());
        Assert.True(await company.Directory.Exists(leaver.Dn));

        await product.Publish(HrEvents.Of("changed", leaver, 3, new JsonObject { ["legalHold"] = false }));
        await product.Reached(leaver, "completed");
        Assert.False(await company.Directory.Exists(leaver.Dn));
    }
}
