using Deprovisioner.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Deprovisioner.Worker.Running;

/// <summary>Where events out go.</summary>
internal interface IPublishedEvents
{
    /// <summary>Returns when the broker has it.</summary>
    Task Publish(ReadOnlyMemory<byte> cloudEvent, CancellationToken cancellationToken);
}

/// <summary>With no broker there is nobody to tell: the outbox's row itself is the record.</summary>
internal sealed class NobodyListens : IPublishedEvents
{
    public Task Publish(ReadOnlyMemory<byte> cloudEvent, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>
/// Publishes bare CloudEvents on a durable fanout exchange, with confirms. The AMQP client itself, since others read these messages: MassTransit would wrap them in
/// its envelope. Content type: CloudEvents AMQP binding 1.0, section 3.2 (structured mode).
/// </summary>
internal sealed class CloudEventExchange(Uri broker, string exchange, bool isOurs) : IPublishedEvents, IAsyncDisposable
{
    private readonly SemaphoreSlim opening = new(1);
    private IConnection? connection;
    private IChannel? channel;

    /// <summary>Nobody need listen to what is told.</summary>
    public static CloudEventExchange EventsOut(Uri broker) => new(broker, Transport.EventsExchange, isOurs: true);

    /// <summary>
    /// An HR event that no queue takes must not be confirmed and lost: then publishing throws <see cref="PublishException"/>. The exchange is the orchestrator's to make, so whoever publishes needs no
    /// right to make or delete one; where it is not there yet, publishing throws <see cref="OperationInterruptedException"/> with 404.
    /// </summary>
    public static CloudEventExchange HrEvents(Uri broker) => new(broker, Transport.HrEventsExchange, isOurs: false);

    /// <summary>Events in that are put off. The exchange is the one that MassTransit declares for the queue, and the same errors are thrown.</summary>
    public static CloudEventExchange Backlog(Uri broker) => new(broker, Transport.HrEventsBacklogQueue, isOurs: false);

    public async Task Publish(ReadOnlyMemory<byte> cloudEvent, CancellationToken cancellationToken)
    {
        var open = await Channel(cancellationToken);
        var properties = new BasicProperties { ContentType = "application/cloudevents+json", DeliveryMode = DeliveryModes.Persistent };
        await open.BasicPublishAsync(exchange, routingKey: "", mandatory: !isOurs, properties, cloudEvent, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Close();
        opening.Dispose();
    }

    private async Task Close()
    {
        if (channel is not null)
        {
            await channel.DisposeAsync();
        }

        if (connection is not null)
        {
            await connection.DisposeAsync();
        }

        (channel, connection) = (null, null);
    }

    private async Task<IChannel> Channel(CancellationToken cancellationToken)
    {
        await opening.WaitAsync(cancellationToken);
        try
        {
            if (connection is not { IsOpen: true })
            {
                await Close();
                connection = await new ConnectionFactory { Uri = broker, ClientProvidedName = "deprovisioner events", AutomaticRecoveryEnabled = false }.CreateConnectionAsync(cancellationToken);
            }

            if (channel is not { IsOpen: true })
            {
                // Its own limiter (128, throttling from half of it on) makes a publish wait for up to a second while 64 others are not confirmed. Callers bound what is under way.
                channel = await connection.CreateChannelAsync(
                    new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null), cancellationToken);
                await (isOurs
                    ? channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken)
                    : channel.ExchangeDeclarePassiveAsync(exchange, cancellationToken));
            }

            return channel;
        }
        finally
        {
            opening.Release();
        }
    }
}
