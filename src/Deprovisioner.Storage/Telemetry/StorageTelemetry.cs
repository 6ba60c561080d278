using System.Diagnostics;
using System.Diagnostics.Metrics;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Storage.Telemetry;

/// <summary>
/// What transactions bring about, as metrics. Labels are bounded: words of closed sets and configured system names, never ids. One method for each instrument, so that its labels stand in one place.
/// </summary>
internal static class StorageTelemetry
{
    /// <summary>The orchestrator's meter, whichever project an instrument is in.</summary>
    public const string Name = "Deprovisioner";

    /// <summary>A commit that did not come about since the database was not there, or not as it should be; it is tried again.</summary>
    public const string DatabaseAway = "database-away";

    /// <summary>One fact that the database refuses, whatever its neighbours.</summary>
    public const string FactRefused = "fact-refused";

    private static readonly Meter Meter = new(Name);

    private static readonly UpDownCounter<long> Waiting = Meter.CreateUpDownCounter<long>("deprovisioner.writer.waiting", "{fact}", "Facts that wait for the writer");

    private static readonly Histogram<double> CommitDuration = Meter.CreateHistogram(
        "deprovisioner.commit.duration", "s", "From the begin of a writer's transaction to its commit", advice: Buckets(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10));

    private static readonly Histogram<double> CommitFacts = Meter.CreateHistogram("deprovisioner.commit.facts", "{fact}", "Facts that were committed together", advice: Buckets(1, 2, 4, 8, 16, 32, 64, 128, 256));

    private static readonly Counter<long> CommitFailures = Meter.CreateCounter<long>("deprovisioner.commit.failures", "{commit}", "Commits of the writer that did not come about, by reason");

    private static readonly Counter<long> AuditRows = Meter.CreateCounter<long>("deprovisioner.audit.appended", "{row}", "Audit rows appended");

    private static readonly Counter<long> SagasOpened = Meter.CreateCounter<long>("deprovisioner.sagas.opened", "{saga}", "Sagas opened, by kind");

    private static readonly Histogram<double> TimeToContain = Meter.CreateHistogram(
        "deprovisioner.time_to_contain", "s", "From the effective time, or from planning where that was later, until the first stage had succeeded, by kind and urgency",
        advice: Buckets(1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 43_200, 86_400));

    private static readonly Histogram<double> TimeToComplete = Meter.CreateHistogram(
        "deprovisioner.time_to_complete", "s", "From the effective time, or from planning where that was later, until the last step was settled, by kind and urgency",
        advice: Buckets(10, 60, 300, 1800, 3600, 14_400, 86_400, 172_800, 604_800, 1_209_600, 2_592_000, 5_184_000, 7_776_000));

    private static readonly Counter<long> DeadlinesMissed = Meter.CreateCounter<long>("deprovisioner.deadlines.missed", "{stage}", "Stages whose deadline passed, by kind and urgency");

    private static readonly Counter<long> HoldsOpened = Meter.CreateCounter<long>("deprovisioner.holds.opened", "{hold}", "Reasons for which sagas began to wait for a person");

    private static readonly Counter<long> StepsFailed = Meter.CreateCounter<long>("deprovisioner.steps.failed", "{step}", "Steps that cannot succeed by themselves, by system, action and outcome");

    private static readonly Counter<long> StepsRetried = Meter.CreateCounter<long>("deprovisioner.steps.retried", "{step}", "Attempts after which the step is due again, by system and outcome");

    private static readonly Counter<long> StepsReplayed = Meter.CreateCounter<long>("deprovisioner.steps.replayed", "{step}", "Failed steps that a person had tried again, by system");

    private static readonly Histogram<double> StepWait = Meter.CreateHistogram(
        "deprovisioner.steps.wait", "s", "From when a step was due until it was claimed to be sent, by system", advice: Buckets(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14_400));

    private static readonly Counter<long> GatesMoved = Meter.CreateCounter<long>("deprovisioner.system.gate.changes", "{change}", "Changes of a system's gate, by system and the gate afterwards");

    private static readonly Counter<long> EventsQuarantined = Meter.CreateCounter<long>("deprovisioner.events.quarantined", "{event}", "Messages that are no valid HR events, by reason");

    private static readonly Histogram<double> OutboxDelay = Meter.CreateHistogram(
        "deprovisioner.outbox.delay", "s", "From the commit of an event out until it was published", advice: Buckets(0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 3600));

    /// <param name="facts">Negative: so many wait no longer.</param>
    public static void FactsWait(int facts) => Waiting.Add(facts);

    public static void Committed(int facts, TimeSpan took)
    {
        CommitDuration.Record(took.TotalSeconds);
        CommitFacts.Record(facts);
    }

    /// <param name="reason"><see cref="DatabaseAway"/> or <see cref="FactRefused"/>.</param>
    public static void NotCommitted(string reason) => CommitFailures.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public static void AuditAppended(int rows) => AuditRows.Add(rows);

    public static void SagaOpened(SagaKind kind) => SagasOpened.Add(1, new KeyValuePair<string, object?>("kind", EnumText.Of(kind)));

    public static void Contained(SagaKind kind, bool urgent, TimeSpan after) => TimeToContain.Record(after.TotalSeconds, Of(kind, urgent));

    public static void Completed(SagaKind kind, bool urgent, TimeSpan after) => TimeToComplete.Record(after.TotalSeconds, Of(kind, urgent));

    public static void DeadlineMissed(SagaKind kind, bool urgent) => DeadlinesMissed.Add(1, Of(kind, urgent));

    /// <param name="reason">As the event <c>deprovisioning.held.v1</c> gives it.</param>
    public static void HoldOpened(string reason) => HoldsOpened.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <param name="outcome">Of the last attempt; null: there was none.</param>
    public static void StepFailed(SystemName system, StepAction action, Outcome? outcome)
        => StepsFailed.Add(1, new TagList { { "system", system.Value }, { "action", EnumText.Of(action) }, { "outcome", Of(outcome) } });

    /// <param name="outcome">Of the attempt.</param>
    public static void StepRetried(SystemName system, Outcome? outcome) => StepsRetried.Add(1, new TagList { { "system", system.Value }, { "outcome", Of(outcome) } });

    public static void StepReplayed(SystemName system) => StepsReplayed.Add(1, new KeyValuePair<string, object?>("system", system.Value));

    public static void StepWaited(SystemName system, TimeSpan wait) => StepWait.Record(wait.TotalSeconds, new KeyValuePair<string, object?>("system", system.Value));

    /// <param name="gate">As people see it: <c>paused</c> where a person shut it.</param>
    public static void GateMoved(SystemName system, string gate) => GatesMoved.Add(1, new TagList { { "system", system.Value }, { "gate", gate } });

    /// <param name="reason">One of the parser's, or <c>not-recordable</c>.</param>
    public static void Quarantined(string reason) => EventsQuarantined.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public static void Published(TimeSpan delay) => OutboxDelay.Record(delay.TotalSeconds);

    private static TagList Of(SagaKind kind, bool urgent) => new() { { "kind", EnumText.Of(kind) }, { "urgent", urgent ? "true" : "false" } };

    private static string Of(Outcome? outcome) => outcome is { } known ? EnumText.Of(known) : "none";

    private static InstrumentAdvice<double> Buckets(params double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };
}
