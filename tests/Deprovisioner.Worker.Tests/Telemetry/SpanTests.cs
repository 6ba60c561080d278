using System.Diagnostics;
using Deprovisioner.Contracts;
using Deprovisioner.Worker.Telemetry;

namespace Deprovisioner.Worker.Tests.Telemetry;

public sealed class SpanTests
{
    private const string First = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Second = "5bf92f3577b34da6a3ce929d0e0e4737";

    [Fact]
    public void A_message_with_steps_of_two_sagas_stands_under_the_firsts_trace_and_is_linked_to_both()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == WorkerTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        var (one, other) = (Command(First), Command(Second));

        using var span = WorkerTelemetry.Sending(new ExecuteSteps(new SystemName("crm"), [one, other]));

        Assert.Equal((First, "b7ad6b7169203331"), (span!.TraceId.ToHexString(), span.ParentSpanId.ToHexString()));
        Assert.Equal(
            [$"{First} {one.SagaId} {one.StepId} 3", $"{Second} {other.SagaId} {other.StepId} 3"],
            span.Links.Select(link => $"{link.Context.TraceId} {string.Join(' ', link.Tags!.OrderBy(t => t.Key == "deprovisioner.attempt").Select(t => t.Value))}"));
        Assert.Null(span.GetTagItem("deprovisioner.saga.id"));
    }

    [Fact]
    public void Events_hand_their_publishers_trace_on_and_a_look_begins_its_own()
    {
        var spans = EveryInstrument.Spans();

        Assert.All(spans.Where(span => span.OperationName != "person look"), span => Assert.Equal((EveryInstrument.Trace, "b7ad6b7169203331"), (span.TraceId.ToHexString(), span.ParentSpanId.ToHexString())));
        Assert.Equal(["hr-event receive", "person look", "step disable-account", "steps send"], spans.Select(span => span.OperationName).Order(StringComparer.Ordinal));
    }

    private static StepCommand Command(string trace) => new()
    {
        SagaId = new SagaId(Guid.CreateVersion7()),
        StepId = new StepId(Guid.CreateVersion7()),
        Attempt = 3,
        Fence = 1,
        Action = StepAction.DisableAccount,
        PersonId = new PersonId("P1"),
        EmploymentId = new EmploymentId("E1"),
        Facts = new Dictionary<string, string>(),
        TraceParent = $"00-{trace}-b7ad6b7169203331-01",
    };
}
