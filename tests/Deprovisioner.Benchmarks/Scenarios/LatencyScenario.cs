using System.CommandLine;
using System.Globalization;
using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Site;

namespace Deprovisioner.Benchmarks.Scenarios;

/// <summary>How long one leaver takes while there is little to do.</summary>
internal static class LatencyScenario
{
    /// <summary>Leavers, unless told.</summary>
    private const int PerSecond = 10;

    /// <inheritdoc cref="PerSecond"/>
    private const int Seconds = 60;

    public static Command Create()
    {
        var options = new ThroughputOptions();
        var perSecond = new Option<int>("--per-second") { Description = "Leavers a second.", DefaultValueFactory = _ => PerSecond };
        var seconds = new Option<int>("--seconds") { Description = "How long.", DefaultValueFactory = _ => Seconds };
        var slowDisk = new Option<bool>("--slow-disk") { Description = "Each flush of PostgreSQL's log takes 2 ms." };
        var only = new Option<string>("--only") { Description = "product or conventional; both unless told." };
        only.AcceptOnlyFromAmong("product", "conventional");
        var command = new Command("latency", "From an event's publication to its saga's committed completion, at a few leavers a second, after a warm-up.");
        options.AddTo(command);
        command.Add(perSecond);
        command.Add(seconds);
        command.Add(slowDisk);
        command.Add(only);
        command.SetAction(async (parsed, _) =>
        {
            var servers = new ServerOptions(parsed.GetValue(slowDisk));
            var run = options.Read(parsed);
            Console.WriteLine(Machine.ToText(servers));
            foreach (var conventional in parsed.GetValue(only) switch { "product" => [false], "conventional" => [true], _ => new[] { false, true } })
            {
                await Measure(servers, conventional ? run.Conventional : run, parsed.GetValue(perSecond), TimeSpan.FromSeconds(parsed.GetValue(seconds)), conventional);
            }

            return 0;
        });
        return command;
    }

    /// <summary>Both, as they are measured unless told otherwise.</summary>
    public static async Task SideBySide(ServerOptions options, ThroughputRun run)
    {
        await Measure(options, run, PerSecond, TimeSpan.FromSeconds(Seconds), conventional: false);
        await Measure(options, run.Conventional, PerSecond, TimeSpan.FromSeconds(Seconds), conventional: true);
    }

    private static async Task Measure(ServerOptions options, ThroughputRun run, int perSecond, TimeSpan span, bool conventional)
    {
        var clock = TimeProvider.System;
        await using var servers = await Servers.Start(options);
        await using var subject = await Subjects.Start(servers, conventional);
        await using var database = servers.Open();
        await using var session = await database.OpenConnectionAsync();
        await using var hr = await HrPublisher.Connect(servers.Broker.Uri, clock);
        var load = new Load(subject, hr, session, clock);
        await load.Publish(run.WarmUp, run.UnderWay);
        await load.Drain();
        var warm = hr.PublishedAt.Keys.ToHashSet();
        await load.Paced(perSecond, span);
        await load.Drain();
        Percentiles Since(Dictionary<string, DateTimeOffset> committed) => new(committed.Where(c => !warm.Contains(c.Key)).Select(c => c.Value - hr.PublishedAt[c.Key]));
        var latency = Since(await load.Completions());
        var decided = await load.Decisions() is { } decisions ? $" Decided after p50 {Since(decisions).At(0.5).TotalMilliseconds:0.0} ms, p99 {Since(decisions).At(0.99).TotalMilliseconds:0.0} ms." : "";
        var verified = await subject.Verify(database);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{subject.Name}: {latency.Count} leavers at {perSecond} a second: p50 {latency.At(0.5).TotalMilliseconds:0.0} ms, p90 {latency.At(0.9).TotalMilliseconds:0.0} ms, p99 {latency.At(0.99).TotalMilliseconds:0.0} ms, longest {latency.At(1).TotalMilliseconds:0.0} ms.{decided} {verified}."));
    }
}
