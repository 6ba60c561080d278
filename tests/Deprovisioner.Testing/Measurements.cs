using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Deprovisioner.Testing;

/// <summary>
/// What the product measured in what this test started, and not in what others run beside it: a test's own flow is followed (<see cref="AsyncLocal{T}"/>), so it has to be made before the thing that measures. Observable instruments
/// belong to nobody's flow and are taken whoever asks.
/// </summary>
public sealed class Measurements : IDisposable
{
    private static readonly AsyncLocal<Measurements?> Current = new();

    private readonly MeterListener listener = new();
    private readonly ConcurrentBag<Instrument> published = [];
    private readonly ConcurrentQueue<(Instrument Instrument, double Value, string Tags)> all = new();

    /// <param name="meters">Begins with one of these: the meter's name.</param>
    public Measurements(params IReadOnlyList<string> meters)
    {
        Current.Value = this;
        listener.InstrumentPublished = (instrument, on) =>
        {
            if (meters.Any(name => instrument.Meter.Name.StartsWith(name, StringComparison.Ordinal)))
            {
                on.EnableMeasurementEvents(instrument);
                published.Add(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.Start();
    }

    /// <summary>All instruments there are, measured or not.</summary>
    public IReadOnlyCollection<Instrument> Instruments => published;

    /// <summary>Every measurement: its instrument, its value, and <c>label=value</c>s in the order of their labels.</summary>
    public IReadOnlyCollection<(Instrument Instrument, double Value, string Tags)> All => all;

    /// <summary>The sum of what one instrument measured, by its labels' values.</summary>
    public IReadOnlyList<string> Sums(string instrument)
        => [.. all.Where(m => m.Instrument.Name == instrument).GroupBy(m => m.Tags, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Sum(m => m.Value)}".Trim())];

    /// <summary>Asks the observable ones.</summary>
    public void Observe() => listener.RecordObservableInstruments();

    public void Dispose()
    {
        listener.Dispose();
        Current.Value = null;
    }

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (instrument.IsObservable || Current.Value == this)
        {
            all.Enqueue((instrument, value, string.Join(' ', tags.ToArray().OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}={t.Value}"))));
        }
    }
}
