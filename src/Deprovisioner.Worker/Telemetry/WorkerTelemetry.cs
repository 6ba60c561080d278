using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Deprovisioner.Worker.Telemetry;

/// <summary>The orchestrator's spans and metrics. Labels are bounded: words of closed sets and configured system names, never ids.</summary>
internal static class WorkerTelemetry
{
    public const string Name = "Deprovisioner";

    public static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    /// <summary>HR events by verdict.</summary>
    public static readonly Counter<long> Events = Meter.CreateCounter<long>("deprovisioner.events", "{event}", "HR events taken in, by verdict");

    /// <summary>From an event's arrival to the commit of its decision, seconds.</summary>
    public static readonly Histogram<double> IntakeDuration = Meter.CreateHistogram<double>("deprovisioner.intake.duration", "s", "From arrival of an HR event to the commit of its decision");

    /// <summary>Steps sent, by system.</summary>
    public static readonly Counter<long> StepsSent = Meter.CreateCounter<long>("deprovisioner.steps.sent", "{step}", "Steps sent to connector hosts, by system");

    /// <summary>Reports received, by system and outcome.</summary>
    public static readonly Counter<long> StepsReported = Meter.CreateCounter<long>("deprovisioner.steps.reported", "{step}", "Step reports received, by system and outcome");

    /// <summary>Leases that ran out unanswered.</summary>
    public static readonly Counter<long> LeasesExpired = Meter.CreateCounter<long>("deprovisioner.leases.expired", "{step}", "Leases that ran out unanswered");

    /// <summary>Attempts to tell a receiver, by receiver and result.</summary>
    public static readonly Counter<long> Notifications = Meter.CreateCounter<long>("deprovisioner.notifications", "{delivery}", "Attempts to deliver webhooks and mails, by receiver and result");

    /// <summary>Starts a span whose parent was kept in a row or came with an event; null where nobody listens.</summary>
    public static Activity? Start(string name, ActivityKind kind, string? traceParent)
        => ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent)
            ? Source.StartActivity(name, kind, parent)
            : Source.StartActivity(name, kind);
}
