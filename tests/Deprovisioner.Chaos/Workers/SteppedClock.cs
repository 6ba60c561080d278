using System.Globalization;
using Deprovisioner.Testing;

namespace Deprovisioner.Chaos.Workers;

/// <summary>The wall clock of one process, which can be set (libfaketime reads a file that is rewritten). Timers go on as they were, as after a step of a real clock.</summary>
internal sealed class SteppedClock : IDisposable
{
    private readonly TemporaryFolder folder = new("clock");

    public SteppedClock() => Set(TimeSpan.Zero);

    private static string? Library => Directory.Exists("/usr/lib")
        ? Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu").Select(d => Path.Combine(d, "faketime", "libfaketime.so.1")).FirstOrDefault(File.Exists)
        : null;

    /// <summary>Why no clock can be set here; null: it can.</summary>
    public static string? Obstacle => Library is null ? "libfaketime is not installed (Debian package faketime)" : null;

    public Dictionary<string, string?> Environment() => new()
    {
        ["LD_PRELOAD"] = Library,
        ["FAKETIME_TIMESTAMP_FILE"] = folder["offset"],
        ["FAKETIME_NO_CACHE"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        ["FAKETIME_DISABLE_SHM"] = "1",

        // Else timed waits on the monotonic clock return at once, and .NET's timers take a whole core in each process.
        ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
    };

    public void Set(TimeSpan ahead)
    {
        // Renamed into place, so that no reader finds half a line.
        var next = folder.Write("next", $"{(ahead < TimeSpan.Zero ? "-" : "+")}{Math.Abs(ahead.TotalSeconds).ToString("0", CultureInfo.InvariantCulture)}\n");
        File.Move(next, folder["offset"], overwrite: true);
    }

    public void Dispose() => folder.Dispose();
}
