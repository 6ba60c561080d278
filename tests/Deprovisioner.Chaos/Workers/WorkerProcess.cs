using System.Globalization;
using Deprovisioner.Testing;

namespace Deprovisioner.Chaos.Workers;

/// <summary>One place for a worker process, started anew whenever it was ended.</summary>
/// <param name="name">orchestrator-1, host-2 …</param>
/// <param name="environment">Its settings.</param>
/// <param name="folder">Its working directory.</param>
internal sealed class WorkerProcess(string name, IReadOnlyDictionary<string, string?> environment, string folder, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(45);

    private readonly Lock gate = new();
    private readonly List<(string Log, int? ExitCode)> before = [];
    private volatile ServerProcess? process;
    private volatile bool isWanted;
    private DateTimeOffset startedAt;
    private bool isStopped;

    public static string Program => Path.Combine(AppContext.BaseDirectory, "deprovisioner");

    public string Name => name;

    /// <summary>How long ago it was started.</summary>
    public TimeSpan Age => clock.GetUtcNow() - startedAt;

    public bool IsRunning => process is { HasExited: false };

    /// <summary>Whether it ended though nobody ended it.</summary>
    public bool HasFallen => isWanted && process is { HasExited: true };

    /// <summary>Resident memory in MiB by age, of each process that ran here.</summary>
    public List<(int Process, TimeSpan Age, int Mebibytes)> Memory { get; } = [];

    /// <summary>Starts it where it does not run. Several who look after it may find that at the same time.</summary>
    public void Start()
    {
        lock (gate)
        {
            if (IsRunning)
            {
                return;
            }

            if (process is not null)
            {
                Ended(process.ExitCode);
            }

            isWanted = true;
            StartAnew();
        }
    }

    public Uri? Health { get; private set; }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        isWanted = false;
        lock (gate)
        {
            process?.Kill();
            Ended(9);
        }
    }

    /// <summary>Asks it to stop, and waits until it has.</summary>
    public async Task<int> Stop()
    {
        isWanted = false;
        process!.Signal(15);
        var code = await process.Ended(StopWithin);
        lock (gate)
        {
            Ended(code);
        }

        return code;
    }

    private void StartAnew()
    {
        var settings = new Dictionary<string, string?>(environment) { ["Deprovisioner__HealthUrl"] = $"http://127.0.0.1:{LoopbackPort.Free()}" };
        Health = new Uri(settings["Deprovisioner__HealthUrl"] + "/healthz/ready");
        process = ServerProcess.Start(Program, ["run"], settings, folder);
        startedAt = clock.GetUtcNow();
    }

    /// <summary>SIGSTOP: it is there, and does nothing.</summary>
    public void Freeze()
    {
        process!.Signal(19);
        isStopped = true;
    }

    public void Thaw()
    {
        if (isStopped && process is { HasExited: false })
        {
            process.Signal(18);
        }

        isStopped = false;
    }

    public void Measure()
    {
        if (process is not { HasExited: false } || isStopped)
        {
            return;
        }

        try
        {
            var line = File.ReadLines($"/proc/{process.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            Memory.Add((process.Id, clock.GetUtcNow() - startedAt, int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024));
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            // It ended between the two lines.
        }
    }

    /// <summary>What all processes that ran here have printed.</summary>
    public string Log => string.Join('\n', before.Select(b => b.Log + $"\n=== ended with {b.ExitCode}\n")) + process?.Output;

    public void Dispose()
    {
        isWanted = false;
        Thaw();
        lock (gate)
        {
            process?.Dispose();
        }
    }

    private void Ended(int code)
    {
        if (process is null)
        {
            return;
        }

        before.Add((process.Output, code));
        process.Dispose();
        process = null;
        isStopped = false;
    }
}
