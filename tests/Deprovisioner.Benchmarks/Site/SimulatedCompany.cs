using System.Globalization;
using System.Text;

namespace Deprovisioner.Benchmarks.Site;

/// <summary>A company whose systems are simulated.</summary>
internal sealed record SimulatedCompany
{
    /// <summary>How many systems it has.</summary>
    public int Systems { get; init; } = 10;

    /// <summary>More settings of a system, by its number from 1, YAML in flow style (<c>latency: 5ms</c>); empty: none.</summary>
    public Func<int, string> SystemSettings { get; init; } = _ => "";

    /// <summary>A system's limits. By default the highest that the configuration allows, so that pacing is on and nothing is paced away.</summary>
    public Func<int, string> Limits { get; init; } = _ => "{concurrency: 1000, perSecond: 10000, timeout: 5s, lease: 60s}";

    /// <summary>The policy's stages, YAML list items, indented by six.</summary>
    public string Stages { get; init; } = """
              - {name: contain, within: 5m, steps: [{system: "*", action: disable-account}]}
        """;

    /// <summary>More keys of the file's top level, YAML; empty: none.</summary>
    public string MoreKeys { get; init; } = "";

    public static string SystemName(int number) => string.Create(CultureInfo.InvariantCulture, $"system-{number:00}");

    public string ToYaml()
    {
        var yaml = new StringBuilder("systems:\n");
        for (var i = 1; i <= Systems; i++)
        {
            var more = SystemSettings(i);
            yaml.Append(CultureInfo.InvariantCulture, $"  {SystemName(i)}: {{connector: simulated, match: {{value: person.email}}, limits: {Limits(i)}{(more.Length > 0 ? ", " : "")}{more}}}\n");
        }

        return yaml.Append(CultureInfo.InvariantCulture, $"""
            policies:
              - name: leaver
                when: {"{event: terminated}"}
                stages:
            {Stages}
            {MoreKeys}

            """).ToString();
    }
}
