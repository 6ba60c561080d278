using Deprovisioner.Contracts;
using MassTransit;

namespace Deprovisioner.Worker.Dispatching;

/// <summary>Puts commands on the bus.</summary>
internal sealed class CommandSender(IBus bus) : IDisposable
{
    /// <summary>
    /// Beyond 64 of a channel that are not confirmed, the client makes each further one wait for half a second or longer (RabbitMQ.Client 7.1, <c>ThrottlingRateLimiter</c>, which MassTransit 8.4 leaves as it is). Waiting here is over with
    /// the next confirm.
    /// </summary>
    private const int MostUnconfirmed = 60;

    private readonly SemaphoreSlim room = new(MostUnconfirmed);

    public void Dispose() => room.Dispose();

    /// <summary>Returns when the broker has it in a queue.</summary>
    /// <param name="lease">
    /// After this the broker drops it: the steps are sent again then, or are not wanted any more, and a host that was just started remembers no fence by which it could tell
    /// (https://www.rabbitmq.com/docs/ttl#per-message-ttl-in-publishers; quorum queues do it since RabbitMQ 3.10).
    /// </param>
    public Task Send(ExecuteSteps command, TimeSpan lease, CancellationToken cancellationToken)
        => Send(command, Transport.CommandQueue(command.System), lease > TimeSpan.Zero ? lease : TimeSpan.FromMilliseconds(1), cancellationToken);

    /// <summary>Returns when the broker has it in that queue.</summary>
    public Task Send<TCommand>(TCommand command, string queue, CancellationToken cancellationToken)
        where TCommand : class
        => Send(command, queue, lasts: null, cancellationToken);

    private async Task Send<TCommand>(TCommand command, string queue, TimeSpan? lasts, CancellationToken cancellationToken)
        where TCommand : class
    {
        // By the exchange, so that this side need not know the queue's arguments; mandatory, since RabbitMQ else confirms what it drops
        // (https://www.rabbitmq.com/docs/publishers#unroutable).
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{queue}"));
        await room.WaitAsync(cancellationToken);
        try
        {
            await endpoint.Send(command, Pipe.Execute<SendContext<TCommand>>(context => Mandatory(context, lasts)), cancellationToken);
        }
        finally
        {
            room.Release();
        }
    }

    private static void Mandatory(SendContext context, TimeSpan? lasts)
    {
        context.TimeToLive = lasts;
        if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
        {
            rabbit.Mandatory = true;
        }
    }
}
