using Deprovisioner.Chaos.Workers;

namespace Deprovisioner.Chaos;

/// <summary>The table at the end.</summary>
internal sealed class Report(ChaosOptions options, Tally tally, Installation product)
{
    /// <summary>Of what was wrong no more is printed than this; the logs have the rest.</summary>
    private const int MostShown = 40;

    public void Print(bool quiet, TimeSpan took)
    {
        Console.WriteLine("\nInjected");
        foreach (var (what, times) in tally.Injected.Where(i => i.Value > 0).OrderBy(i => i.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"  {times,5}  {what}");
        }

        Console.WriteLine("\nCompared");
        foreach (var (what, count) in tally.Compared)
        {
            Console.WriteLine($"  {what}: {count}");
        }

        Console.WriteLine("\nMemory of the workers, MiB resident (each process that lived for 20 s or longer: at its age)");
        foreach (var worker in product.All)
        {
            var lives = worker.Memory.GroupBy(m => m.Process).Where(p => p.Max(m => m.Age) >= TimeSpan.FromSeconds(20));
            Console.WriteLine($"  {worker.Name}: {string.Join("; ", lives.Select(p => string.Join(", ", Sample([.. p]).Select(m => $"{m.Mebibytes} at {m.Age.TotalSeconds:0} s"))))}");
        }

        foreach (var note in tally.Notes)
        {
            Console.WriteLine($"\n{note}");
        }

        if (tally.Wrong.Count > 0)
        {
            Console.WriteLine($"\nWrong ({tally.Wrong.Count})");
            foreach (var wrong in tally.Wrong.Take(MostShown))
            {
                Console.WriteLine($"  {wrong}");
            }
        }

        if (tally.Wrong.Count > 0)
        {
            Console.WriteLine($"\nThe workers' logs are in {WorkerLogs.Keep(options.Logs ?? Directory.CreateTempSubdirectory("deprovisioner-chaos-logs-").FullName, product)}");
        }

        Console.WriteLine($"\nseed {options.Seed}, {took.TotalSeconds:0} s: {(tally.Wrong.Count == 0 && quiet ? "all as the model says" : $"{tally.Wrong.Count} things are not as the model says")}");
    }

    /// <summary>The first, the last, and some between.</summary>
    private static IEnumerable<(int Process, TimeSpan Age, int Mebibytes)> Sample((int Process, TimeSpan Age, int Mebibytes)[] all)
        => new[] { 0, all.Length / 3, 2 * all.Length / 3, all.Length - 1 }.Distinct().Select(i => all[i]);
}
