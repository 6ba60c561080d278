using System.CommandLine;
using System.Globalization;
using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Site;

namespace Deprovisioner.Benchmarks.Scenarios;

/// <summary>Thousands of people dismissed at one moment, urgent ones among them; then the same with two systems that cannot be reached for a while.</summary>
internal static class LayoffScenario
{
    /// <summary>What is measured unless told.</summary>
    public static LayoffRun Usual { get; } = new() { People = 10_000, Systems = 12, PerSecond = 100, Latency = TimeSpan.FromMilliseconds(20), FailingFor = TimeSpan.FromSeconds(30) };

    public static Command Create()
    {
        var people = new Option<int>("--people") { Description = "How many are dismissed at one moment.", DefaultValueFactory = _ => Usual.People };
        var systems = new Option<int>("--systems") { Description = "How many systems each has an account on.", DefaultValueFactory = _ => Usual.Systems };
        var perSecond = new Option<int>("--per-second") { Description = "The slowest system's limit; each further one's is a tenth of it higher.", DefaultValueFactory = _ => Usual.PerSecond };
        var latency = new Option<int>("--latency-ms") { Description = "What each call to a system takes, in milliseconds.", DefaultValueFactory = _ => (int)Usual.Latency.TotalMilliseconds };
        var failing = new Option<int>("--failing-seconds") { Description = "How long two systems cannot be reached in the second run.", DefaultValueFactory = _ => (int)Usual.FailingFor.TotalSeconds };
        var command = new Command("layoff", "10,000 people on 12 systems at once: how long it takes against the bound that the systems' own limits set, and how soon an urgent person is contained meanwhile.");
        foreach (var option in (Option[])[people, systems, perSecond, latency, failing])
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, _) =>
        {
            Console.WriteLine(Machine.ToText(new ServerOptions()));
            await Measure(new LayoffRun
            {
                People = parsed.GetValue(people),
                Systems = parsed.GetValue(systems),
                PerSecond = parsed.GetValue(perSecond),
                Latency = TimeSpan.FromMilliseconds(parsed.GetValue(latency)),
                FailingFor = TimeSpan.FromSeconds(parsed.GetValue(failing)),
            });
            return 0;
        });
        return command;
    }

    /// <summary>Without a failure, and with.</summary>
    public static async Task Measure(LayoffRun run)
    {
        var without = await Measure("Layoff, every system answers", run with { FailingFor = TimeSpan.Zero });
        var with = await Measure("Layoff, two systems cannot be reached for a while", run);
        var delay = with.OthersTook / without.OthersTook;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The systems that never failed were done after {delay:0.000} times what they took where none failed."));
    }

    private static async Task<LayoffFigures> Measure(string name, LayoffRun run)
    {
        Console.WriteLine(name);
        var figures = await run.Measure(new ServerOptions());
        Console.WriteLine(figures.ToText());
        return figures;
    }
}
