using System.Threading.Channels;
using Deprovisioner.Contracts;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>
/// Reports on their way to the orchestrator. A message costs more than what it carries, so one sender takes what has piled up while the
/// last send was under way (it never lingers for more) and sends it grouped by system.
/// <para>
/// Guarantee: <see cref="SendAsync"/> returns only after the broker has confirmed the message with the report, and only then is the
/// command acknowledged. A crash before that gives the command to another host, which reads first and finds the work done.
/// </para>
/// </summary>
internal sealed class ReportChannel : IAsyncDisposable
{
    /// <summary>Some tens of kilobytes of evidence each: a message stays well below what brokers refuse.</summary>
    internal const int MostInOneMessage = 100;

    /// <summary>How many may wait. All that do are sent together, so that a saga's steps on several systems are reported at about the same time, and its row is loaded once for all of them.</summary>
    private const int MostWaiting = 1000;

    private readonly Channel<Pending> pending = Channel.CreateBounded<Pending>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly CancellationTokenSource ended = new();
    private readonly Func<StepsReported, CancellationToken, Task> send;
    private readonly HostTimings timings;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Task sender;

    public ReportChannel(Func<StepsReported, CancellationToken, Task> send, HostTimings timings, TimeProvider clock, ILogger<ReportChannel> log)
    {
        (this.send, this.timings, this.clock, this.log) = (send, timings, clock, log);
        sender = Task.Run(SendAllAsync);
    }

    /// <summary>Hands over a report and waits until the broker has it.</summary>
    /// <exception cref="Exception">It could not be sent for <see cref="HostTimings.ReportFor"/>: the command has to be handed back.</exception>
    public async Task SendAsync(SystemName system, StepReport report, CancellationToken cancellationToken)
    {
        var waiting = new Pending(system, report);
        await pending.Writer.WriteAsync(waiting, cancellationToken);
        await waiting.Sent.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        pending.Writer.TryComplete();
        await ended.CancelAsync();
        await sender;
        ended.Dispose();
    }

    private async Task SendAllAsync()
    {
        var taken = new List<Pending>(MostWaiting);
        while (await pending.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (taken.Count < MostWaiting && pending.Reader.TryRead(out var next))
            {
                taken.Add(next);
            }

            await Task.WhenAll(taken.GroupBy(p => p.System).SelectMany(group => group.Chunk(MostInOneMessage).Select(together => SendGroupAsync(group.Key, together))));
            taken.Clear();
        }
    }

    private async Task SendGroupAsync(SystemName system, IReadOnlyList<Pending> group)
    {
        var message = new StepsReported(system, [.. group.Select(p => p.Report)]);
        var since = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await send(message, ended.Token);
                Settle(group, p => p.Sent.TrySetResult());
                return;
            }
            catch (Exception error)
            {
                // Whatever it is, those who wait must learn of it: they hand their commands back.
                if (ended.IsCancellationRequested || clock.GetElapsedTime(since) >= timings.ReportFor)
                {
                    log.LogWarning(error, "{Count} reports of {System} could not be sent; their commands go back to the broker", group.Count, system);
                    Settle(group, p => p.Sent.TrySetException(error));
                    return;
                }

                log.LogInformation("Reports of {System} are tried again: {Error}", system, error.GetType().Name);
            }

            // Not a hot loop against a broker that is starting; cut short by the host's end, which the next try then meets.
            await Task.Delay(timings.ReportRetryAfter, clock, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Settle(IReadOnlyList<Pending> group, Action<Pending> settle)
    {
        foreach (var one in group)
        {
            settle(one);
        }
    }

    private sealed record Pending(SystemName System, StepReport Report)
    {
        public TaskCompletionSource Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
