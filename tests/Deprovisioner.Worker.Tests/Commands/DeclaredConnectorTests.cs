using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.Worker.Tests.Commands;

/// <summary>A connector that an installation declares in the folder beside its configuration, against a real SCIM server.</summary>
[Collection(OneAtATime.Name)]
public sealed class DeclaredConnectorTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "DEPROVISIONER_TEST_SCIM_TOKEN";

    private static readonly string Declaration = File.ReadAllText(Repository.PathOf("tests", "Deprovisioner.Connectors.Tests", "Rest", "scim.yaml"));

    private readonly TemporaryFolder folder = new("declared");
    private ScimServer server = null!;

    public async Task InitializeAsync()
    {
        server = await ScimServer.StartAsync();
        Environment.SetEnvironmentVariable(Secret, server.Token);
        Directory.CreateDirectory(folder["connectors"]);
        folder.Write("connectors/help-desk.yaml", Declaration);
        folder.Write("organisation.yaml", $$"""
            systems:
              crm: {connector: help-desk, url: "{{server.Url}}", token: "${env:{{Secret}}}", match: {attribute: userName, value: person.email}, canary: canary@example.test}
            policies:
              - name: leaver
                when: {event: terminated}
                stages: [{name: contain, within: 5m, steps: [{system: crm, action: disable-account}]}]
            """);
    }

    public Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable(Secret, null);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task It_is_known_by_its_file_s_name()
    {
        var result = await Run("policy", "check");

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Contains(": good: 1 systems", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_in_it_is_told_with_its_file_line_and_key()
    {
        folder.Write("connectors/help-desk.yaml", Declaration.Replace("id: $.id", "id: id", StringComparison.Ordinal));

        var result = await Run("policy", "check");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"{folder["connectors/help-desk.yaml"]}:15:3: account.id: a location begins with $", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task None_takes_the_name_of_a_coded_one()
    {
        folder.Write("connectors/ldap.yaml", Declaration);

        var result = await Run("policy", "check");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("'ldap' is the name of a connector of this build", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_tries_each_request_and_shows_the_exchanges_without_the_secret()
    {
        await server.AddUserAsync("canary@example.test");

        var result = await Run("systems", "check", "crm", "--record");

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Contains($"> GET {server.Url}/Users?count=100&startIndex=1", result.Output, StringComparison.Ordinal);
        Assert.Contains("> authorization: [redacted]", result.Output, StringComparison.Ordinal);
        Assert.Contains("canary@example.test", result.Output, StringComparison.Ordinal);
        Assert.Contains("entitlements.group.remove: PATCH /Groups/{item.id} (not sent)", string.Join(' ', result.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Token, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_system_is_tried_with_an_account_for_trials_and_only_where_that_is_said()
    {
        await server.AddUserAsync("canary@example.test");
        var id = await server.AddUserAsync("trial@example.test", user => user["roles"] = new JsonArray(new JsonObject { ["value"] = "seller" }));

        var asked = await Run("systems", "conform", "crm", "--person", "trial@example.test");
        Assert.Equal(2, asked.ExitCode);
        Assert.Contains("add --yes", asked.Output, StringComparison.Ordinal);

        var done = await Run("systems", "conform", "crm", "--person", "trial@example.test", "--once", "delete-account", "--yes");
        Assert.True(done.ExitCode == 0, done.Output + done.Errors);
        Assert.Contains("ok     remove-entitlements: Running it twice changes something once", done.Output, StringComparison.Ordinal);
        Assert.Contains("crm: 20 of 20 hold", done.Output, StringComparison.Ordinal);
        Assert.Null(await server.GetAsync($"Users/{id}"));

        var none = await Run("systems", "conform", "crm", "--person", "trial@example.test", "--yes");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("FAULT  The account is found, once, and can be read: 0 accounts are found.", none.Output, StringComparison.Ordinal);
    }

    private Task<CommandResult> Run(params string[] arguments)
        => CommandLine.Run(new Dictionary<string, string> { ["Deprovisioner__Config"] = folder["organisation.yaml"] }, arguments);
}
