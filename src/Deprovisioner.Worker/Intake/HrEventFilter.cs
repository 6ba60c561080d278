using MassTransit;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Intake;

// Theory of operation. A queue gives its messages in order, and quorum queues know no priorities: behind 100,000 events an urgent termination would wait for the intake of all of them, each a part of a transaction.
// So more messages are fetched than may be taken in at a time, and each is glanced at, which costs microseconds. An urgent one is taken in at once. An ordinary one for which there is no room goes on to a second queue, the backlog,
// which is read at the pace of intake; the first queue is nearly empty again soon.
// - Every event is in one of the two queues at any time, and for a moment in both: it is acknowledged in the first one when the broker has confirmed it in the second. A crash between the two doubles it, and the inbox knows repeats.
// - Where the backlog's queue cannot take it (broker silent, queue deleted), the event waits for room, as it would without that queue.
// - Events of one person may overtake each other. Intake expects that anyway: order is by sequence or time, not by arrival.

/// <summary>
/// Takes HR events off their queue as bytes, before any deserializer: any AMQP client may publish, with whatever content type, and what is no event
/// at all must reach quarantine just as it came. The pipe ends here; MassTransit then takes the message for skipped, and the endpoint
/// discards skipped messages, which acknowledges it. An exception hands it back to the queue.
/// </summary>
/// <param name="takeIn">Returns when the event is recorded.</param>
/// <param name="putOff">Returns when the backlog has the event; null: this is the backlog's own end.</param>
internal sealed class HrEventFilter(Func<ReadOnlyMemory<byte>, CancellationToken, Task> takeIn, Func<ReadOnlyMemory<byte>, CancellationToken, Task>? putOff, ILogger<HrEventFilter> log) : IFilter<ReceiveContext>, IDisposable
{
    /// <summary>Ordinary events that may be taken in at a time: as many as share one commit.</summary>
    internal const int Room = 256;

    /// <summary>A broker that takes longer to confirm is taken for gone; its client may wait for it without end.</summary>
    private static readonly TimeSpan PutOffWithin = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim room = new(Room);

    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => Take(context.Body.GetBytes(), context.CancellationToken);

    public void Dispose() => room.Dispose();

    public void Probe(ProbeContext context) => context.CreateFilterScope("hr-event");

    /// <summary>Returns when the event is recorded, or in the backlog: then it may be acknowledged.</summary>
    internal async Task Take(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (UrgentGlance.MayBeUrgent(body.Span))
        {
            await takeIn(body, cancellationToken);
            return;
        }

        if (!room.Wait(TimeSpan.Zero, cancellationToken))
        {
            if (await IsPutOff(body, cancellationToken))
            {
                return;
            }

            await room.WaitAsync(cancellationToken);
        }

        try
        {
            await takeIn(body, cancellationToken);
        }
        finally
        {
            room.Release();
        }
    }

    private async Task<bool> IsPutOff(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (putOff is null)
        {
            return false;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PutOffWithin);
        try
        {
            await putOff(body, limit.Token).WaitAsync(limit.Token);
            return true;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogDebug("An event could not be put off ({Error}); it waits for room.", error.Message);
            return false;
        }
    }
}
