using System.Diagnostics;
using System.Diagnostics.Metrics;
using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Worker.Telemetry;

/// <summary>
/// The orchestrator's spans and metrics; what transactions bring about is counted beside them, in the storage. Labels are bounded: words of closed sets and configured system names, never ids. Ids are on spans. One method for
/// each instrument and each span, so that labels and attributes stand in one place.
/// </summary>
internal static class WorkerTelemetry
{
    public const string Name = "Deprovisioner";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Events = Meter.CreateCounter<long>("deprovisioner.events", "{event}", "HR events taken in, by verdict");

    private static readonly Histogram<double> IntakeDuration = Meter.CreateHistogram(
        "deprovisioner.intake.duration", "s", "From arrival of an HR event to the commit of its decision",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] });

    private static readonly Counter<long> StepsSent = Meter.CreateCounter<long>("deprovisioner.steps.sent", "{step}", "Steps sent to connector hosts, by system");
    private static readonly Counter<long> StepsUnsent = Meter.CreateCounter<long>("deprovisioner.steps.unsent", "{step}", "Steps that the broker did not take, and that are offered again, by system");
    private static readonly Counter<long> StepsReported = Meter.CreateCounter<long>("deprovisioner.steps.reported", "{step}", "Step reports received, by system and outcome");
    private static readonly Counter<long> Notifications = Meter.CreateCounter<long>("deprovisioner.notifications", "{delivery}", "Attempts to deliver webhooks and mails, by receiver and result");
    private static readonly Counter<long> LeasesExpired = Meter.CreateCounter<long>("deprovisioner.leases.expired", "{step}", "Leases that ran out unanswered");

    public static void EventTakenIn(string verdict, TimeSpan took)
    {
        Events.Add(1, new KeyValuePair<string, object?>("verdict", verdict));
        IntakeDuration.Record(took.TotalSeconds);
    }

    public static void Sent(SystemName system, int steps) => StepsSent.Add(steps, new KeyValuePair<string, object?>("system", system.Value));

    public static void Unsent(SystemName system, int steps) => StepsUnsent.Add(steps, new KeyValuePair<string, object?>("system", system.Value));

    public static void Reported(SystemName system, Outcome outcome) => StepsReported.Add(1, new TagList { { "system", system.Value }, { "outcome", EnumText.Of(outcome) } });

    public static void Expired(int leases) => LeasesExpired.Add(leases);

    /// <param name="receiver">As configured; <c>none</c>: of one that is configured no longer.</param>
    /// <param name="result"><c>delivered</c>, <c>failed</c>, <c>given-up</c>.</param>
    public static void Notified(string receiver, string result, int deliveries = 1) => Notifications.Add(deliveries, new TagList { { "receiver", receiver }, { "result", result } });

    /// <summary>An HR event is taken in, under its publisher's trace where it names one; null where nobody listens.</summary>
    public static Activity? Receiving(string? traceParent) => Start("hr-event receive", ActivityKind.Consumer, traceParent);

    /// <summary>What was decided of it.</summary>
    public static void Decided(Activity? receiving, FactAnswer answer)
        => receiving?.SetTag("deprovisioner.verdict", answer.Verdict).SetTag("deprovisioner.saga.id", answer.SagaId?.ToString());

    /// <summary>A person is looked at since their time has come: what is opened then stands under this trace. Null where nobody listens.</summary>
    public static Activity? LookingAt() => Start("person look", ActivityKind.Internal, traceParent: null);

    /// <summary>
    /// Steps are sent to one system, under the trace of the first one's saga and with a link to that of each (their traces are kept in the sagas' rows, so a retry days later and a replay stand under the same one); null where
    /// nobody listens.
    /// </summary>
    public static Activity? Sending(ExecuteSteps command)
        => !Source.HasListeners() ? null
            : Start("steps send", ActivityKind.Producer, command.Steps[0].TraceParent, command.Steps.Select(Link))
                ?.SetTag("deprovisioner.system", command.System.Value)
                .SetTag("deprovisioner.steps", command.Steps.Count)
                .SetTag("deprovisioner.saga.id", command.Steps.Count == 1 ? command.Steps[0].SagaId.ToString() : null)
                .SetTag("deprovisioner.step.id", command.Steps.Count == 1 ? command.Steps[0].StepId.ToString() : null);

    private static ActivityLink Link(StepCommand step)
        => new(
            Parent(step.TraceParent),
            new ActivityTagsCollection { ["deprovisioner.saga.id"] = step.SagaId.ToString(), ["deprovisioner.step.id"] = step.StepId.ToString(), ["deprovisioner.attempt"] = step.Attempt });

    /// <param name="traceParent">W3C <c>traceparent</c> that was kept in a row or came with an event.</param>
    private static Activity? Start(string name, ActivityKind kind, string? traceParent, IEnumerable<ActivityLink>? links = null)
        => Source.StartActivity(name, kind, Parent(traceParent), tags: null, links);

    /// <summary>Nothing, where it is none: then the span begins a trace, or stands under the one that is open here.</summary>
    private static ActivityContext Parent(string? traceParent) => ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent) ? parent : default;
}
