using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>
/// A gateway in front of the CRM takes changes and does them when it likes: 202 (RFC 9110 section 15.3.3). Nobody is told that access is gone before it is, nothing is asked for twice, and
/// what is never done is seen.
/// </summary>
[Collection(Stories.Name)]
public sealed class When_a_system_finishes_later(Company company)
{
    [Fact]
    public async Task It_is_looked_at_until_it_is_done_and_everything_else_is_cut_meanwhile()
    {
        using var gateway = await ScimGateway.StartAsync(company.Crm);
        await using var product = await company.Install(new StoryOptions { CrmUrl = gateway.Url });
        await product.StartWorker();
        var leaver = await company.Employ();

        await product.Publish(HrEvents.Terminated(leaver));
        await Eventually.True("the other systems to be done", async () => await product.Query<long>("select count(*) from steps where status = 'succeeded'") == 5);
        await Eventually.True("the CRM to be looked at twice", async () => await product.Query<int>(TheStep("sends")) >= 3);

        Assert.Equal(["PATCH Users"], await gateway.HeldAsync());
        Assert.Equal(0, await product.Query<int>(TheStep("failures")));
        Assert.Equal(
            "directory: signs in False, in group False; crm: active True, in group True; warehouse: logs in False, in role False, session False", await leaver.Everywhere());
        Assert.Equal("running", await product.Query<string>("select status from sagas where contained_at is null"));
        var saga = (await product.Query<Guid>("select saga_id from sagas")).ToString();
        Assert.Contains("step 1 on crm, disable-account: taken by crm, not finished yet; looked at again at ", await product.Cli("sagas", "show", saga), StringComparison.Ordinal);
        var shown = Installation.Steps(await product.Json("sagas", "show", saga)).Single(o => o["ordinal"]!.GetValue<int>() == 1);
        Assert.Equal("accepted", shown["outcome"]!.GetValue<string>());
        Assert.StartsWith("taken by crm, not finished yet", shown["means"]!.GetValue<string>(), StringComparison.Ordinal);

        await gateway.FinishAsync();
        await Eventually.True("the groups to be asked for", async () => (await gateway.HeldAsync()).SequenceEqual(["PATCH Groups"]));
        Assert.False(await leaver.IsActiveInCrm());
        await gateway.FinishAsync();
        await product.Completed(1);

        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        Assert.Empty(await gateway.HeldAsync());
        Assert.Contains("crm disable-account changed", await product.Outcomes(leaver));
        Assert.Contains("crm remove-entitlements changed", await product.Outcomes(leaver));
        Assert.True(await product.Query<bool>("select contained_at is not null from sagas"));
        await product.AuditIsVerified();

        static string TheStep(string column) => $"select {column} from steps where system = 'crm' and action = 'disable-account'";
    }

    [Fact]
    public async Task Who_comes_back_before_it_is_done_has_their_access_when_it_is()
    {
        using var gateway = await ScimGateway.StartAsync(company.Crm);
        await using var product = await company.Install(new StoryOptions { CrmUrl = gateway.Url, MorePolicies = StoryOptions.Returns });
        await product.StartWorker();
        var person = await company.Employ();
        await product.Publish(HrEvents.Hired(person));
        await product.TakenIn(1);
        await product.Publish(HrEvents.Terminated(person));
        await Eventually.True("the gateway to have it", async () => (await gateway.HeldAsync()).Count == 1);

        await product.Publish(HrEvents.Of("termination-rescinded", person, 3, []));
        await Eventually.True("the gateway to have the way back too", async () => (await gateway.HeldAsync()).SequenceEqual(["PATCH Users", "PATCH Users"]));
        await gateway.FinishAsync();
        await product.Completed(1);

        Assert.True(await person.IsActiveInCrm());
        Assert.Equal(["leaver cancelled", "restore completed"], await product.Lines("select kind || ' ' || status from sagas order by kind"));
        await product.AuditIsVerified();
    }

    [Fact]
    public async Task What_is_never_finished_needs_attention_and_a_replay_asks_anew()
    {
        using var gateway = await ScimGateway.StartAsync(company.Crm);
        await using var product = await company.Install(new StoryOptions
        {
            CrmUrl = gateway.Url,
            MorePolicies = """
              - {name: impatient, when: {event: terminated, reason: misconduct}, retry: {first: 500ms, max: 1s, for: 4s}, stages: [{name: contain, within: 1s, steps: [{system: crm, action: disable-account}]}]}
            """,
        });
        await product.StartWorker();
        var leaver = await company.Employ();

        await product.Publish(HrEvents.Terminated(leaver, more: new JsonObject { ["reason"] = "misconduct" }));
        await Eventually.True("the gateway to have it", async () => (await gateway.HeldAsync()).Count == 1);
        await gateway.DropAsync();
        await product.Reached(leaver, "needs-attention");

        Assert.True(await leaver.IsActiveInCrm());
        Assert.Empty(await gateway.HeldAsync());
        Assert.Equal("accepted not-finished", await product.Query<string>("select outcome || ' ' || code from steps"));
        var saga = (await product.Query<Guid>("select saga_id from sagas")).ToString();
        var screen = await product.Cli("sagas", "show", saga);
        Assert.Contains("taken by crm, and not finished in all the time that the policy gives. crm took it, and had not finished it when the policy's retry.for ended", screen, StringComparison.Ordinal);
        Assert.Contains("MISSED", screen, StringComparison.Ordinal);
        Assert.Equal(1L, await product.Query<long>("select count(*) from outbox where type = 'deprovisioning.needs-attention.v1'"));

        await product.Cli("replay", saga, "--why", "the gateway had lost it", "--no-wait");
        await Eventually.True("the gateway to have it again", async () => (await gateway.HeldAsync()).Count == 1);
        await gateway.FinishAsync();
        await product.Completed(1);
        Assert.False(await leaver.IsActiveInCrm());
        await product.AuditIsVerified();
    }
}
