using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>A leaver is in a group that another system keeps: it cannot be left here, so somebody is told whose it is, and everything else is cut.</summary>
[Collection(Stories.Name)]
public sealed class When_a_group_belongs_elsewhere(Company company)
{
    [Fact]
    public async Task The_rest_is_cut_and_the_group_is_named_with_its_owner_until_it_is_left_there()
    {
        await using var product = await company.Install(new StoryOptions
        {
            MoreSystems = $$$"""
            narrow: {connector: ldap, url: "{{{company.Directory.Url}}}", bindDn: "{{{OpenLdapServer.ServiceDn}}}", password: "${env:LDAP_PASSWORD}", baseDn: "{{{OpenLdapServer.BaseDn}}}", groups: {baseDn: "{{{OpenLdapServer.GroupsDn}}}"}, match: {attribute: mail, value: person.email}, canary: canary@example.test}
            """,
            Stages = """
                      - {name: contain, within: 5m, steps: [{system: narrow, action: disable-account}, {system: crm, action: disable-account}]}
                      - {name: revoke, within: 4h, steps: [{system: narrow, action: remove-entitlements}, {system: crm, action: remove-entitlements}]}
                """,
        });
        var leaver = await company.Employ();
        var synced = $"cn=synced-{leaver.UserName},{OpenLdapServer.PeopleDn}";
        await company.Directory.Add($"dn: {synced}\nobjectClass: groupOfNames\ncn: synced-{leaver.UserName}\nmember: {leaver.Dn}\nmember: cn=canary,{OpenLdapServer.PeopleDn}");
        await product.StartWorker();

        await product.Publish(HrEvents.Terminated(leaver));
        await product.Reached(leaver, "needs-attention");
        await Eventually.True("everything else", async () => await product.Query<long>("select count(*) from steps where status = 'succeeded'") == 3);

        Assert.False(await leaver.CanBind());
        Assert.False(await leaver.IsInDirectoryGroup());
        Assert.False(await leaver.IsActiveInCrm());
        Assert.Contains(leaver.Dn, await company.Directory.Values(synced, "member"));
        Assert.Contains("narrow remove-entitlements not-removable-here owned-elsewhere", await product.Outcomes(leaver));
        Assert.Equal("failed", await product.Query<string>("select status from steps where outcome = 'not-removable-here'"));
        var saga = (await product.Query<Guid>("select saga_id from sagas")).ToString();
        var said = $"1 remain: {synced} (belongs to: outside groups.baseDn). Have them taken away there, then replay; or resolve.";
        Assert.Contains($"what remains belongs to another system. {said}", await product.Cli("sagas", "show", saga), StringComparison.Ordinal);
        var shown = await product.Json("sagas", "show", saga);
        Assert.StartsWith(said, Installation.Steps(shown).Single(o => o["outcome"]!.GetValue<string>() == "not-removable-here")!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        var row = shown["audit"]!.AsArray().Single(r => r!["record"]!["facts"]!["outcome"]?.GetValue<string>() == "not-removable-here")!;
        Assert.StartsWith(said, row["evidence"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal($"{synced} (from outside groups.baseDn)", row["evidence"]!["evidence"]![0]!["after"]!["entitlements"]!.GetValue<string>());
        Assert.Equal(1L, await product.Query<long>("select count(*) from outbox where type = 'deprovisioning.needs-attention.v1'"));

        await company.Directory.Modify($"dn: {synced}\nchangetype: modify\ndelete: member\nmember: {leaver.Dn}");
        await product.Cli("replay", saga, "--why", "left at its source");
        await product.Completed(1);
        await product.AuditIsVerified();
    }
}
