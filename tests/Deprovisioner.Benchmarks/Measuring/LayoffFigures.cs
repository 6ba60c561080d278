using System.Globalization;
using System.Text;

namespace Deprovisioner.Benchmarks.Measuring;

/// <summary>One system's part in a layoff.</summary>
/// <param name="Bound">What its limits, and the time in which it could not be reached, set.</param>
/// <param name="Took">From the layoff's beginning until its last step was settled.</param>
internal sealed record SystemFigures(string System, int PerSecond, bool Fails, TimeSpan Bound, TimeSpan Took);

/// <summary>What a layoff took.</summary>
/// <param name="Urgent">What the containment of each urgent person took, beyond the systems' own answers.</param>
internal sealed record LayoffFigures(IReadOnlyList<SystemFigures> Systems, Percentiles Urgent, int Sagas, string Verified)
{
    public TimeSpan Took => Systems.Max(s => s.Took);

    /// <summary>Nobody can be faster than the system that needs longest.</summary>
    public TimeSpan Bound => Systems.Max(s => s.Bound);

    public double OverBound => Took / Bound;

    /// <summary>When the systems that never failed were done, all of them.</summary>
    public TimeSpan OthersTook => Systems.Where(s => !s.Fails).Max(s => s.Took);

    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var system in Systems)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {system.System}  {system.PerSecond,5}/s  bound {system.Bound.TotalSeconds,7:0.0} s  took {system.Took.TotalSeconds,7:0.0} s{(system.Fails ? "  (could not be reached for a while)" : "")}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"""
              {Sagas:N0} sagas took {Took.TotalSeconds:0.0} s, {OverBound:0.000} times the bound of {Bound.TotalSeconds:0.0} s
              urgent people contained after p50 {Urgent.At(0.5).TotalMilliseconds:0} ms, p99 {Urgent.At(0.99).TotalMilliseconds:0} ms beyond the systems' own answers ({Urgent.Count} people)
              {Verified}

            """).ToString();
    }
}
