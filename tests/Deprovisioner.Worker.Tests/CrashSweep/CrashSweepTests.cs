using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit.Abstractions;

namespace Deprovisioner.Worker.Tests.CrashSweep;

/// <summary>
/// The signature test: at every place that an undisturbed run comes to, everything that can go wrong there goes wrong once; and what is left behind in the end is what the undisturbed run left.
/// </summary>
public sealed class CrashSweepTests(SweepServer server, ITestOutputHelper output) : IClassFixture<SweepServer>
{
    public static TheoryData<string> Names => [.. Scenarios.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Two_undisturbed_runs_are_the_same(string name)
    {
        await using var one = await Run.New(server, Of(name));
        await using var other = await Run.New(server, Of(name));

        var end = await one.End();

        Assert.Empty(end.Differences(await other.End()));
        Assert.Equal(one.Trace.Places.Select(p => p.ToString()), other.Trace.Places.Select(p => p.ToString()));
        Assert.Empty(one.Errors);
        Assert.Empty(end.FoundDone);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whatever_goes_wrong_once_the_end_is_that_of_an_undisturbed_run(string name)
    {
        await using var undisturbed = await Run.New(server, Of(name));
        var expected = await undisturbed.End();

        await Sweep(name, expected, [.. Cases.Of(undisturbed.Trace.Places).Where(IsWanted).Select(one => (IReadOnlyList<Disturbance>)[one])]);
    }

    /// <summary>DEPROVISIONER_SWEEP, part of a case's name as a failure prints it, repeats that case alone.</summary>
    private static bool IsWanted(Disturbance disturbance)
        => disturbance.ToString().Contains(Environment.GetEnvironmentVariable("DEPROVISIONER_SWEEP") ?? "", StringComparison.Ordinal);

    private static Scenario Of(string name) => Scenarios.All.Single(s => s.Name == name);

    private async Task Sweep(string name, EndState expected, IReadOnlyList<IReadOnlyList<Disturbance>> cases)
    {
        var watch = Stopwatch.StartNew();
        var wrong = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (disturbances, _) =>
        {
            if (await Wrong(Of(name), expected, disturbances) is { } what)
            {
                wrong.Enqueue(what);
            }
        });
        output.WriteLine($"{name}: {cases.Count} cases in {watch.Elapsed.TotalSeconds:0} s; {wrong.Count} of them ended otherwise.");
        foreach (var (mishap, number) in cases.SelectMany(c => c).CountBy(d => d.Mishap).OrderBy(c => c.Key))
        {
            output.WriteLine($"  {mishap}: {number}");
        }

        Assert.True(wrong.IsEmpty, string.Join("\n\n", wrong.Order(StringComparer.Ordinal)));
    }

    /// <summary>What is otherwise than in an undisturbed run; null: nothing.</summary>
    private async Task<string?> Wrong(Scenario scenario, EndState expected, IReadOnlyList<Disturbance> disturbances)
    {
        var about = string.Join(", then ", disturbances);
        await using var run = await Run.New(server, scenario, disturbances);
        try
        {
            var end = await run.End();
            List<string> differences = [.. expected.Differences(end)];
            differences.AddRange(run.Trace.Missed.Select(missed => $"It did not come to {missed}."));
            if (end.FoundDone.Count > 0 && !disturbances.Any(d => Cases.FindsDone(d, scenario)))
            {
                differences.Add($"No report was lost, and {string.Join(", ", end.FoundDone)} was found done.");
            }

            var most = disturbances.Count(Cases.RepeatsSteps);
            differences.AddRange(end.Sends.Where(s => s.Value > expected.Sends.GetValueOrDefault(s.Key) + most).Select(s => $"{s.Key} was sent {s.Value} times, {expected.Sends.GetValueOrDefault(s.Key)} in an undisturbed run."));
            return differences.Count == 0 ? null : $"{about}\n  {string.Join("\n  ", differences)}";
        }
        catch (Exception error)
        {
            return $"{about}\n  {error}";
        }
    }
}
