using System.Diagnostics;
using System.Diagnostics.Metrics;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>Spans and instruments of the connector host. Tags of instruments come from closed sets: configured systems, actions, outcomes.</summary>
public static class ConnectorTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "Deprovisioner.Connectors";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "deprovisioner.connector.step.duration", "s", "How long one attempt at a step took, waiting for its turn included.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120] });

    private static readonly Counter<long> Outcomes = Meter.CreateCounter<long>(
        "deprovisioner.connector.step.outcomes", "{step}", "Attempts at steps, by how they ended.");

    private static readonly Histogram<double> Queued = Meter.CreateHistogram<double>(
        "deprovisioner.connector.command.queued", "s", "From when a command was sent until a host began with it, by the clocks of both machines.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300] });

    /// <param name="system">Whose command it is.</param>
    /// <param name="queued">Negative where this machine's clock is behind the sender's: then nothing is known, and it counts as none.</param>
    internal static void Begun(SystemName system, TimeSpan queued) => Queued.Record(Math.Max(0, queued.TotalSeconds), new KeyValuePair<string, object?>("system", system.Value));

    internal static StepTrace Start(SystemName system, StepCommand command)
    {
        var action = EnumText.Of(command.Action);
        var parent = ActivityContext.TryParse(command.TraceParent, traceState: null, isRemote: true, out var saga) ? saga : default;
        var activity = Source.StartActivity($"step {action}", ActivityKind.Client, parent)
            ?.SetTag("deprovisioner.system", system.Value)
            .SetTag("deprovisioner.action", action)
            .SetTag("deprovisioner.saga.id", command.SagaId.ToString())
            .SetTag("deprovisioner.step.id", command.StepId.ToString())
            .SetTag("deprovisioner.attempt", command.Attempt);
        return new StepTrace(activity, system.Value, action);
    }

    internal sealed class StepTrace(Activity? activity, string system, string action) : IDisposable
    {
        public void Ended(StepReport report)
        {
            var outcome = EnumText.Of(report.Outcome);
            activity?.SetTag("deprovisioner.outcome", outcome).SetTag("deprovisioner.code", report.Code);
            if (report.Outcome is Outcome.Transient or Outcome.Unauthorized or Outcome.Rejected or Outcome.Indeterminate)
            {
                // The code only: messages may name people's accounts.
                activity?.SetStatus(ActivityStatusCode.Error, report.Code);
            }

            var tags = new TagList { { "system", system }, { "action", action }, { "outcome", outcome } };
            Duration.Record((report.FinishedAt - report.StartedAt).TotalSeconds, tags);
            Outcomes.Add(1, tags);
        }

        public void Dispose() => activity?.Dispose();
    }
}
