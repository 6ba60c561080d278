using System.Diagnostics;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Telemetry;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Worker.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Deprovisioner.Worker.Tests.Telemetry;

/// <summary>Has each instrument of the product measure once, and each span begin once, by the methods by which the product does it.</summary>
internal static class EveryInstrument
{
    public const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private const string TraceParent = $"00-{Trace}-b7ad6b7169203331-01";

    private static readonly SystemName Crm = new("crm");

    /// <summary>Of a worker, but for what it is asked for (<see cref="ProcessGauges"/>).</summary>
    public static void Measure()
    {
        var second = TimeSpan.FromSeconds(1);
        StorageTelemetry.FactsWait(0);
        StorageTelemetry.Committed(1, second);
        StorageTelemetry.NotCommitted(StorageTelemetry.FactRefused);
        StorageTelemetry.AuditAppended(1);
        StorageTelemetry.SagaOpened(SagaKind.Leaver);
        StorageTelemetry.Contained(SagaKind.Leaver, urgent: true, second);
        StorageTelemetry.Completed(SagaKind.Leaver, urgent: false, second);
        StorageTelemetry.DeadlineMissed(SagaKind.Mover, urgent: false);
        StorageTelemetry.HoldOpened("guard");
        StorageTelemetry.StepFailed(Crm, StepAction.DisableAccount, Outcome.Rejected);
        StorageTelemetry.StepRetried(Crm, Outcome.Transient);
        StorageTelemetry.StepReplayed(Crm);
        StorageTelemetry.StepWaited(Crm, second);
        StorageTelemetry.GateMoved(Crm, "down");
        StorageTelemetry.Quarantined("schema");
        StorageTelemetry.Published(second);
        WorkerTelemetry.EventTakenIn("planned", second);
        WorkerTelemetry.Sent(Crm, 1);
        WorkerTelemetry.Unsent(Crm, 1);
        WorkerTelemetry.Reported(Crm, Outcome.Changed);
        WorkerTelemetry.Expired(1);
        WorkerTelemetry.Notified("siem", "delivered");
        ConnectorTelemetry.Begun(Crm, second);
        using var trace = ConnectorTelemetry.Start(Crm, Command);
        trace.Ended(Report);
    }

    /// <summary>Of a console.</summary>
    public static async Task<InstallationMeter> Installation()
    {
        var meter = new InstallationMeter(_ => Task.FromResult<IReadOnlyList<GaugeReading>>([.. InstallationGauge.All.Select(gauge => new GaugeReading(gauge, 1, [.. gauge.Labels.Select(_ => "crm")]))]), TimeProvider.System, NullLogger.Instance);
        await meter.Refresh();
        return meter;
    }

    /// <summary>The spans, ended. They name all that they may.</summary>
    public static IReadOnlyList<Activity> Spans()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Deprovisioner", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => Keep(spans, span),
        };
        ActivitySource.AddActivityListener(listener);
        using var story = new Activity("story");
        story.SetParentId(TraceParent).Start();
        var decided = new FactAnswer("planned", "It takes effect at once.", Command.SagaId);
        using (var receiving = WorkerTelemetry.Receiving(TraceParent))
        {
            WorkerTelemetry.Decided(receiving, decided);
        }

        using (var looking = WorkerTelemetry.LookingAt())
        {
            WorkerTelemetry.Decided(looking, decided);
        }

        WorkerTelemetry.Sending(new ExecuteSteps(Crm, [Command]))?.Dispose();
        using (var trace = ConnectorTelemetry.Start(Crm, Command))
        {
            trace.Ended(Report);
        }

        return spans;
    }

    private static StepCommand Command { get; } = new()
    {
        SagaId = new SagaId(Guid.CreateVersion7()),
        StepId = new StepId(Guid.CreateVersion7()),
        Attempt = 1,
        Fence = 1,
        Action = StepAction.DisableAccount,
        PersonId = new PersonId("P1"),
        EmploymentId = new EmploymentId("E1"),
        Facts = new Dictionary<string, string>(),
        TraceParent = TraceParent,
    };

    private static StepReport Report { get; } = new()
    {
        SagaId = Command.SagaId,
        StepId = Command.StepId,
        Attempt = 1,
        Outcome = Outcome.Rejected,
        Code = "ldap-50",
        StartedAt = DateTimeOffset.UnixEpoch,
        FinishedAt = DateTimeOffset.UnixEpoch,
    };

    /// <summary>Other tests of this process have spans too.</summary>
    private static void Keep(List<Activity> spans, Activity span)
    {
        if (span.TraceId.ToHexString() == Trace)
        {
            lock (spans)
            {
                spans.Add(span);
            }
        }
    }
}
