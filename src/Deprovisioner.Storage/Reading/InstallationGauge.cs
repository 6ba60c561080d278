namespace Deprovisioner.Storage.Reading;

/// <summary>One number, or one for each value of its labels, that says how the installation stands.</summary>
/// <param name="Name">In OpenTelemetry's manner, with dots.</param>
/// <param name="Unit">UCUM: <c>s</c>, or what is counted in braces; null: 0 or 1.</param>
/// <param name="Labels">In order; all their values are from closed sets, or names of configured systems.</param>
public sealed record InstallationGauge(string Name, string? Unit, string Description, params IReadOnlyList<string> Labels)
{
    public static readonly InstallationGauge Orchestrators = new("deprovisioner.orchestrators", "{process}", "Orchestrators that are connected to the database");

    public static readonly InstallationGauge Sagas = new("deprovisioner.sagas", "{saga}", "Sagas that are not over, by status", "status");

    public static readonly InstallationGauge SagasLate = new("deprovisioner.sagas.late", "{saga}", "Sagas that are not over, and missed a deadline");

    public static readonly InstallationGauge ContainmentsLate = new("deprovisioner.containments.late", "{saga}", "Sagas whose first stage missed its deadline, and has not succeeded");

    public static readonly InstallationGauge UrgentUncontained = new("deprovisioner.urgent.uncontained", "{person}", "People who leave urgently, whose time has come, and who are not contained");

    public static readonly InstallationGauge UrgentAge = new("deprovisioner.urgent.uncontained.age", "s", "Since when the longest waiting of them should have been contained");

    public static readonly InstallationGauge SystemGate = new("deprovisioner.system.gate", null, "1 for the gate that the system has, 0 for the others", "system", "gate");

    public static readonly InstallationGauge StepsDue = new("deprovisioner.system.steps.due", "{step}", "Steps whose time has come, and that were not sent, by system", "system");

    public static readonly InstallationGauge StepsDueAge = new("deprovisioner.system.steps.due.age", "s", "Since when the longest waiting of them is due, by system", "system");

    public static readonly InstallationGauge StepsInFlight = new("deprovisioner.system.steps.in_flight", "{step}", "Steps that were sent and not answered yet, by system", "system");

    public static readonly InstallationGauge StepsFailed = new("deprovisioner.system.steps.failed", "{step}", "Steps that wait for a person since they cannot succeed by themselves, by system", "system");

    public static readonly InstallationGauge Held = new("deprovisioner.holds", "{hold}", "What waits for a person's decision, by reason", "reason");

    public static readonly InstallationGauge HeldAge = new("deprovisioner.holds.age", "s", "How long the oldest of them has waited, by reason", "reason");

    public static readonly InstallationGauge OutboxAge = new("deprovisioner.outbox.age", "s", "Age of the oldest event out that is not published");

    public static readonly InstallationGauge RequestsAge = new("deprovisioner.requests.age", "s", "Age of the oldest request of a person that no orchestrator has carried out");

    public static readonly InstallationGauge LastEventAge = new("deprovisioner.events.last.age", "s", "Since when no new HR event was accepted");

    public static readonly InstallationGauge Quarantined = new("deprovisioner.quarantine.last_day", "{event}", "Messages of the last 24 hours that are no valid HR events, by reason; of the newest thousand", "reason");

    public static readonly InstallationGauge TasksOpen = new("deprovisioner.tasks.open", "{task}", "Tasks that people have");

    public static readonly InstallationGauge TasksOverdue = new("deprovisioner.tasks.overdue", "{task}", "Those of them that are past their due time");

    public static readonly InstallationGauge AuditRows = new("deprovisioner.audit.rows", "{row}", "Rows of the audit, as PostgreSQL estimates them");

    public static readonly InstallationGauge AuditHead = new("deprovisioner.audit.installation.rows", "{row}", "Rows of the installation's own audit stream");

    /// <summary>All that <see cref="InstallationGauges"/> reads.</summary>
    public static IReadOnlyList<InstallationGauge> All { get; } =
    [
        Orchestrators, Sagas, SagasLate, ContainmentsLate, UrgentUncontained, UrgentAge, SystemGate, StepsDue, StepsDueAge, StepsInFlight, StepsFailed, Held, HeldAge, OutboxAge, RequestsAge, LastEventAge,
        Quarantined, TasksOpen, TasksOverdue, AuditRows, AuditHead,
    ];
}

/// <summary>A gauge's value.</summary>
/// <param name="LabelValues">One for each label, in their order.</param>
public sealed record GaugeReading(InstallationGauge Gauge, double Value, IReadOnlyList<string> LabelValues);
