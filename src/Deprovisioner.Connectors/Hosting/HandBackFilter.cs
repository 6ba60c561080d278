using System.Runtime.ExceptionServices;
using System.Runtime.Serialization;
using MassTransit;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>
/// A command that could not be carried out and reported goes back to its queue and not to an <c>_error</c> queue, where nobody would look
/// for it while its saga waits. A message that cannot even be read is parked there all the same: given back, it would come again at once, for ever.
/// (Rethrowing from the error pipe makes MassTransit's RabbitMQ transport answer basic.nack with requeue: RabbitMqReceiveLockContext.Faulted.)
/// </summary>
internal sealed class HandBackFilter : IFilter<ExceptionReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        if (context.Exception is SerializationException)
        {
            await next.Send(context);
            return;
        }

        if (!context.IsFaulted)
        {
            await context.NotifyFaulted(context.Exception);
        }

        ExceptionDispatchInfo.Throw(context.Exception);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("hand-back");
}
