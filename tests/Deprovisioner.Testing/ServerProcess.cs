using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Deprovisioner.Testing;

/// <summary>A program that a test started, and ends by its process id together with what it started itself.</summary>
public sealed partial class ServerProcess : IDisposable
{
    private static readonly ConcurrentDictionary<ServerProcess, bool> Started = new();

    private readonly ConcurrentQueue<string> output = new();
    private readonly Process process;

    private ServerProcess(Process process) => this.process = process;

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>All it has printed so far, standard output and error as they came.</summary>
    public string Output => string.Join('\n', output);

    /// <summary>Starts a program.</summary>
    /// <param name="program">A path, or a name on PATH.</param>
    /// <param name="arguments">One each; no shell reads them.</param>
    /// <param name="environment">Added to this process's own; null removes a variable.</param>
    public static ServerProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var server = new ServerProcess(new Process { StartInfo = start });
        server.process.OutputDataReceived += (_, line) => server.Keep(line.Data);
        server.process.ErrorDataReceived += (_, line) => server.Keep(line.Data);
        server.process.Start();
        Started[server] = true;
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        server.process.StandardInput.Close();
        return server;
    }

    /// <summary>Runs a program to its end and gives what it printed.</summary>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0 (unless <paramref name="mayFail"/>).</exception>
    public static async Task<(int ExitCode, string Output)> Run(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? folder = null, bool mayFail = false, TimeSpan? limit = null)
    {
        using var run = Start(program, arguments, environment, folder);
        using var most = new CancellationTokenSource(limit ?? TimeSpan.FromMinutes(2));
        await run.process.WaitForExitAsync(most.Token);
        return run.ExitCode == 0 || mayFail
            ? (run.ExitCode, run.Output)
            : throw new InvalidOperationException($"{program} ended with {run.ExitCode}:\n{run.Output}");
    }

    /// <summary>Ends everything that this process has started and not yet ended, for one that is interrupted itself.</summary>
    public static void EndAll()
    {
        foreach (var (server, _) in Started)
        {
            server.Dispose();
        }
    }

    /// <summary>SIGKILL: no chance to clean up.</summary>
    public void Kill() => process.Kill(entireProcessTree: true);

    /// <summary>Sends a signal: 15 asks it to stop, 19 freezes it, 18 lets it go on.</summary>
    public void Signal(int number)
    {
        if (SendSignal(process.Id, number) != 0)
        {
            throw new InvalidOperationException($"Signal {number} to process {process.Id} failed ({Marshal.GetLastPInvokeError()}).");
        }
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> Ended(TimeSpan limit)
    {
        using var most = new CancellationTokenSource(limit);
        await process.WaitForExitAsync(most.Token);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!Started.TryRemove(this, out _))
        {
            return;
        }

        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(TimeSpan.FromSeconds(10));
        }

        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int SendSignal(int processId, int signal);

    private void Keep(string? line)
    {
        if (line is not null)
        {
            output.Enqueue(line);
        }
    }
}
