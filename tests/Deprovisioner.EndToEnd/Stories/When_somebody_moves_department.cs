using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>
/// From Finance to Sales, on a real directory and a real warehouse: what only Finance gave is gone after the grace, what both give was never touched, not for a moment, and
/// what no role explains stays.
/// </summary>
[Collection(Stories.Name)]
public sealed class When_somebody_moves_department(Company company)
{
    [Fact]
    public async Task Old_access_goes_after_the_grace_and_nothing_else_ever_does()
    {
        var own = Guid.NewGuid().ToString("N")[..8];
        var mover = await company.Employ();
        var groups = new Dictionary<string, string>();
        foreach (var name in new[] { "finance", "reports" })
        {
            groups[name] = await company.Directory.AddGroup($"{name}-{own}", "groupOfNames", mover.Dn, $"cn=canary,{OpenLdapServer.PeopleDn}");
        }

        await company.Postgres.Execute($"create role ledger_{own}; create role readers_{own}; grant ledger_{own}, readers_{own} to \"{mover.UserName}\"", "warehouse");
        await using var product = await company.Install(new StoryOptions
        {
            Roles = $$$"""
            roles:
                  - {name: finance, when: {department: Finance}, grants: {directory: ["CN=finance-{{{own}}},{{{OpenLdapServer.GroupsDn}}}", "cn=reports-{{{own}}},{{{OpenLdapServer.GroupsDn}}}"], warehouse: [ledger_{{{own}}}, readers_{{{own}}}]}}
                  - {name: sales, when: {department: Sales}, grants: {directory: ["cn=REPORTS-{{{own}}},{{{OpenLdapServer.GroupsDn}}}"], warehouse: [readers_{{{own}}}]}}
            """,
            MorePolicies = """
              - {name: mover, when: {event: transferred}, grace: 4s, stages: [{name: revoke, steps: [{system: "*", action: remove-entitlements}]}]}
            """,
        });
        await product.StartWorker();
        await product.Publish(HrEvents.Of("hired", mover, 1, Data(mover, "Finance")));
        await Eventually.True("the hire", async () => await product.Query<long>("select count(*) from employments") == 1);

        var plan = await product.Json("plan", mover.PersonId, "--event", "transferred", "--department", "sales");
        Assert.Equal([$"CN=finance-{own},{OpenLdapServer.GroupsDn}", $"ledger_{own}"], plan["access"]!["lost"]!.AsArray().Select(e => e!["entitlement"]!.GetValue<string>()));
        Assert.Equal(2, plan["access"]!["kept"]!.AsArray().Count);
        Assert.Contains("4s of grace", plan["sagas"]![0]!["effectiveBasis"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains($"lost: warehouse ledger_{own}", await product.Cli("plan", mover.PersonId, "--event", "transferred", "--department", "sales"), StringComparison.Ordinal);
        Assert.Equal(0L, await product.Query<long>("select count(*) from sagas"));

        var untouched = await Untouched();
        await product.Publish(HrEvents.Of("transferred", mover, 2, Data(mover, "Sales")));
        await product.Reached(mover, "scheduled");
        Assert.True(await IsIn("finance"), "The grace is not over.");

        await product.Reached(mover, "completed");

        Assert.False(await IsIn("finance"));
        Assert.True(await IsIn("reports"));
        Assert.Equal(["analysts", $"readers_{own}"], await WarehouseRoles());
        Assert.Equal(untouched, await Untouched());
        Assert.Equal(Employee.FullAccess, await mover.Everywhere());
        Assert.Equal(["directory remove-entitlements changed", "warehouse remove-entitlements changed"], await product.Outcomes(mover));
        Assert.True(await product.Query<bool>("select min(first_due_at) - (select received_at from inbox where type like '%transferred%') >= interval '4 seconds' from steps"));
        var saga = await product.Query<Guid>("select saga_id from sagas");
        Assert.Contains($"takes away ledger_{own}; leaves readers_{own}; unexplained: keep", await product.Cli("sagas", "show", saga.ToString()), StringComparison.Ordinal);
        await product.AuditIsVerified();

        async Task<bool> IsIn(string name) => (await company.Directory.Values(groups[name], "member")).Contains(mover.Dn, StringComparer.OrdinalIgnoreCase);

        async Task<string?> WarehouseRow(string role) => await company.Postgres.Scalar<string>(
            $"select m.ctid::text || ' ' || m.xmin::text from pg_auth_members m where m.roleid = '{role}'::regrole and m.member = '\"{mover.UserName}\"'::regrole");

        // A group that was left and joined again has another entryCSN; a membership that was revoked and granted again is another row.
        async Task<string> Untouched()
            => string.Join(' ', [
                .. await company.Directory.Values(groups["reports"], "entryCSN"), .. await company.Directory.Values($"cn=team-{mover.UserName},{OpenLdapServer.GroupsDn}", "entryCSN"),
                await WarehouseRow($"readers_{own}") ?? "none", await WarehouseRow("analysts") ?? "none",
            ]);

        async Task<IEnumerable<string>> WarehouseRoles() => (await company.Postgres.Scalar<string>(
            $"select string_agg(m.roleid::regrole::text, ' ' order by m.roleid::regrole::text collate \"C\") from pg_auth_members m where m.member = '\"{mover.UserName}\"'::regrole"))!.Split(' ');
    }

    private static JsonObject Data(Employee who, string department)
        => new()
        {
            ["person"] = new JsonObject { ["email"] = who.Mail, ["userName"] = who.UserName },
            ["assignment"] = new JsonObject { ["department"] = department, ["title"] = "Analyst" },
        };
}
