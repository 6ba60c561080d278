using Deprovisioner.Contracts;
using Deprovisioner.Core.Systems;
using Deprovisioner.Storage.Telemetry;

namespace Deprovisioner.Storage.Reading;

/// <summary>Rows as gauges. What has a closed set of labels is always there with all of them, so that a rule sees a 0 and not nothing.</summary>
internal sealed class GaugeReadings(DateTimeOffset now)
{
    private static readonly IReadOnlyList<string> Gates = [.. Enum.GetValues<Gate>().Select(EnumText.Of), CommittedWork.Paused];

    private static readonly IReadOnlyList<string> HoldReasons = [.. Enum.GetValues<Core.Sagas.HoldReason>().Select(EnumText.Of), "approval", "event"];

    private readonly List<GaugeReading> readings = [];
    private readonly Dictionary<string, (long Count, double Age)> held = HoldReasons.ToDictionary(reason => reason, _ => (0L, 0.0));

    /// <summary>Everything that was added, holds last.</summary>
    public IReadOnlyList<GaugeReading> All
        => [.. readings,
            .. held.Select(h => new GaugeReading(InstallationGauge.Held, h.Value.Count, [h.Key])),
            .. held.Select(h => new GaugeReading(InstallationGauge.HeldAge, h.Value.Age, [h.Key]))];

    public void Add(InstallationGauge gauge, double value, params IReadOnlyList<string> labels) => readings.Add(new GaugeReading(gauge, value, labels));

    public void System(string name, string gate, long due, long inFlight, long failed, DateTimeOffset? oldest)
    {
        foreach (var possible in Gates)
        {
            Add(InstallationGauge.SystemGate, possible == gate ? 1 : 0, name, possible);
        }

        Add(InstallationGauge.StepsDue, due, name);
        Add(InstallationGauge.StepsInFlight, inFlight, name);
        Add(InstallationGauge.StepsFailed, failed, name);
        Add(InstallationGauge.StepsDueAge, Age(oldest), name);
    }

    public void Late(long sagas, long containments)
    {
        Add(InstallationGauge.SagasLate, sagas);
        Add(InstallationGauge.ContainmentsLate, containments);
    }

    public void Urgent(long people, DateTimeOffset? oldest)
    {
        Add(InstallationGauge.UrgentUncontained, people);
        Add(InstallationGauge.UrgentAge, Age(oldest));
    }

    public void Held(string reason, long count, DateTimeOffset? oldest) => held[reason] = (count, Age(oldest));

    public void Rest(DateTimeOffset? unpublished, DateTimeOffset? requested, DateTimeOffset? lastEvent, (long Open, long Overdue) tasks, (long Rows, long Installation) audit)
    {
        Add(InstallationGauge.OutboxAge, Age(unpublished));
        Add(InstallationGauge.RequestsAge, Age(requested));
        Add(InstallationGauge.LastEventAge, Age(lastEvent));
        Add(InstallationGauge.TasksOpen, tasks.Open);
        Add(InstallationGauge.TasksOverdue, tasks.Overdue);
        Add(InstallationGauge.AuditRows, audit.Rows);
        Add(InstallationGauge.AuditHead, audit.Installation);
    }

    private double Age(DateTimeOffset? since) => since is { } at && at < now ? (now - at).TotalSeconds : 0;
}
