using Deprovisioner.Contracts;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Intake;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Reading;

[Collection(nameof(StorageServer))]
public sealed class InstallationGaugesTests(StorageServer server)
{
    [Fact]
    public async Task An_installation_with_nothing_to_do_has_every_gauge_and_zeros()
    {
        await using var store = await Store.New(server);

        var readings = await store.Gauges.Read(default);

        Assert.Equal([], InstallationGauge.All.Where(gauge => gauge != InstallationGauge.Quarantined).Except(readings.Select(r => r.Gauge)).Select(gauge => gauge.Name));
        Assert.All(readings, reading => Assert.Equal(reading.Gauge.Labels.Count, reading.LabelValues.Count));
        Assert.Equal(
            ["deprovisioner.system.gate crm open 1", "deprovisioner.system.gate ldap open 1"], Shown(readings).Where(line => !line.EndsWith(" 0", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_waits_is_told_with_its_age()
    {
        var unguarded = Organisation.Of(
            [Organisation.System("crm"), Organisation.System("ldap")], Organisation.Stage("contain", StepAction.DisableAccount) with { Within = TimeSpan.FromHours(1) }, Organisation.Stage("revoke", StepAction.RemoveEntitlements));
        await using var store = await Store.New(server, unguarded with { Guard = new GuardSettings { Window = TimeSpan.FromDays(1), MaxLeavers = 3 } });
        await store.ReportEach([.. (await store.Sent("p1")).Select(command => store.Reported(command, Outcome.Rejected, "ldap-50"))]);
        await store.Sent("p2");
        await store.Arrive(Organisation.Terminated("p3", urgent: true));
        await store.Arrive(Organisation.Terminated("p4"));
        await store.Commit(new Fact.InvalidArrived(new HrEventParse.Invalid("not-utf-8", "It is no text.", null, null), "x"u8.ToArray(), store.Clock.Now));
        await store.Execute($"insert into operator_acts (kind, system, who, why, requested_at) values ('pause', 'crm', 'ann', 'because', '{store.Clock.Now:O}')");
        store.Clock.Advance(TimeSpan.FromHours(2));
        await store.Commit(new Fact.DeadlinesPassed(await store.Get<Deadlines>().Passed(default)));
        await store.Execute("update systems set gate = 'unauthorized', gate_until = now() where system = 'ldap'; update systems set paused_by = 'ann', paused_at = now(), paused_why = 'x' where system = 'crm'");

        var shown = Shown(await store.Gauges.Read(default));

        Assert.Equal(
            [
                "deprovisioner.containments.late 4",
                "deprovisioner.events.last.age 7200",
                "deprovisioner.holds guard 1",
                "deprovisioner.holds.age guard 7200",
                "deprovisioner.outbox.age 7200",
                "deprovisioner.quarantine.last_day not-utf-8 1",
                "deprovisioner.requests.age 7200",
                "deprovisioner.sagas held 1",
                "deprovisioner.sagas needs-attention 1",
                "deprovisioner.sagas running 2",
                "deprovisioner.sagas.late 4",
                "deprovisioner.system.gate crm paused 1",
                "deprovisioner.system.gate ldap unauthorized 1",
                "deprovisioner.system.steps.due crm 1",
                "deprovisioner.system.steps.due ldap 1",
                "deprovisioner.system.steps.due.age crm 7200",
                "deprovisioner.system.steps.due.age ldap 7200",
                "deprovisioner.system.steps.failed crm 1",
                "deprovisioner.system.steps.failed ldap 1",
                "deprovisioner.system.steps.in_flight crm 2",
                "deprovisioner.system.steps.in_flight ldap 2",
                "deprovisioner.urgent.uncontained 1",
                "deprovisioner.urgent.uncontained.age 7200",
            ],
            shown.Where(line => !line.EndsWith(" 0", StringComparison.Ordinal) && !line.Contains(".audit.", StringComparison.Ordinal)));
        Assert.Contains($"deprovisioner.audit.installation.rows {await store.Count("audit where stream = '00000000-0000-0000-0000-000000000000'")}", shown);
    }

    [Fact]
    public async Task An_orchestrator_counts_while_it_is_connected()
    {
        await using var store = await Store.New(server);
        var connection = await store.Connection();
        await store.Get<SchemaMigrations>().TellPresence(connection, default);

        Assert.Contains("deprovisioner.orchestrators 1", Shown(await store.Gauges.Read(default)));

        await connection.DisposeAsync();
    }

    private static IReadOnlyList<string> Shown(IReadOnlyList<GaugeReading> readings)
        => [.. readings.Select(r => string.Join(' ', [r.Gauge.Name, .. r.LabelValues, $"{r.Value}"])).Order(StringComparer.Ordinal)];
}
