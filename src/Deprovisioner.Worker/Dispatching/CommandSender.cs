using Deprovisioner.Contracts;
using MassTransit;

namespace Deprovisioner.Worker.Dispatching;

/// <summary>Puts commands on the bus.</summary>
internal sealed class CommandSender(IBus bus)
{
    /// <summary>Returns when the broker has it in a queue.</summary>
    public async Task Send(ExecuteSteps command, CancellationToken cancellationToken)
    {
        // By the exchange, so that this side need not know the queue's arguments; mandatory, since RabbitMQ else confirms what it drops
        // (https://www.rabbitmq.com/docs/publishers#unroutable).
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{Transport.CommandQueue(command.System)}"));
        await endpoint.Send(
            command,
            Pipe.Execute<SendContext<ExecuteSteps>>(context =>
            {
                if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
                {
                    rabbit.Mandatory = true;
                }
            }),
            cancellationToken);
    }
}
