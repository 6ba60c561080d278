using System.Globalization;

namespace Deprovisioner.Benchmarks.Simulated;

/// <summary>What was asked of the simulated systems of one process, or of several.</summary>
internal sealed class SimulatedCounts
{
    private const string Begin = "simulated systems:";

    private long finds;
    private long reads;
    private long acts;
    private long inVain;
    private long throttled;

    /// <summary>Changes that were made.</summary>
    public long Acts => acts;

    /// <summary>Changes that were asked for although they had been made: double work.</summary>
    public long InVain => inVain;

    public long ThrottledCalls => throttled;

    public long Reads => reads;

    public void Found() => Interlocked.Increment(ref finds);

    public void Read() => Interlocked.Increment(ref reads);

    public void Throttled() => Interlocked.Increment(ref throttled);

    public void Acted(bool changed) => Interlocked.Increment(ref changed ? ref acts : ref inVain);

    public SimulatedCounts Plus(SimulatedCounts? other)
        => other is null ? this : new() { finds = finds + other.finds, reads = reads + other.reads, acts = acts + other.acts, inVain = inVain + other.inVain, throttled = throttled + other.throttled };

    /// <summary>One line, which <see cref="Parse"/> reads again.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Begin} {finds} {reads} {acts} {inVain} {throttled}");

    /// <summary>From what a process printed; null: it did not come to tell.</summary>
    public static SimulatedCounts? Parse(string output)
    {
        var line = output.Split('\n').LastOrDefault(l => l.StartsWith(Begin, StringComparison.Ordinal));
        if (line is null)
        {
            return null;
        }

        var numbers = line[Begin.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return new() { finds = numbers[0], reads = numbers[1], acts = numbers[2], inVain = numbers[3], throttled = numbers[4] };
    }
}
