using System.CommandLine;
using System.Globalization;
using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Site;

namespace Deprovisioner.Benchmarks.Scenarios;

/// <summary>Thousands of people dismissed at one moment, urgent ones among them; then the same with two systems that cannot be reached for a while.</summary>
internal static class LayoffScenario
{
    public static Command Create()
    {
        var people = new Option<int>("--people") { Description = "How many are dismissed at one moment.", DefaultValueFactory = _ => 10_000 };
        var systems = new Option<int>("--systems") { Description = "How many systems each has an account on.", DefaultValueFactory = _ => 12 };
        var perSecond = new Option<int>("--per-second") { Description = "The slowest system's limit; each further one's is a tenth of it higher.", DefaultValueFactory = _ => 100 };
        var latency = new Option<int>("--latency-ms") { Description = "What each call to a system takes, in milliseconds.", DefaultValueFactory = _ => 20 };
        var failing = new Option<int>("--failing-seconds") { Description = "How long two systems cannot be reached in the second run.", DefaultValueFactory = _ => 30 };
        var command = new Command("layoff", "10,000 people on 12 systems at once: how long it takes against the bound that the systems' own limits set, and how soon an urgent person is contained meanwhile.");
        foreach (var option in (Option[])[people, systems, perSecond, latency, failing])
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, _) =>
        {
            Console.WriteLine(Machine.ToText(new ServerOptions()));
            var undisturbed = new LayoffRun
            {
                People = parsed.GetValue(people),
                Systems = parsed.GetValue(systems),
                PerSecond = parsed.GetValue(perSecond),
                Latency = TimeSpan.FromMilliseconds(parsed.GetValue(latency)),
                FailingFor = TimeSpan.Zero,
            };
            await Run(undisturbed, undisturbed with { FailingFor = TimeSpan.FromSeconds(parsed.GetValue(failing)) });
            return 0;
        });
        return command;
    }

    private static async Task Run(LayoffRun undisturbed, LayoffRun disturbed)
    {
        var without = await Measure("Layoff, every system answers", undisturbed);
        var with = await Measure("Layoff, two systems cannot be reached for a while", disturbed);
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
