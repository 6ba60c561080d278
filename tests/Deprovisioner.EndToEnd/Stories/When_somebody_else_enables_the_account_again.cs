using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>Weeks after somebody left, an administrator unlocks their account with the directory's own tools, and puts it back into its group.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_somebody_else_enables_the_account_again(Company company)
{
    [Fact]
    public async Task It_is_cut_again_with_evidence_and_whoever_works_here_again_is_left_alone()
    {
        await using var product = await company.Install(new StoryOptions { MoreKeys = "drift: {after: 1s, every: 2s, for: 1h}" });
        await product.StartWorker();
        var leaver = await company.Employ();
        var rehired = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver), HrEvents.Terminated(rehired));
        await product.Completed(2);
        await product.Publish(HrEvents.Hired(rehired, 3));
        await product.TakenIn(3);

        await Unlock(leaver);
        await Unlock(rehired);
        await Eventually.True("the account to be found", async () => await product.Query<long>("select count(*) from sagas where kind = 'drift' and status = 'completed'") > 0, TimeSpan.FromSeconds(60));
        await Eventually.True("the access to be gone again", async () => await leaver.Everywhere() == Employee.NoAccess);

        // Whether signing in and the group were found at one time or one after the other: nothing else was touched, and what was there stands in the audit.
        Assert.Equal(
            ["directory disable-account changed", "directory remove-entitlements changed"],
            await product.Lines("select distinct concat_ws(' ', t.system, t.action, t.outcome) from sagas g join steps t using (saga_id) where g.kind = 'drift' and t.outcome = 'changed' order by 1"));
        var drift = (await product.Json("sagas", "list", "--kind", "drift"))["items"]!.AsArray();
        var shown = await product.Cli("sagas", "show", drift[^1]!["sagaId"]!.GetValue<string>());
        Assert.Contains("drift-found", shown, StringComparison.Ordinal);
        Assert.Contains("access that was cut is there again on directory", shown, StringComparison.Ordinal);
        Assert.Contains("looked at again", await product.Cli("people", "show", leaver.PersonId), StringComparison.Ordinal);

        // Several times have passed by now at which the rehired colleague would have been read.
        Assert.True(await rehired.CanBind());
        Assert.True(await rehired.IsInDirectoryGroup());
        Assert.Equal(0L, await product.Query<long>($"select count(*) from sagas where kind = 'drift' and person_id = '{rehired.PersonId}'"));
        await product.AuditIsVerified();
    }

    [Fact]
    public async Task Where_the_configuration_wants_so_it_waits_for_a_release()
    {
        await using var product = await company.Install(new StoryOptions { MoreKeys = "drift: {after: 1s, every: 2s, for: 1h, then: hold}" });
        await product.StartWorker();
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));
        await product.Completed(1);

        await EnableInCrm(leaver);
        await product.Reached(leaver, "held");
        Assert.True(await leaver.IsActiveInCrm());
        Assert.Contains(leaver.PersonId, await product.Cli("holds", "list", "--reason", "drift"), StringComparison.Ordinal);

        await product.Release(leaver);
        await product.Completed(2);
        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        await product.AuditIsVerified();
    }

    private async Task Unlock(Employee who)
    {
        await company.Directory.Modify($"{OpenLdapServer.Line("dn", who.Dn)}\nchangetype: modify\ndelete: pwdAccountLockedTime\n");
        var group = $"cn=team-{who.UserName},{OpenLdapServer.GroupsDn}";
        await company.Directory.Modify($"{OpenLdapServer.Line("dn", group)}\nchangetype: modify\nadd: member\n{OpenLdapServer.Line("member", who.Dn)}\n");
    }

    private async Task EnableInCrm(Employee who)
    {
        using var body = new StringContent(
            """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":true}]}""",
            new System.Net.Http.Headers.MediaTypeHeaderValue("application/scim+json"));
        using var answer = await company.Crm.Http.PatchAsync(new Uri($"Users/{who.CrmId}", UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
    }
}
