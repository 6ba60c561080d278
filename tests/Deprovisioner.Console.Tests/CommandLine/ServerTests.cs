using Deprovisioner.Console.Tests.Site;
using Deprovisioner.Storage.Access;
using Deprovisioner.Testing;
using Deprovisioner.Worker.Commands;

namespace Deprovisioner.Console.Tests.CommandLine;

/// <summary>The command line through a console says what it says with the database.</summary>
[Collection(nameof(ConsoleSite))]
public sealed class ServerTests(ConsoleSite site)
{
    [Theory]
    [InlineData("sagas list --json")]
    [InlineData("sagas list --status completed --policy leaver --limit 1")]
    [InlineData("holds list")]
    [InlineData("people held")]
    [InlineData("systems list --json")]
    [InlineData("people show P-left --json")]
    [InlineData("tasks list")]
    [InlineData("events list --json")]
    [InlineData("events quarantined --json")]
    [InlineData("guard status --json")]
    [InlineData("guard list")]
    [InlineData("replay list")]
    [InlineData("reconcile list")]
    [InlineData("notifications list")]
    [InlineData("report --from 2027-01-01 --until 2027-12-31 --json")]
    [InlineData("report --from 2026-01-01 --until 2027-12-31 --csv -")]
    [InlineData("audit export --person P-left")]
    [InlineData("sagas show 00000000-0000-0000-0000-000000000001")]
    public async Task A_command_says_the_same_either_way(string line)
    {
        var key = await site.NewKey("reads-all", [AccessRoles.Viewer, AccessRoles.Auditor]);

        var database = await Run(null, null, line.Split(' '));
        var server = await Run(site.Url, key, line.Split(' '));
        for (var again = 0; again < 5 && database != server; again++)
        {
            // What is shown may have changed between the two, and hours of exposure do so while somebody's access is open.
            database = await Run(null, null, line.Split(' '));
            server = await Run(site.Url, key, line.Split(' '));
        }

        Assert.Equal(database.Output.Split('\n'), server.Output.Split('\n'));
        Assert.Equal(database.Code, server.Code);
        Assert.NotEqual(DeprovisionerCommands.WrongUsage, server.Code);
    }

    [Fact]
    public async Task An_act_over_a_server_is_done_under_the_name_of_its_token()
    {
        var key = await site.NewKey("on-call", [AccessRoles.Operator]);

        var paused = await Run(site.Url, key, "systems", "pause", "archive", "--why", "over a server");
        var resumed = await Run(site.Url, key, "systems", "resume", "archive", "--why", "over a server");
        var refused = await Run(site.Url, key, "systems", "pause", "nowhere", "--why", "over a server");

        Assert.Equal((0, 0, 1), (paused.Code, resumed.Code, refused.Code));
        Assert.Contains("No system is called nowhere.", refused.Output, StringComparison.Ordinal);
        Assert.Equal("key:on-call", await site.Scalar<string>("select distinct who from operator_acts where why = 'over a server'"));
    }

    [Fact]
    public async Task Systems_are_checked_by_the_installations_own_hosts()
    {
        var key = await site.NewKey("checks", [AccessRoles.Operator]);

        var good = await Run(site.Url, key, "systems", "check", "warehouse", "--why", "a new credential");
        var bad = await Run(site.Url, key, "systems", "check", "archive", "--why", "a new credential");
        var unknown = await Run(site.Url, key, "systems", "check", "archvie", "--why", "a new credential");
        var noReason = await Run(site.Url, key, "systems", "check");

        Assert.Equal((0, 1, 1, 2), (good.Code, bad.Code, unknown.Code, noReason.Code));
        Assert.Contains("PostgreSQL", good.Output, StringComparison.Ordinal);
        Assert.Contains("FAULT", bad.Output, StringComparison.Ordinal);
        Assert.Contains("no system archvie; it has archive, badge, warehouse", unknown.Output, StringComparison.Ordinal);
        Assert.Contains("--why is missing", noReason.Output, StringComparison.Ordinal);
        Assert.Equal("key:checks", await site.Scalar<string>("select distinct asked_by from system_checks where why = 'a new credential'"));
    }

    [Fact]
    public async Task Whoever_has_not_the_role_or_no_token_is_told_so()
    {
        var viewer = await Run(site.Url, await site.NewKey("looks-only", [AccessRoles.Viewer]), "systems", "pause", "archive", "--why", "to try");
        var nobody = await Run(site.Url, null, "sagas", "list");
        var asSomebody = await Run(site.Url, null, "systems", "pause", "archive", "--why", "to try", "--as", "somebody");

        Assert.Equal((1, 1, 2), (viewer.Code, nobody.Code, asSomebody.Code));
        Assert.True(viewer.Output.Contains("needs the role operator", StringComparison.Ordinal), viewer.Output);
        Assert.Contains("DEPROVISIONER_TOKEN", nobody.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_happen_is_told_by_the_configuration_in_force()
    {
        var key = await site.NewKey("plans", [AccessRoles.Viewer]);

        var leaves = await Run(site.Url, key, "plan", "P-stays", "--reason", "misconduct", "--last-day", "2027-03-31");
        var nobody = await Run(site.Url, key, "plan", "P-nobody");
        var json = await Run(site.Url, key, "plan", "P-nobody", "--email", "nobody@example.test", "--json");

        Assert.Contains("A leaver saga would open for employment P-stays-1, by policy fired.", leaves.Output, StringComparison.Ordinal);
        Assert.Contains("last day 2027-03-31", leaves.Output, StringComparison.Ordinal);
        Assert.Equal((0, 1, 0), (leaves.Code, nobody.Code, json.Code));
        Assert.Equal("deprovisioner: nobody is known by the id P-nobody. Say who it is with --email or --user-name, or give a file with an event: --event FILE.", nobody.Output.TrimEnd());
        Assert.Equal("leaver", (string?)System.Text.Json.Nodes.JsonNode.Parse(json.Output)!["sagas"]![0]!["kind"]);
    }

    [Fact]
    public async Task Events_are_published_through_a_server()
    {
        using var folder = new TemporaryFolder("events");
        var file = Path.Combine(folder.Path, "event.json");
        await File.WriteAllTextAsync(file, Company.Hired("P-by-server", "by-server").ToJsonString());

        var published = await Run(site.Url, await site.NewKey("publishes", [AccessRoles.Publisher]), "publish", file);

        Assert.Equal(0, published.Code);
        await Eventually.True("the event to be decided", async () => await site.Scalar<long>("select count(*) from inbox where event_id = 'hired-P-by-server'") == 1);
    }

    private async Task<(int Code, string Output)> Run(Uri? server, string? token, params string[] line)
    {
        var (output, error) = (System.Console.Out, System.Console.Error);
        using var said = new StringWriter();
        System.Console.SetOut(said);
        System.Console.SetError(said);
        Environment.SetEnvironmentVariable("ConnectionStrings__Deprovisioner", server is null ? site.ConnectionString(DatabaseRole.Console) : null);
        Environment.SetEnvironmentVariable("DEPROVISIONER_TOKEN", token);
        try
        {
            var code = await DeprovisionerCommands.Invoke(server is null ? line : [.. line, "--server", server.ToString()]);
            return (code, said.ToString());
        }
        finally
        {
            System.Console.SetOut(output);
            System.Console.SetError(error);
            Environment.SetEnvironmentVariable("ConnectionStrings__Deprovisioner", null);
            Environment.SetEnvironmentVariable("DEPROVISIONER_TOKEN", null);
        }
    }
}
