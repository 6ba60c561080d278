using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deprovisioner.Testing;

namespace Deprovisioner.Worker.Tests.Telemetry;

/// <summary><c>deploy/monitoring</c>: what Prometheus' own tool says of it, and that rules, dashboards, runbook and the product name the same things.</summary>
public sealed partial class MonitoringFilesTests
{
    private static readonly string Folder = Repository.PathOf("deploy", "monitoring");
    private static readonly string Rules = File.ReadAllText(Path.Combine(Folder, "rules.yaml"));

    public static TheoryData<string> Dashboards => [.. DashboardFiles];

    private static IEnumerable<string> DashboardFiles => Directory.GetFiles(Path.Combine(Folder, "dashboards"), "*.json").Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal);

    [Theory]
    [InlineData("check", "rules", "rules.yaml")]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("test", "rules", "rules.test.yaml")]
    public async Task Promtool_takes(string verb, string what, string file)
    {
        var (exitCode, output) = await ServerProcess.Run("promtool", [verb, what, file], folder: Folder, mayFail: true);

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void Every_metric_in_a_rule_is_one_of_the_products()
        => Assert.Equal([], Unknown(Expressions().Matches(Rules).Select(match => match.Groups["expr"].Value)));

    [Theory]
    [MemberData(nameof(Dashboards))]
    public void Every_panel_asks_for_metrics_that_there_are_and_says_in_which_unit(string dashboard)
    {
        var file = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "dashboards", dashboard)))!;
        var panels = file["panels"]!.AsArray().Where(panel => panel!["type"]!.GetValue<string>() != "row").Select(panel => panel!).ToList();

        Assert.True(panels.Count >= 6);
        Assert.Equal(panels.Count, panels.Select(panel => panel["id"]!.GetValue<int>()).Distinct().Count());
        Assert.Equal([], Unknown(panels.SelectMany(panel => panel["targets"]!.AsArray()).Select(target => target!["expr"]!.GetValue<string>())));
        Assert.All(panels, panel =>
        {
            Assert.NotEmpty(panel["fieldConfig"]!["defaults"]!["unit"]!.GetValue<string>());
            Assert.NotEmpty(panel["description"]!.GetValue<string>());
            Assert.NotEmpty(panel["targets"]!.AsArray());
        });
        Assert.Contains(file["templating"]!["list"]!.AsArray(), variable => variable!["type"]!.GetValue<string>() == "datasource");
    }

    [Fact]
    public async Task Every_dashboard_expression_is_one_that_Prometheus_can_read()
    {
        // promtool reads expressions where they stand in a rule.
        using var folder = new TemporaryFolder("dashboards");
        var rules = DashboardFiles.SelectMany(DashboardExpressions).Select((expr, i) => $"      - record: dashboard:{i}\n        expr: '{Filled(expr).Replace("'", "''", StringComparison.Ordinal)}'");
        folder.Write("rules.yaml", "groups:\n  - name: dashboards\n    rules:\n" + string.Join('\n', rules) + "\n");

        var check = await ServerProcess.Run("promtool", ["check", "rules", "--lint=none", folder["rules.yaml"]], mayFail: true);

        Assert.True(check.ExitCode == 0, check.Output);
    }

    [Fact]
    public void Every_alert_has_its_entry_in_the_runbook_and_a_test_and_says_what_it_is_about()
    {
        var alerts = Named().Matches(Rules).Select(match => match.Groups["name"].Value).ToList();
        var runbook = File.ReadAllText(Path.Combine(Folder, "runbook.md"));
        var tests = File.ReadAllText(Path.Combine(Folder, "rules.test.yaml"));

        Assert.Equal(alerts, alerts.Distinct());
        Assert.Equal(alerts.Order(StringComparer.Ordinal), Headings().Matches(runbook).Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal));
        Assert.Equal(alerts.Order(StringComparer.Ordinal), TestedAlerts().Matches(tests).Select(match => match.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal));
        foreach (var (name, text) in alerts.Zip(Rules.Split("      - alert: ")[1..]))
        {
            Assert.Matches(@"labels: \{severity: (critical|warning)\}", text);
            Assert.Contains("\n          summary: ", text, StringComparison.Ordinal);
            Assert.Contains("\n          description: ", text, StringComparison.Ordinal);
            Assert.Contains($"runbook.md#{name.ToLowerInvariant()}\n", text, StringComparison.Ordinal);
        }

        foreach (var entry in runbook.Split("\n## ")[1..])
        {
            Assert.All(["**Means**", "**See**", "**Do**", "**Escalate**"], part => Assert.Contains(part, entry, StringComparison.Ordinal));
        }
    }

    private static IEnumerable<string> DashboardExpressions(string dashboard)
        => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "dashboards", dashboard)))!["panels"]!.AsArray()
            .SelectMany(panel => panel!["targets"] is JsonArray targets ? targets.Select(target => target!["expr"]!.GetValue<string>()) : []);

    /// <summary>With Grafana's variables as it would fill them in.</summary>
    private static string Filled(string expression)
        => expression.Replace("$__rate_interval", "5m", StringComparison.Ordinal).Replace("$__range", "1d", StringComparison.Ordinal).Replace("$system", "crm", StringComparison.Ordinal);

    private static IEnumerable<string> Unknown(IEnumerable<string> expressions)
    {
        var recorded = Recorded().Matches(Rules).Select(match => match.Groups["name"].Value).ToHashSet();
        return expressions.SelectMany(expression => Metrics().Matches(Values().Replace(expression, "")).Select(match => match.Value))
            .Where(name => !ApprovedInstruments.Series.Contains(name) && !recorded.Contains(name)).Distinct();
    }

    [GeneratedRegex(@"^        expr: (?<expr>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Expressions();

    [GeneratedRegex(@"""[^""]*""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Values();

    [GeneratedRegex(@"\bdeprovisioner[_:][a-z0-9_:]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Metrics();

    [GeneratedRegex(@"^      - record: ""?(?<name>[a-z0-9_:]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Recorded();

    [GeneratedRegex(@"^      - alert: (?<name>\w+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();

    [GeneratedRegex(@"^## (?<name>\w+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Headings();

    [GeneratedRegex(@"alertname: (?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestedAlerts();
}
