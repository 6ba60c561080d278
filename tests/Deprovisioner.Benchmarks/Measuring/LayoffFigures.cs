using System.Globalization;
using System.Text;

namespace Deprovisioner.Benchmarks.Measuring;

/// <summary>One system's part in a layoff.</summary>
/// <param name="Bound">What its limits, and the time in which it could not be reached, set.</param>
/// <param name="Took">From the layoff's beginning until its last step was settled.</param>
internal sealed record SystemFigures(string System, int PerSecond, bool Fails, TimeSpan Bound, TimeSpan Took);

/// <summary>Somebody who was dismissed urgently meanwhile.</summary>
/// <param name="At">Since the layoff's beginning.</param>
/// <param name="Took">The containment, beyond the systems' own answers.</param>
internal sealed record UrgentFigures(TimeSpan At, TimeSpan Took);

/// <summary>What a layoff took.</summary>
internal sealed record LayoffFigures(IReadOnlyList<SystemFigures> Systems, IReadOnlyList<UrgentFigures> UrgentPeople, int Sagas, string Verified)
{
    /// <summary>Into so many spans the layoff is cut, to tell when the slow ones were dismissed.</summary>
    private const int Spans = 10;

    private Percentiles Urgent => new(UrgentPeople.Select(u => u.Took));

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

        foreach (var span in UrgentPeople.GroupBy(u => (int)(Spans * u.At / (Took + TimeSpan.FromSeconds(1)))).OrderBy(span => span.Key))
        {
            var took = new Percentiles(span.Select(u => u.Took));
            text.Append(CultureInfo.InvariantCulture, $"  urgent from {span.Min(u => u.At).TotalSeconds,6:0} s on: {took.Count,4} people, p50 {took.At(0.5).TotalMilliseconds,6:0} ms, slowest {took.At(1).TotalMilliseconds,6:0} ms\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"""
              {Sagas:N0} sagas took {Took.TotalSeconds:0.0} s, {OverBound:0.000} times the bound of {Bound.TotalSeconds:0.0} s
              urgent people contained after p50 {Urgent.At(0.5).TotalMilliseconds:0} ms, p99 {Urgent.At(0.99).TotalMilliseconds:0} ms beyond the systems' own answers ({Urgent.Count} people)
              {Verified}

            """).ToString();
    }
}
