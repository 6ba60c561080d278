using Deprovisioner.Contracts;
using MassTransit;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>Sends reports to the exchange behind which the orchestrator's queue stands.</summary>
internal sealed class BusReports(IBus bus)
{
    /// <summary>By the exchange, so that this side need not know the queue's arguments.</summary>
    private static readonly Uri Address = new($"exchange:{Transport.ReportsQueue}");

    public async Task SendAsync<TReport>(TReport message, CancellationToken cancellationToken)
        where TReport : class
    {
        var endpoint = await bus.GetSendEndpoint(Address);

        // Mandatory: while no queue is bound yet, RabbitMQ confirms a message that it drops, unless it is asked to return it
        // (https://www.rabbitmq.com/docs/publishers#unroutable).
        await endpoint.Send(
            message,
            Pipe.Execute<SendContext<TReport>>(context =>
            {
                if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
                {
                    rabbit.Mandatory = true;
                }
            }),
            cancellationToken);
    }
}
