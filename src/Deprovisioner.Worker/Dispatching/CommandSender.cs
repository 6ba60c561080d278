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
    public Task Send(ExecuteSteps command, CancellationToken cancellationToken) => Send(command, Transport.CommandQueue(command.System), cancellationToken);

    /// <summary>Returns when the broker has it in that queue.</summary>
    public async Task Send<TCommand>(TCommand command, string queue, CancellationToken cancellationToken)
        where TCommand : class
    {
        // By the exchange, so that this side need not know the queue's arguments; mandatory, since RabbitMQ else confirms what it drops
        // (https://www.rabbitmq.com/docs/publishers#unroutable).
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{queue}"));
        await room.WaitAsync(cancellationToken);
        try
        {
            await endpoint.Send(command, Pipe.Execute<SendContext<TCommand>>(Mandatory), cancellationToken);
        }
        finally
        {
            room.Release();
        }
    }

    private static void Mandatory(SendContext context)
    {
        if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
        {
            rabbit.Mandatory = true;
        }
    }
}
