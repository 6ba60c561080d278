using Deprovisioner.Contracts;
using MassTransit;

namespace Deprovisioner.Worker.Dispatching;

/// <summary>Puts commands on the bus.</summary>
internal sealed class CommandSender(IBus bus)
{
    /// <summary>Returns when the broker has it in a queue.</summary>
    public Task Send(ExecuteSteps command, CancellationToken cancellationToken) => Send(command, Transport.CommandQueue(command.System), cancellationToken);

    /// <summary>Returns when the broker has it in that queue.</summary>
    public async Task Send<TCommand>(TCommand command, string queue, CancellationToken cancellationToken)
        where TCommand : class
    {
        // By the exchange, so that this side need not know the queue's arguments; mandatory, since RabbitMQ else confirms what it drops
        // (https://www.rabbitmq.com/docs/publishers#unroutable).
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{queue}"));
        await endpoint.Send(
            command,
            Pipe.Execute<SendContext<TCommand>>(context =>
            {
                if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
                {
                    rabbit.Mandatory = true;
                }
            }),
            cancellationToken);
    }
}
