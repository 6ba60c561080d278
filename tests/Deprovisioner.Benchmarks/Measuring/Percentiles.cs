namespace Deprovisioner.Benchmarks.Measuring;

/// <summary>How long something took, of many.</summary>
internal sealed class Percentiles(IEnumerable<TimeSpan> spans)
{
    private readonly TimeSpan[] sorted = [.. spans.Order()];

    public int Count => sorted.Length;

    /// <param name="share">0 to 1. The nearest rank: a value that was measured.</param>
    public TimeSpan At(double share) => sorted.Length == 0 ? TimeSpan.Zero : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}
