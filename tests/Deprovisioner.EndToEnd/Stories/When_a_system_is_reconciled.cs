using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>The accounts of systems against the registry: what is found, what is only counted, and when nothing may be concluded.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_a_system_is_reconciled(Company company)
{
    private const string Ou = $"ou=reconciled,{OpenLdapServer.BaseDn}";

    /// <summary>More than two pages.</summary>
    private const int Orphans = 1100;

    [Fact]
    public async Task Orphans_living_leavers_and_unknown_accounts_are_listed_though_the_worker_is_killed_and_nothing_is_concluded_from_a_list_that_cannot_be_believed()
    {
        await Fill();
        await using var product = await company.Install(new StoryOptions
        {
            MoreSystems = $$"""
                many: {connector: ldap, url: "{{company.Directory.Url}}", bindDn: "{{OpenLdapServer.ServiceDn}}", password: "${env:LDAP_PASSWORD}", baseDn: "{{Ou}}", match: {attribute: employeeNumber, value: personId}, canary: canary-many, limits: {concurrency: 2, perSecond: 0.5, timeout: 5s, lease: 15s} }
                """.Trim(),
            MoreKeys = "protected: {accounts: {many: [\"svc-*\"]}}",
        });
        var worker = await product.StartWorker();
        var (leaver, colleague, handedOn) = (await company.Employ(), await company.Employ(), await company.Employ());
        foreach (var who in new[] { leaver, colleague, handedOn })
        {
            await company.Directory.Add(Entry(who.UserName, who.PersonId));
        }

        // HR says of an account that it is somebody's, and it bears somebody else's number.
        var other = HrEvents.Person(handedOn);
        other["accounts"] = new JsonArray(new JsonObject { ["system"] = "many", ["accountId"] = await company.Directory.EntryUuid($"uid={handedOn.UserName},{Ou}") });
        await product.Publish(
            HrEvents.Hired(colleague), HrEvents.Hired(handedOn), HrEvents.Terminated(leaver),
            HrEvents.Of("hired", handedOn, 1, other, employment: "E-other").Replace(handedOn.PersonId, "P-other", StringComparison.Ordinal));
        await Eventually.True("everybody to be known", async () => await product.Query<long>("select count(*) from persons") == 4);
        await product.Completed(1);
        await company.Directory.Modify($"dn: uid={leaver.UserName},{Ou}\nchangetype: modify\ndelete: pwdAccountLockedTime\n");
        var before = await company.Directory.Everything();
        var sagas = await product.Query<long>("select count(*) from sagas");

        // Begun, and killed between two pages.
        await product.Cli("reconcile", "many", "--why", "quarterly audit", "--as", "auditor", "--no-wait");
        await Eventually.True("a page", async () => await product.Query<long>("select count(*) from reconciliations where pages > 0") == 1);
        worker.Kill();
        Assert.Equal("running", await product.Query<string>("select status from reconciliations"));
        worker = await product.StartWorker();
        await Eventually.True("the end", async () => await product.Query<long>("select count(*) from reconciliations where status <> 'running'") == 1, TimeSpan.FromSeconds(120));

        var run = await product.Query<Guid>("select run_id from reconciliations");
        var shown = (await product.Json("reconcile", "show", run.ToString()))[0]!;
        Assert.Equal("complete", shown["run"]!["status"]!.GetValue<string>());
        var findings = shown["findings"]!.AsArray();
        Assert.Equal((Orphans, 1, 1), (Count(findings, "orphan"), Count(findings, "leaver-active"), Count(findings, "unknown")));
        var alive = findings.Single(f => f!["finding"]!.GetValue<string>() == "leaver-active")!;
        Assert.Equal((leaver.PersonId, await product.Query<Guid>("select saga_id from sagas")), (alive["personId"]!.GetValue<string>(), alive["sagaId"]!.GetValue<Guid>()));
        Assert.Contains("is enabled again", alive["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.StartsWith("uid=" + handedOn.UserName, findings.Single(f => f!["finding"]!.GetValue<string>() == "unknown")!["name"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("1|1|1", await product.Query<string>("select concat_ws('|', protected, canaries, accounted_for) from reconciliations"));
        Assert.Equal(before, await company.Directory.Everything());
        Assert.Equal(sagas, await product.Query<long>("select count(*) from sagas"));

        // The server is gone.
        await company.Directory.Stop();
        try
        {
            var (exit, output) = await product.TryCli("reconcile", "many", "--why", "once more");
            Assert.Equal(1, exit);
            Assert.Contains("inconclusive", output, StringComparison.Ordinal);
            Assert.Equal("inconclusive|fault|0", await product.Query<string>("select concat_ws('|', status, reason, orphans + leavers_active + unknown) from reconciliations order by started_at desc limit 1"));
        }
        finally
        {
            await company.Directory.StartAgain();
        }

        // Somebody has emptied it of all but the canary.
        await company.Directory.Modify(string.Join("\n\n", (await Uids()).Where(uid => uid != "canary-many").Select(uid => $"dn: uid={uid},{Ou}\nchangetype: delete")) + "\n");
        var (shrunk, _) = await product.TryCli("reconcile", "many", "--why", "and again");
        Assert.Equal(1, shrunk);
        Assert.Equal("inconclusive|list-shrank|0", await product.Query<string>("select concat_ws('|', status, reason, orphans + leavers_active + unknown) from reconciliations order by started_at desc limit 1"));
        Assert.Equal(sagas, await product.Query<long>("select count(*) from sagas"));
        Assert.Equal(Employee.FullAccess, await colleague.Everywhere());

        // A clean system is told of by the exit code.
        Assert.Contains("No findings", await product.Cli("reconcile", "many", "--shrunk-is-right", "--why", "it was cleared up"), StringComparison.Ordinal);
        Assert.Equal(4, (await product.Json("reconcile", "list")).AsArray().Count);
        Assert.Equal(8L, await product.Query<long>("select count(*) from audit where type in ('reconciliation-begun', 'reconciliation-ended')"));
        await product.AuditIsVerified();
    }

    private static int Count(JsonArray findings, string kind) => findings.Count(f => f!["finding"]!.GetValue<string>() == kind);

    /// <summary>Without an address: the story's other directory finds people by that, in all of the tree.</summary>
    private static string Entry(string uid, string number) => $"dn: uid={uid},{Ou}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: x\nsn: x\nemployeeNumber: {number}\n";

    private async Task Fill()
    {
        var accounts = Enumerable.Range(0, Orphans).Select(i => $"orphan-{i}").Append("svc-backup").Append("canary-many")
            .Select(uid => Entry(uid, uid));
        await company.Directory.Add($"dn: {Ou}\nobjectClass: organizationalUnit\nou: reconciled\n\n{string.Join('\n', accounts)}");
    }

    private async Task<IReadOnlyList<string>> Uids()
        => [.. (await company.Directory.Everything()).Split('\n').Where(line => line.StartsWith("dn: uid=", StringComparison.Ordinal) && line.Contains("ou=reconciled", StringComparison.Ordinal)).Select(line => line[8..line.IndexOf(',', StringComparison.Ordinal)])];
}
