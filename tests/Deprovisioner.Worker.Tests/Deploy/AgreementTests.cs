using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Testing;
using Deprovisioner.Worker.Settings;
using Microsoft.Extensions.Configuration;

namespace Deprovisioner.Worker.Tests.Deploy;

/// <summary>Compose, Kubernetes, systemd, the broker's definitions and the database roles say the same names as the product, and as each other.</summary>
public sealed partial class AgreementTests
{
    private static readonly JsonNode Definitions = JsonNode.Parse(Text("rabbitmq", "definitions.json"))!;

    public static TheoryData<string> Deployments => new("compose.yaml", "kubernetes", "systemd", "container");

    [Theory]
    [MemberData(nameof(Deployments))]
    public void Every_setting_that_is_named_is_one_of_the_products(string folder)
    {
        var readme = File.ReadAllText(Repository.PathOf("README.md"));
        var named = Settings().Matches(Everything(folder)).Select(match => match.Value).Distinct().ToList();

        Assert.NotEmpty(named);
        Assert.Equal([], named.Where(name => !readme.Contains($"| `{name}` |", StringComparison.Ordinal) && !readme.Contains($"`{name}`", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("compose.yaml")]
    [InlineData("kubernetes")]
    [InlineData("systemd")]
    public void Both_roles_run_and_only_the_orchestrator_has_a_database(string folder)
    {
        var text = Everything(folder);

        Assert.Matches(@"Deprovisioner__Roles\W+(value: "")?orchestrator", text);
        Assert.Matches(@"Deprovisioner__Roles\W+(value: "")?connectors", text);
        var connectors = folder == "compose.yaml" ? Between(text, "\n  connectors:\n", "\n  console:\n") : File.ReadAllText(Directory.GetFiles(Repository.PathOf("deploy", folder), "*connectors*")[0]);
        Assert.Contains("ConnectionStrings__RabbitMq", connectors, StringComparison.Ordinal);
        Assert.DoesNotContain("ConnectionStrings__Deprovisioner", connectors, StringComparison.Ordinal);
        Assert.DoesNotContain("database", Uncommented(connectors), StringComparison.Ordinal);
    }

    [Fact]
    public void The_settings_of_the_orchestrators_unit_are_read_as_they_are_meant()
    {
        using var folder = new TemporaryFolder("credentials");
        folder.Write("broker", "amqp://deprovisioner-orchestrator:secret@127.0.0.1:5672/deprovisioner\n");
        var unit = Text("systemd", "deprovisioner-orchestrator.service").Replace("%d", folder.Path, StringComparison.Ordinal);
        var environment = EnvironmentOf().Matches(unit).Select(match => match.Groups["pair"].Value.Split('=', 2)).ToDictionary(pair => pair[0].Replace("__", ":", StringComparison.Ordinal), pair => (string?)pair[1]);

        var settings = ProcessSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(environment).Build());

        Assert.True(settings is { Orchestrates: true, Connects: false });
        Assert.Equal("deprovisioner-orchestrator:secret", settings.RabbitMq?.UserInfo);
        Assert.Contains("Username=deprovisioner_orchestrator", settings.RequiredDatabase(), StringComparison.Ordinal);
        Assert.Equal(8081, settings.HealthUrl?.Port);
    }

    [Fact]
    public void The_brokers_definitions_name_the_products_exchanges_and_queues()
    {
        Assert.Equal(
            [Transport.HrEventsExchange, Transport.EventsExchange, Transport.HrEventsQueue, Transport.HrEventsBacklogQueue, Transport.ReportsQueue, "deprovisioner.parked"],
            Definitions["exchanges"]!.AsArray().Select(exchange => exchange!["name"]!.GetValue<string>()));
        Assert.Equal([Transport.HrEventsQueue, Transport.HrEventsBacklogQueue, Transport.ReportsQueue, "deprovisioner.parked"], Definitions["queues"]!.AsArray().Select(queue => queue!["name"]!.GetValue<string>()));
        Assert.All(Definitions["queues"]!.AsArray(), queue => Assert.Equal("quorum", queue!["arguments"]!["x-queue-type"]!.GetValue<string>()));
        Assert.All(Definitions["users"]!.AsArray(), user => Assert.Equal("", user!["password_hash"]!.GetValue<string>()));
    }

    /// <summary>Every name that a system may have, and nothing that is not a system's.</summary>
    [Theory]
    [InlineData("deprovisioner-connectors", "read", "crm", true)]
    [InlineData("deprovisioner-connectors", "configure", "corp-ldap-2", true)]
    [InlineData("deprovisioner-orchestrator", "write", "corp-ldap-2", true)]
    [InlineData("deprovisioner-orchestrator", "read", "crm", false)]
    [InlineData("deprovisioner-publisher", "write", "crm", false)]
    public void A_users_patterns_cover_a_systems_queues(string user, string what, string system, bool may)
    {
        var pattern = Definitions["permissions"]!.AsArray().Single(permission => permission!["user"]!.GetValue<string>() == user)![what]!.GetValue<string>();
        var name = new SystemName(system);

        Assert.Equal(may, Regex.IsMatch(Transport.CommandQueue(name), pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)));
        Assert.Equal(may, Regex.IsMatch(Transport.ListQueue(name), pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)));
        Assert.DoesNotMatch(pattern, Transport.CommandQueue(name) + ".lists.more");
    }

