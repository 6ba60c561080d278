using System.Text.Json.Nodes;
using Deprovisioner.Connectors.RabbitMq;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.RabbitMq;

/// <summary>What is particular to RabbitMQ, on a real broker.</summary>
[Collection(nameof(RabbitMqFixture))]
public sealed class RabbitMqUsersTests(RabbitMqFixture fixture)
{
    public static TheoryData<string> RealNastyNames => ["a/b", "%2e%2e", "..%2f..%2fusers", "../permissions", "a?b=c#d", "a\\b", " padded ", "ünï\u202Ecode", "a;b", "a+b", "a\"b", "permissions", "*"];

    [Fact]
    public async Task A_disabled_user_connects_no_more_and_sees_no_management_and_comes_back_as_it_was()
    {
        var name = await NewUserAsync(["management", "team-a"]);
        await fixture.Administrator.LimitAsync(name, 7);
        Assert.True(await fixture.Administrator.ConnectsAsync(name));
        Assert.True(await fixture.Administrator.ManagesAsync(name));

        var disabled = await RunAsync(StepAction.DisableAccount, name);

        Assert.Equal((Outcome.Changed, null), (disabled.Outcome, disabled.Code));
        Assert.False(await fixture.Administrator.ConnectsAsync(name));
        Assert.False(await fixture.Administrator.ManagesAsync(name));
        Assert.Contains($"{name}\t[team-a]", await fixture.Broker.Control("-q", "list_users", "--no-table-headers"), StringComparison.Ordinal);

        var restored = await RestoreAsync(name, disabled.Snapshots);

        Assert.Equal((Outcome.Changed, null), (restored.Outcome, restored.Code));
        Assert.True(await fixture.Administrator.ConnectsAsync(name));
        Assert.True(await fixture.Administrator.ManagesAsync(name));
        var user = (await fixture.Administrator.GetAsync($"users/{name}"))!;
        Assert.Equal("""{"max-connections":7}""", user["limits"]!.ToJsonString());
        Assert.Equal(["management", "team-a"], user["tags"]!.AsArray().Select(t => t!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_limit_alone_is_no_disable_while_the_management_interface_is_open()
    {
        var name = await NewUserAsync(["policymaker"]);
        await fixture.Administrator.LimitAsync(name, 0);

        Assert.Equal(Outcome.Changed, (await RunAsync(StepAction.DisableAccount, name)).Outcome);
        Assert.False(await fixture.Administrator.ManagesAsync(name));
    }

    [Fact]
    public async Task Live_connections_go_on_after_sign_in_is_cut_and_end_when_they_are_revoked()
    {
        var name = await NewUserAsync([]);
        await using var connection = await fixture.Administrator.ConnectAsync(name);
        await using var other = await fixture.Administrator.ConnectAsync(RabbitMqTarget.CanaryName, host: await HostOfCanaryAsync());

        Assert.Equal(Outcome.Changed, (await RunAsync(StepAction.DisableAccount, name)).Outcome);
        await using (var channel = await connection.CreateChannelAsync())
        {
            Assert.True(channel.IsOpen);
        }

        Assert.Equal(Outcome.Changed, (await RunAsync(StepAction.RevokeSessions, name)).Outcome);
        await Eventually.True("the connection to be closed", () => Task.FromResult(!connection.IsOpen));
        Assert.True(other.IsOpen);
    }

    [Fact]
    public async Task A_password_that_was_taken_away_opens_nothing_and_the_tags_stay()
    {
        var name = await NewUserAsync(["management"]);

        var report = await RunAsync(StepAction.RevokeCredentials, name);

        Assert.Equal((Outcome.Changed, null), (report.Outcome, report.Code));
        Assert.False(await fixture.Administrator.ConnectsAsync(name));
        Assert.False(await fixture.Administrator.ConnectsAsync(name, password: ""));
        Assert.Contains("Error", (await ControlOrErrorAsync("authenticate_user", name, BrokerAdministrator.Password)), StringComparison.Ordinal);
        Assert.Equal("management", (await fixture.Administrator.GetAsync($"users/{name}"))!["tags"]!.AsArray().Single()!.GetValue<string>());
    }

    [Fact]
    public async Task Taking_tags_away_leaves_the_password_as_it_is()
    {
        var name = await NewUserAsync(["management"]);
        var hash = await HashAsync(name);

        Assert.Equal(Outcome.Changed, (await RunAsync(StepAction.RemoveEntitlements, name)).Outcome);

        Assert.Equal(hash, await HashAsync(name));
        Assert.DoesNotContain(name, await fixture.Broker.Control("-q", "list_permissions", "--no-table-headers"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Topic_permissions_stay_since_without_them_every_topic_is_allowed()
    {
        var name = await NewUserAsync([]);
        await fixture.Administrator.PutAsync($"topic-permissions/%2F/{name}", new { exchange = "amq.topic", write = "^a", read = "^a" });

        Assert.Equal(Outcome.Changed, (await RunAsync(StepAction.RemoveEntitlements, name)).Outcome);

        Assert.Single((await fixture.Administrator.GetAsync($"users/{name}/topic-permissions"))!.AsArray());
        Assert.False(await fixture.Administrator.ConnectsAsync(name));
    }

    [Fact]
    public async Task A_restore_gives_back_what_was_permitted_word_for_word_and_says_that_a_password_is_missing()
    {
        var name = await NewUserAsync(["monitoring"]);
        await fixture.Administrator.PermitAsync(RabbitMqTarget.SecondHost, name, "^$", "^orders\\.\"", "ü|b");
        var removed = await RunAsync(StepAction.RemoveEntitlements, name);
        await RunAsync(StepAction.RevokeCredentials, name);

        var restored = await RestoreAsync(name, removed.Snapshots);

        Assert.Equal((Outcome.Changed, "follow-up"), (restored.Outcome, restored.Code));
        Assert.Contains("no password", restored.Message, StringComparison.Ordinal);
        var second = (await fixture.Administrator.GetAsync($"permissions/{Uri.EscapeDataString(RabbitMqTarget.SecondHost)}/{name}"))!;
        Assert.Equal(("^$", "^orders\\.\"", "ü|b"), (Text(second, "configure"), Text(second, "write"), Text(second, "read")));
        Assert.Equal("", await HashAsync(name));
    }

    [Fact]
    public async Task A_virtual_host_that_is_gone_keeps_nothing_else_from_being_restored()
    {
        var name = await NewUserAsync(["monitoring"]);
        var host = fixture.NewName("host");
        await fixture.Administrator.AddHostAsync(host);
        await fixture.Administrator.PermitAsync(host, name);
        var removed = await RunAsync(StepAction.RemoveEntitlements, name);
        await fixture.Administrator.DeleteAsync($"vhosts/{host}");

        var restored = await RestoreAsync(name, removed.Snapshots);

        Assert.Equal((Outcome.Rejected, "http-400"), (restored.Outcome, restored.Code));
        Assert.Contains("vhost_or_user_not_found", restored.Message, StringComparison.Ordinal);
        Assert.True(await fixture.Administrator.ConnectsAsync(name));
        Assert.True(await fixture.Administrator.ManagesAsync(name));
    }

    [Fact]
    public async Task A_deleted_users_connections_end_and_its_namesake_elsewhere_is_left()
    {
        var name = await NewUserAsync([]);
        await NewUserAsync([], name + "/");
        await using var connection = await fixture.Administrator.ConnectAsync(name);

        Assert.Equal((Outcome.Changed, null), Said(await RunAsync(StepAction.DeleteAccount, name)));

        await Eventually.True("the connection to be closed", () => Task.FromResult(!connection.IsOpen));
        var users = await fixture.Broker.Control("-q", "list_users", "--no-table-headers");
        Assert.DoesNotContain($"{name}\t", users, StringComparison.Ordinal);
        Assert.Contains($"{name}/\t", users, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_action_writes_to_these_addresses_and_to_no_other()
    {
        await using var recorder = await ManagementRecorder.StartAsync(fixture.Administrator.Url);
        var name = await NewUserAsync(["management"], fixture.NewName("a/b"));
        await fixture.Administrator.PermitAsync(RabbitMqTarget.SecondHost, name);
        var segment = name.Replace("/", "%2F", StringComparison.Ordinal);
        var writes = new Dictionary<StepAction, string[]>
        {
            [StepAction.RevokeCredentials] = [$"PUT /api/users/{segment}"],
            [StepAction.RemoveEntitlements] = [$"DELETE /api/permissions/%2F/{segment}", $"DELETE /api/permissions/orders%2Feu%3A1/{segment}", $"PUT /api/users/{segment}"],
            [StepAction.DisableAccount] = [$"PUT /api/user-limits/{segment}/max-connections"],
            [StepAction.DeleteAccount] = [$"DELETE /api/connections/username/{segment}", $"DELETE /api/users/{segment}", $"DELETE /api/connections/username/{segment}"],
        };

        foreach (var (action, expected) in writes)
        {
            var before = recorder.Writes.Count;
            Assert.Equal(Outcome.Changed, (await RunAsync(action, name, recorder.Url)).Outcome);
            Assert.Equal(expected, recorder.Writes.Skip(before));
        }
    }

    [Fact]
    public async Task A_user_that_somebody_deletes_while_it_is_written_is_not_made_anew()
    {
        await using var recorder = await ManagementRecorder.StartAsync(fixture.Administrator.Url);
        var name = await NewUserAsync(["administrator"]);
        recorder.Before = async line =>
        {
            if (line == $"PUT /api/users/{name}")
            {
                await fixture.Administrator.DeleteAsync($"users/{name}");
            }

            return null;
        };

        var report = await RunAsync(StepAction.RemoveEntitlements, name, recorder.Url);

        Assert.Equal(Outcome.Changed, report.Outcome);
        Assert.Null(await fixture.Administrator.GetAsync($"users/{name}"));
    }

    [Fact]
    public async Task One_refused_removal_does_not_keep_the_others()
    {
        await using var recorder = await ManagementRecorder.StartAsync(fixture.Administrator.Url);
        var name = await NewUserAsync(["management"]);
        await fixture.Administrator.PermitAsync(RabbitMqTarget.SecondHost, name);
        recorder.Before = line => Task.FromResult(line == $"DELETE /api/permissions/%2F/{name}" ? new ManagementRecorder.Answer(400) : null);

        var report = await RunAsync(StepAction.RemoveEntitlements, name, recorder.Url);

        Assert.Equal((Outcome.Rejected, "http-400"), Said(report));
        var left = Assert.Single((await fixture.Administrator.GetAsync($"users/{name}/permissions"))!.AsArray());
        Assert.Equal("/", Text(left!, "vhost"));
        Assert.Empty((await fixture.Administrator.GetAsync($"users/{name}"))!["tags"]!.AsArray());
    }

    [Theory]
    [InlineData("guest")]
    [InlineData(BrokerAdministrator.Operator)]
    public async Task The_built_in_user_and_our_own_are_never_touched(string guarded)
    {
        foreach (var action in new[] { StepAction.DisableAccount, StepAction.RevokeSessions, StepAction.RevokeCredentials, StepAction.RemoveEntitlements, StepAction.DeleteAccount })
        {
            Assert.Equal((Outcome.Rejected, "protected"), Said(await RunAsync(action, guarded)));
        }
    }

    [Theory]
    [MemberData(nameof(RealNastyNames))]
    public async Task A_user_with_a_nasty_name_is_cut_and_restored_like_any_other(string nasty)
    {
        var name = await NewUserAsync(["management"], nasty + fixture.NewName(""));
        var disabled = await RunAsync(StepAction.DisableAccount, name);

        Assert.Equal(Outcome.Changed, disabled.Outcome);
        Assert.False(await fixture.Administrator.ConnectsAsync(name));
        Assert.Equal(Outcome.Changed, (await RestoreAsync(name, disabled.Snapshots)).Outcome);
        Assert.True(await fixture.Administrator.ConnectsAsync(name));
        Assert.Equal(Outcome.Changed, (await RunAsync(StepAction.DeleteAccount, name)).Outcome);
        Assert.False(await fixture.Administrator.ConnectsAsync(name));
    }

    [Fact]
    public async Task A_user_whose_name_no_address_can_hold_is_said_to_be_there_and_left()
    {
        await fixture.Broker.Control("add_user", "..", "x");

        var report = await RunAsync(StepAction.DeleteAccount, "..");

        Assert.Equal((Outcome.Rejected, "unsafe-name"), Said(report));
        Assert.Contains("..\t", await fixture.Broker.Control("-q", "list_users", "--no-table-headers"), StringComparison.Ordinal);
        Assert.Equal(Outcome.Absent, (await RunAsync(StepAction.DeleteAccount, ".")).Outcome);
    }

    [Fact]
    public async Task A_credential_that_is_no_administrator_is_refused_and_the_check_says_what_it_lacks()
    {
        var (weak, name) = (await NewUserAsync(["monitoring"]), await NewUserAsync([]));
        var settings = RabbitMqTarget.With(fixture.Administrator.Url, weak, BrokerAdministrator.Password);
        await using var host = new ConformanceHost(new RabbitMqKind(), settings);

        Assert.Equal((Outcome.Unauthorized, "http-401"), Said(await host.Run(ConformanceHost.Command(settings, StepAction.DisableAccount, name))));
        Assert.Equal((Outcome.Unauthorized, "http-401"), Said(await host.Run(ConformanceHost.Command(settings, StepAction.DisableAccount, "nobody"))));
        var check = await host.Check();
        Assert.Contains(check.Findings, f => f is { Subject: "may change users", Ok: false } && f.Remedy!.Contains("set_user_tags", StringComparison.Ordinal));
        Assert.Equal("RabbitMQ 3.10.8", check.Version);
    }

    [Fact]
    public async Task Neither_hashes_nor_passwords_are_in_a_report()
    {
        var name = await NewUserAsync(["management"]);
        var hash = await HashAsync(name);

        foreach (var action in new[] { StepAction.DisableAccount, StepAction.RevokeCredentials, StepAction.RemoveEntitlements })
        {
            var text = System.Text.Json.JsonSerializer.Serialize(await RunAsync(action, name));
            Assert.DoesNotContain(hash, text, StringComparison.Ordinal);
            Assert.DoesNotContain(BrokerAdministrator.OperatorPassword, text, StringComparison.Ordinal);
        }
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static (Outcome Outcome, string? Code) Said(StepReport report) => (report.Outcome, report.Code);

    private async Task<string> NewUserAsync(string[] tags, string? name = null)
    {
        name ??= fixture.NewName("leaver");
        await fixture.Administrator.AddUserAsync(name, tags);
        await fixture.Administrator.PermitAsync("/", name);
        return name;
    }

    private async Task<string> HostOfCanaryAsync()
    {
        var host = fixture.NewName("host");
        await fixture.Administrator.AddHostAsync(host);
        await fixture.Administrator.PermitAsync(host, RabbitMqTarget.CanaryName);
        return host;
    }

    private async Task<string> HashAsync(string name) => Text((await fixture.Administrator.GetAsync($"users/{name}"))!, "password_hash");

    private async Task<string> ControlOrErrorAsync(params string[] arguments)
    {
        try
        {
            return await fixture.Broker.Control(arguments);
        }
        catch (InvalidOperationException error)
        {
            return error.Message;
        }
    }

    private async Task<StepReport> RunAsync(StepAction action, string name, string? url = null)
    {
        var settings = RabbitMqTarget.With(url ?? fixture.Administrator.Url);
        await using var host = new ConformanceHost(new RabbitMqKind(), settings, ConformanceHost.Patient);
        return await host.Run(ConformanceHost.Command(settings, action, name));
    }

    private async Task<StepReport> RestoreAsync(string name, IReadOnlyList<AccountSnapshot> snapshots)
    {
        var settings = RabbitMqTarget.With(fixture.Administrator.Url);
        await using var host = new ConformanceHost(new RabbitMqKind(), settings, ConformanceHost.Patient);
        return await host.Run(ConformanceHost.Command(settings, StepAction.RestoreAccount, name) with { Snapshots = snapshots });
    }
}
