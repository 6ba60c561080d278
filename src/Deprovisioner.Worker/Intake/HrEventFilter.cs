using MassTransit;

namespace Deprovisioner.Worker.Intake;

/// <summary>
/// Takes HR events off their queue as bytes, before any deserializer: any AMQP client may publish, with whatever content type, and what is no event
/// at all must reach quarantine just as it came. The pipe ends here; MassTransit then takes the message for skipped, and the endpoint
/// discards skipped messages, which acknowledges it. An exception hands it back to the queue.
/// </summary>
internal sealed class HrEventFilter(HrEventIntake intake) : IFilter<ReceiveContext>
{
    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => await intake.Take(context.Body.GetBytes(), context.CancellationToken);

    public void Probe(ProbeContext context) => context.CreateFilterScope("hr-event");
}
