using System.Globalization;

namespace Deprovisioner.Benchmarks.Measuring;

/// <summary>CPU time from /proc. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html</summary>
internal static class ProcessTree
{
    /// <summary>USER_HZ is 100 on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of a process, of its living descendants, and of those that ended and were waited for.</summary>
    public static TimeSpan Cpu(int root)
    {
        var all = All();
        var sum = 0L;
        var next = new Queue<int>([root]);
        while (next.TryDequeue(out var id))
        {
            sum += all.TryGetValue(id, out var process) ? process.Ticks : 0;
            foreach (var child in all.Where(p => p.Value.Parent == id))
            {
                next.Enqueue(child.Key);
            }
        }

        return TimeSpan.FromSeconds(sum / TicksPerSecond);
    }

    /// <summary>Resident memory, bytes.</summary>
    public static long Memory(int id) => long.Parse(File.ReadAllText($"/proc/{id}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    private static Dictionary<int, (int Parent, long Ticks)> All()
    {
        var all = new Dictionary<int, (int, long)>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && Stat(folder) is { } text)
            {
                // The name, in parentheses, may hold blanks: what follows the last one is counted. Field 4 is the parent, 14 to 17 are utime, stime, cutime and cstime.
                var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
                all[id] = (int.Parse(fields[1], CultureInfo.InvariantCulture), fields[11..15].Sum(f => long.Parse(f, CultureInfo.InvariantCulture)));
            }
        }

        return all;
    }

    private static string? Stat(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "stat"));
        }
        catch (IOException)
        {
            // It ended between the listing and here.
            return null;
        }
    }
}