    [Theory]
    [InlineData("compose.yaml")]
    [InlineData("systemd")]
    [InlineData("postgres")]
    public void Database_roles_are_those_that_the_roles_file_makes(string folder)
    {
        var named = Roles().Matches(Everything(folder)).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(named);
        Assert.Equal([], named.Except(DatabaseRole.All));
    }

    [Theory]
    [InlineData("compose.yaml")]
    [InlineData("kubernetes")]
    [InlineData("container")]
    public void Containers_run_as_the_same_user_and_listen_where_they_are_probed(string folder)
    {
        var text = Everything(folder);

        Assert.Contains("10001", text, StringComparison.Ordinal);
        if (folder != "compose.yaml")
        {
            Assert.Contains("http://0.0.0.0:8081", text, StringComparison.Ordinal);
            Assert.Contains("http://0.0.0.0:8082", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_manifest_is_in_the_kustomization_and_every_pod_is_restricted()
    {
        var kustomization = Text("kubernetes", "kustomization.yaml");
        foreach (var file in PublicToolsTests.Manifests().Where(file => Path.GetFileName(file) != "kustomization.yaml"))
        {
            Assert.Contains($"- {Path.GetFileName(file)}", kustomization, StringComparison.Ordinal);
            var text = File.ReadAllText(file);
            foreach (var restriction in new[] { "runAsNonRoot: true", "readOnlyRootFilesystem: true", "allowPrivilegeEscalation: false", "capabilities: {drop: [ALL]}", "seccompProfile: {type: RuntimeDefault}", "automountServiceAccountToken: false" })
            {
                Assert.Equal(Count(text, "\n      containers:"), Count(text, restriction));
            }
        }
    }

    /// <summary>More than the process itself takes for a stop (WorkerHost).</summary>
    [Theory]
    [InlineData("compose.yaml", @"stop_grace_period: 40s")]
    [InlineData("kubernetes", @"terminationGracePeriodSeconds: 40")]
    [InlineData("systemd", @"TimeoutStopSec=40s")]
    public void Whoever_stops_it_waits_longer_than_it_takes(string folder, string setting)
        => Assert.Contains(setting, Everything(folder), StringComparison.Ordinal);

    [Fact]
    public void The_configuration_in_the_manifests_is_a_good_one()
    {
        var map = Text("kubernetes", "configuration.yaml");
        var yaml = string.Join('\n', Between(map + "\n", "  deprovisioner.yaml: |\n", "\0").Split('\n').Select(line => line.Length > 4 ? line[4..] : ""));

        var reading = ConfigurationReader.Read(yaml, ConnectorCatalogue.Descriptions);

        Assert.Equal([], reading.Faults.Select(fault => fault.ToString()));
        Assert.NotNull(reading.Configuration);
        var scaled = ScaledQueues().Matches(Text("kubernetes", "autoscaling.yaml")).Select(match => match.Groups["queue"].Value);
        Assert.Equal([Transport.HrEventsQueue, Transport.HrEventsBacklogQueue, Transport.ReportsQueue, Transport.CommandQueue(new SystemName("crm"))], scaled);
        Assert.Contains(reading.Configuration.Systems, system => system.Name.Value == "crm");
    }

    private static string Everything(string folder)
        => Directory.Exists(Repository.PathOf("deploy", folder))
            ? string.Join('\n', Directory.GetFiles(Repository.PathOf("deploy", folder)).Order(StringComparer.Ordinal).Select(File.ReadAllText))
            : Text(folder);

    private static string Text(params string[] parts) => File.ReadAllText(Repository.PathOf(["deploy", .. parts]));

    private static string Between(string text, string from, string to)
    {
        var rest = text[(text.IndexOf(from, StringComparison.Ordinal) + from.Length)..];
        return rest.IndexOf(to, StringComparison.Ordinal) is var end and >= 0 ? rest[..end] : rest;
    }

    private static string Uncommented(string text) => string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith('#')));

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    [GeneratedRegex(@"\b(ConnectionStrings|Deprovisioner|Logging)__[A-Za-z_]+|\bOTEL_[A-Z_]+|\bASPNETCORE_[A-Z_]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Settings();

    [GeneratedRegex(@"\bdeprovisioner_[a-z]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Roles();

    [GeneratedRegex(@"^Environment=""?(?<pair>[^""\n]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EnvironmentOf();

    [GeneratedRegex(@"queueName: (?<queue>[a-z0-9.-]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ScaledQueues();
}
