using Npgsql;
using RabbitMQ.Client;

namespace Deprovisioner.Chaos.Hr;

// Theory of operation. HR keeps every message until the broker has confirmed it into a queue (mandatory, with confirms), and offers it again until then: so messages come doubled, late, and out of order,
// as they do. What was confirmed and then emptied out of the broker before anybody took it is lost to the product by definition; an HR system with an outbox publishes it again. To tell this from
// a loss of the product's own, whoever empties the queues says so, and only what had been offered to them by then and had not arrived may have to be published again. What is missing is looked for once the queues
// hold nothing any more, neither waiting nor under way: whatever was confirmed before that and is in neither inbox nor quarantine is gone.

/// <summary>Publishes what HR decides, as a plain AMQP client, and remembers all of it.</summary>
internal sealed class HrSystem(Uri broker, NpgsqlDataSource store, TimeProvider clock) : IAsyncDisposable
{
    private const string Exchange = "hr.events";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly List<HrMessage> messages = [];
    private readonly List<string> lostWithoutReason = [];
    private readonly PriorityQueue<HrMessage, DateTimeOffset> outgoing = new();
    private IConnection? connection;
    private IChannel? channel;

    /// <summary>Sent once or more often, and confirmed.</summary>
    public int Publications { get; private set; }

    /// <summary>Tries that the broker did not confirm.</summary>
    public int Unconfirmed { get; private set; }

    /// <summary>Sent once more though it was confirmed, since the broker was emptied.</summary>
    public int PublishedAgain { get; private set; }

    /// <summary>Of these, those that no emptying explains.</summary>
    public IReadOnlyList<string> LostWithoutReason => lostWithoutReason;

    public IReadOnlyList<HrMessage> Messages
    {
        get
        {
            lock (gate)
            {
                return [.. messages];
            }
        }
    }

    /// <summary>Messages that no publish has confirmed yet.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return outgoing.Count;
            }
        }
    }

    /// <param name="at">When it is offered to the broker.</param>
    /// <param name="again">When the same is offered once more; null: not.</param>
    public void Offer(HrMessage message, DateTimeOffset at, DateTimeOffset? again = null)
    {
        lock (gate)
        {
            messages.Add(message);
            outgoing.Enqueue(message, at);
            if (again is { } once)
            {
                outgoing.Enqueue(message, once);
            }
        }
    }

    /// <summary>Publishes what is due until told to stop.</summary>
    public async Task Publish(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            while (NextDue() is { } message)
            {
                if (await TryPublish(message, stop))
                {
                    message.ConfirmedAt ??= clock.GetUtcNow();
                    Publications++;
                    continue;
                }

                Unconfirmed++;
                lock (gate)
                {
                    outgoing.Enqueue(message, clock.GetUtcNow() + (5 * Pause));
                }

                break;
            }

            await Task.Delay(Pause, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Notes which messages have arrived by now.</summary>
    public async Task LookAtInbox(CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var arrived = new HashSet<string>();
        await using var command = store.CreateCommand("select event_id from inbox union all select encode(sha256(raw), 'hex') from quarantine");
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            arrived.Add(reader.GetString(0));
        }

        foreach (var message in Messages.Where(m => m.TakenInAt is null && arrived.Contains(KeyOf(m))))
        {
            message.TakenInAt = now;
        }
    }

    /// <summary>The queues were emptied, or deleted, a moment ago, or may have been: whatever was offered to them by then may be gone.</summary>
    public void Emptied()
    {
        foreach (var message in Messages.Where(m => m.OfferedAt is not null && m.TakenInAt is null))
        {
            message.MayBeGone = true;
        }
    }

    /// <summary>Publishes once more what was confirmed before a time and has not arrived.</summary>
    /// <param name="emptyAt">When nothing was in the queue any more.</param>
    /// <returns>How many.</returns>
    public async Task<int> PublishMissing(DateTimeOffset emptyAt, CancellationToken stop)
    {
        await LookAtInbox(stop);
        var missing = Messages.Where(m => m.ConfirmedAt < emptyAt && m.TakenInAt is null).ToList();
        lock (gate)
        {
            foreach (var message in missing)
            {
                if (!message.MayBeGone)
                {
                    lostWithoutReason.Add(message.Id);
                }

                (message.ConfirmedAt, message.OfferedAt, message.MayBeGone) = (null, null, false);
                outgoing.Enqueue(message, clock.GetUtcNow());
            }
        }

        PublishedAgain += missing.Count;
        return missing.Count;
    }

    /// <summary>By what a message is known in the tables.</summary>
    public static string KeyOf(HrMessage message)
        => message.About is null ? Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(message.Body)) : message.Id;

    public async ValueTask DisposeAsync() => await Disconnect();

    private HrMessage? NextDue()
    {
        lock (gate)
        {
            return outgoing.TryPeek(out _, out var at) && at <= clock.GetUtcNow() ? outgoing.Dequeue() : null;
        }
    }

    private async Task<bool> TryPublish(HrMessage message, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(ConfirmWithin);
        message.OfferedAt ??= clock.GetUtcNow();
        try
        {
            var open = channel is { IsOpen: true } ? channel : channel = await Connect(limit.Token);
            var properties = new BasicProperties { Persistent = true, ContentType = "application/cloudevents+json" };
            await open.BasicPublishAsync(Exchange, "", mandatory: true, properties, message.Body, limit.Token).AsTask().WaitAsync(limit.Token);
            return true;
        }
        catch (Exception)
        {
            // Whatever it was, the message is offered again.
            await Disconnect();
            return false;
        }
    }

    private async Task<IChannel> Connect(CancellationToken stop)
    {
        await Disconnect();
        connection = await new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false, RequestedConnectionTimeout = ConfirmWithin }.CreateConnectionAsync(stop);
        var opened = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), stop);
        await opened.ExchangeDeclareAsync(Exchange, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: stop);
        return opened;
    }

    private async Task Disconnect()
    {
        try
        {
            channel?.Dispose();
            if (connection is not null)
            {
                await connection.DisposeAsync().AsTask().WaitAsync(ConfirmWithin);
            }
        }
        catch (Exception)
        {
            // It was broken before.
        }

        (channel, connection) = (null, null);
    }
}
