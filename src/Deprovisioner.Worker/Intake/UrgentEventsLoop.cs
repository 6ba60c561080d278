using System.Threading.Channels;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Worker.Running;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Deprovisioner.Worker.Intake;

// Theory of operation. A queue gives its messages in order, and quorum queues know no priorities: behind 100,000 events an urgent termination would wait for the intake of all of them. So the exchange has a second queue with
// the same events once more. Here each is only glanced at, which costs microseconds where taking one in costs a part of a transaction: so this queue is always nearly empty, and an urgent event is seen at once. It is taken in by the
// same code as all others; when the first queue comes to it, that counts as its delivery. Whatever is lost here (the queue is bounded, and drops its oldest) is lost from the short cut only: every event is in the first queue.
// - That an urgent event overtakes earlier ones of its person is what intake expects of events anyway: order is by sequence or time, not by arrival.
// - Bounded: so many messages are with this process and not acknowledged; while the writer takes no more, none is fetched.

/// <summary>Takes urgent terminations in before the backlog that they stand behind.</summary>
internal sealed class UrgentEventsLoop(Uri broker, HrEventIntake intake, Readiness readiness, TimeProvider clock, ILogger<UrgentEventsLoop> log) : BackgroundService
{
    /// <summary>How many messages may be with this process.</summary>
    private const ushort Prefetch = 1000;

    /// <summary>Acknowledged together: an acknowledgement costs as much as a message.</summary>
    private const int AcknowledgedTogether = 200;

    /// <summary>Of a queue that nobody reads: the newest are those that stand farthest behind.</summary>
    private const int MostKept = 200_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Database.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Listen(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // Urgent events are taken in all the same, in their turn.
                log.LogInformation("Urgent events cannot be preferred now ({Error}); trying again in {Pause}.", error.Message, Pause);
                await Task.Delay(Pause, clock, stoppingToken);
            }
        }
    }

    private async Task Listen(CancellationToken stoppingToken)
    {
        await using var connection = await new ConnectionFactory { Uri = broker, ClientProvidedName = "deprovisioner urgent events", AutomaticRecoveryEnabled = false }.CreateConnectionAsync(stoppingToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stoppingToken);
        await Declare(channel, stoppingToken);
        var arrived = Channel.CreateBounded<Glanced>(new BoundedChannelOptions(Prefetch) { SingleReader = true });
        var consumer = new AsyncEventingBasicConsumer(channel);

        // The body is the client's own again once this returns: what is wanted of it is copied.
        consumer.ReceivedAsync += async (_, message) => await arrived.Writer.WriteAsync(
            new Glanced(message.DeliveryTag, UrgentGlance.MayBeUrgent(message.Body.Span) ? message.Body.ToArray() : null), stoppingToken);
        consumer.ShutdownAsync += (_, why) =>
        {
            arrived.Writer.TryComplete(new InvalidOperationException(why.ReplyText));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(Transport.UrgentEventsQueue, autoAck: false, consumer, stoppingToken);
        while (await arrived.Reader.WaitToReadAsync(stoppingToken))
        {
            await channel.BasicAckAsync(await Take(arrived.Reader, stoppingToken), multiple: true, stoppingToken);
        }
    }

    /// <summary>Takes what has arrived, and gives the tag up to which it is done with.</summary>
    private async Task<ulong> Take(ChannelReader<Glanced> arrived, CancellationToken stoppingToken)
    {
        var done = 0UL;
        for (var i = 0; i < AcknowledgedTogether && arrived.TryRead(out var glanced); i++)
        {
            if (glanced.Body is { } body && HrEventParser.Parse(body) is HrEventParse.Valid { Event.Urgent: true } urgent)
            {
                await TakeAhead(urgent, body, stoppingToken);
            }

            done = glanced.Tag;
        }

        return done;
    }

    private async Task TakeAhead(HrEventParse.Valid urgent, byte[] body, CancellationToken stoppingToken)
    {
        try
        {
            await intake.TakeAhead(urgent, body, stoppingToken);
        }
        catch (FactRefusedException)
        {
            // It is told of, and goes to quarantine, in its turn.
        }
    }

    /// <summary>The queue is not declared before the first one is bound: an event that only this one took would be confirmed to HR and could be lost.</summary>
    private static async Task Declare(IChannel channel, CancellationToken stoppingToken)
    {
        await channel.QueueDeclarePassiveAsync(Transport.HrEventsQueue, stoppingToken);
        await channel.ExchangeDeclareAsync(Transport.HrEventsExchange, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: stoppingToken);
        await channel.QueueDeclareAsync(
            Transport.UrgentEventsQueue, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-max-length"] = MostKept, ["x-overflow"] = "drop-head" }, cancellationToken: stoppingToken);
        await channel.QueueBindAsync(Transport.UrgentEventsQueue, Transport.HrEventsExchange, routingKey: "", cancellationToken: stoppingToken);
        await channel.BasicQosAsync(prefetchSize: 0, Prefetch, global: false, stoppingToken);
    }

    /// <param name="Body">Null: it is not urgent for certain.</param>
    private readonly record struct Glanced(ulong Tag, byte[]? Body);
}
