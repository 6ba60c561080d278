using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>
/// The leaver is the only member of a group that may not be empty, and owns tables that nobody is there to take. Access ends at once all the same, nothing is lost, and the screen says who has
/// to do what.
/// </summary>
[Collection(Stories.Name)]
public sealed class When_the_leaver_is_the_last_owner(Company company)
{
    [Fact]
    public async Task Access_ends_at_once_the_group_and_the_tables_stay_and_both_are_told()
    {
        await using var product = await company.Install(new StoryOptions
        {
            MoreSystems = "vault: {connector: postgres, connection: \"${env:WAREHOUSE}\", match: {value: person.userName}, canary: canary, reassignOwnedTo: person.manager.userName}",
            Stages = """
                      - {name: contain, within: 5m, steps: [{system: directory, action: disable-account}, {system: crm, action: disable-account}, {system: vault, action: disable-account}, {system: vault, action: revoke-sessions}]}
                      - {name: revoke, within: 4h, steps: [{system: directory, action: remove-entitlements}, {system: crm, action: remove-entitlements}, {system: vault, action: remove-entitlements}]}
                      - {name: handover, steps: [{system: vault, action: transfer-data, to: manager}]}
                      - {name: retire, steps: [{system: vault, action: delete-account}]}
                """,
        });
        await product.StartWorker();
        var leaver = await company.Employ();
        var manager = await company.Employ();
        var table = "ledger_" + leaver.UserName;
        await company.Postgres.Execute($"create table \"{table}\" as select 1 as entry; alter table \"{table}\" owner to \"{leaver.UserName}\"", "warehouse");
        await product.Publish(HrEvents.Hired(leaver), HrEvents.Hired(manager));
        await product.TakenIn(2);

        await product.Publish(HrEvents.Terminated(leaver));
        await product.Reached(leaver, "needs-attention");
        await Eventually.True("all that can be cut", async () => await product.Query<long>("select count(*) from steps where status = 'succeeded'") == 7);

        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        Assert.Equal([OpenLdapServer.ServiceDn], await company.Directory.Values($"cn=team-{leaver.UserName},{OpenLdapServer.GroupsDn}", "member"));
        Assert.Equal(leaver.UserName, await Owner());
        Assert.Equal("waiting", await product.Query<string>("select status from steps where action = 'delete-account'"));
        var saga = (await product.Query<Guid>("select saga_id from sagas")).ToString();
        var screen = await product.Cli("sagas", "show", saga);
        Assert.Contains(
            $"done, and read back; something is left for a person. This was the last member of cn=team-{leaver.UserName},{OpenLdapServer.GroupsDn}: {OpenLdapServer.ServiceDn} stands in", screen, StringComparison.Ordinal);
        Assert.Contains(
            "will not succeed by itself: repair and replay, or resolve. Nobody can take over what the role owns: person.manager.userName is not known of this person.", screen, StringComparison.Ordinal);

        await product.Publish(HrEvents.Of("changed", leaver, 3, new JsonObject { ["assignment"] = new JsonObject { ["managerId"] = manager.PersonId } }));
        await product.TakenIn(4);
        await product.Cli("replay", saga, "--why", "HR says who the manager is");
        await product.Completed(1);

        Assert.Equal(manager.UserName, await Owner());
        Assert.Equal(0L, await company.Postgres.Scalar<long>($"select count(*) from pg_roles where rolname = '{leaver.UserName}'"));
        Assert.Equal(Employee.FullAccess, await manager.Everywhere());
        await product.AuditIsVerified();

        async Task<string?> Owner()
        {
            await using var connection = new Npgsql.NpgsqlConnection(company.Postgres.ConnectionString("warehouse"));
            await connection.OpenAsync();
            await using var command = new Npgsql.NpgsqlCommand($"select tableowner::text from pg_tables where tablename = '{table}'", connection);
            return await command.ExecuteScalarAsync() as string;
        }
    }
}
