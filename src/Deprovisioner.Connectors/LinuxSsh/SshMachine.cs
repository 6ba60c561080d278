using System.Diagnostics.CodeAnalysis;
using Deprovisioner.Connectors.Sdk;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Deprovisioner.Connectors.LinuxSsh;

/// <summary>What a command printed, and how it ended; a null exit status: the connection or the command was cut off.</summary>
internal sealed record SpokenOutput(string Output, string Error, int? ExitStatus);

/// <summary>
/// One SSH connection, shared by all calls and made anew once it is broken. The library blocks in places, so its work has threads of the pool, and a call that
/// is cancelled leaves its connection to those that still use it: the next call makes a new one, since a connection that hangs says nothing about itself.
/// </summary>
internal sealed class SshMachine(LinuxSshSettings settings, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>
    /// sshd allows ten sessions on a connection unless told (MaxSessions, https://man.openbsd.org/sshd_config), and the library holds a thread for each that waits for
    /// one; so they wait here, where they can be cancelled. Two are left for whatever is still ending.
    /// </summary>
    private const int MostSessions = 8;

    [SuppressMessage("Usage", "CA2213", Justification = "Its wait handle is never asked for, and a call that was given up may still release it.")]
    private readonly SemaphoreSlim sessions = new(Math.Min(settings.Limits.Concurrency, MostSessions));
    [SuppressMessage("Usage", "CA2213", Justification = "As above.")]
    private readonly SemaphoreSlim connecting = new(1);
    private SharedClient? current;

    /// <summary>Runs a command with this on its standard input.</summary>
    /// <exception cref="SystemFaultException">It could not be reached, did not know the key, was not the machine that is meant, or gave no answer.</exception>
    public async Task<SpokenOutput> RunAsync(string command, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        using var most = new CancellationTokenSource(settings.Limits.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(most.Token, cancellationToken);
        await sessions.WaitAsync(either.Token);
        var running = Task.Run(() => RunOnceAsync(command, input, either.Token), CancellationToken.None);
        _ = running.ContinueWith(_ => sessions.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return await running.WaitAsync(either.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await connecting.WaitAsync();
        current?.Retire();
        settings.Key.Dispose();
    }

    private async Task<SpokenOutput> RunOnceAsync(string text, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        var connection = await ConnectedAsync(cancellationToken);
        try
        {
            using var command = connection.Client.CreateCommand(text);
            var executing = command.ExecuteAsync(cancellationToken);
            Write(command, input);
            await executing;
            return new SpokenOutput(command.Result, command.Error, command.ExitStatus);
        }
        catch (Exception error) when (SshFaults.Of(error, connecting: false) is { } fault)
        {
            throw new SystemFaultException(fault, error);
        }
        finally
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Interlocked.CompareExchange(ref current, value: null, connection);
                connection.Retire();
            }

            connection.GiveBack();
        }
    }

    private static void Write(SshCommand command, ReadOnlyMemory<byte> input)
    {
        try
        {
            using var stdin = command.CreateInputStream();
            stdin.Write(input.Span);
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or InvalidOperationException or SshException)
        {
            // Whatever ended without reading has said why in its output.
        }
    }

    /// <summary>A connection, borrowed.</summary>
    private async Task<SharedClient> ConnectedAsync(CancellationToken cancellationToken)
    {
        await connecting.WaitAsync(cancellationToken);
        try
        {
            if (current is not { IsAlive: true })
            {
                current?.Retire();
                current = null;
                current = await ConnectAsync(cancellationToken);
            }

            current.Borrow();
            return current;
        }
        finally
        {
            connecting.Release();
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The machine disposes of its connection.")]
    private async Task<SharedClient> ConnectAsync(CancellationToken cancellationToken)
    {
        var fresh = new SshClient(new ConnectionInfo(settings.Host, settings.Port, settings.User, new PrivateKeyAuthenticationMethod(settings.User, settings.Key)) { Timeout = settings.Limits.Timeout });
        var trusted = true;
        fresh.HostKeyReceived += (_, offered) => trusted = offered.CanTrust = settings.HostKeys.Contains(offered.FingerPrintSHA256.TrimEnd('='));
        try
        {
            await fresh.ConnectAsync(cancellationToken);
            return new SharedClient(fresh);
        }
        catch (Exception error) when (!trusted)
        {
            SharedClient.Close(fresh);
            throw new SystemFaultException(SshFaults.OtherMachine, error);
        }
        catch (Exception error) when (SshFaults.Of(error, connecting: true) is { } fault)
        {
            SharedClient.Close(fresh);
            throw new SystemFaultException(fault, error);
        }
    }
}
