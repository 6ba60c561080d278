using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>Names that would be filters, statements or JSON if somebody forgot to escape them. Each connector has its own tests too.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_names_are_hostile(Company company)
{
    private static readonly string[] Names =
    [
        "*", "*)(uid=*", "*)(|(mail=*", "'); DROP TABLE persons;--", "\"; DROP ROLE analysts;--", "x\",\"active\":true", "\" or userName pr or userName eq \"", "../../Groups", "%", "\\2a", "${env:LDAP_PASSWORD}", "{{7*7}}",
    ];

    [Fact]
    public async Task They_reach_no_query_filter_or_path_and_nobody_else_is_touched()
    {
        await using var product = await company.Install();
        var worker = await product.StartWorker();
        var colleague = await company.Employ();
        var directory = await company.Directory.Everything();
        var events = Names.SelectMany((name, i) => new[] { Event($"a{i}", name, $"{name}@example.test"), Event($"b{i}", name, "nobody@example.test") }).ToArray();

        await product.Publish(events);
        await product.Publish(Event("long", new string('x', 10_000), "nobody@example.test"), Event("mark", "ada\u200F", "nobody@example.test"));
        await Eventually.True("all to be taken in", async () => await product.Query<long>("select (select count(*) from inbox) + (select count(*) from quarantine)") == events.Length + 2);
        await Eventually.True("all sagas to be over", async () => await product.Query<long>("select count(*) from steps where status not in ('succeeded', 'failed')") == 0);

        Assert.Equal(["control-character", "too-long"], await product.Lines("select reason from quarantine where event_id in ('long', 'mark') order by reason"));
        Assert.True(await product.Query<long>("select count(*) from sagas") >= Names.Length, "too few were acted on to prove anything");
        Assert.Equal([], await product.Lines("select concat_ws(' ', system, action, outcome, code) from steps where outcome not in ('absent', 'rejected')"));
        Assert.Equal(Employee.FullAccess, await colleague.Everywhere());
        Assert.Equal(directory, await company.Directory.Everything());
        Assert.Equal(1L, await company.Postgres.Scalar<long>("select count(*) from pg_roles where rolname = 'analysts'"));
        Assert.DoesNotContain(OpenLdapServer.ServicePassword, worker.Output, StringComparison.Ordinal);
        await product.AuditIsVerified();
    }

    private static string Event(string id, string userName, string email)
        => new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = id,
            ["source"] = "/hris/hostile",
            ["type"] = "hr.employment.terminated.v1",
            ["time"] = "2026-11-20T10:00:00Z",
            ["data"] = new JsonObject
            {
                ["personId"] = "P-" + id,
                ["employmentId"] = "E-" + id,
                ["person"] = new JsonObject { ["email"] = email, ["userName"] = userName, ["givenName"] = userName[..Math.Min(userName.Length, 200)] },
            },
        }.ToJsonString();
}
