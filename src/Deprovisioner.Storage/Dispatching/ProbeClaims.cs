using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Dispatching;

/// <summary>Claims questions about steps as <see cref="StepClaims"/> claims steps, of what those leave of a system's budget. A system that is shut is not asked; its questions wait.</summary>
internal static class ProbeClaims
{
    /// <summary>Behind the lock of the system's row.</summary>
    public static async Task<List<StepCommand>> Claimed(
        NpgsqlConnection connection, NpgsqlTransaction transaction, SystemName system, int most, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken cancellationToken)
    {
        var commands = new List<StepCommand>();
        using var batch = new SqlBatch(connection, transaction);
        batch.Add(
            """
            with claim as materialized (
                select probe_id, step_id, due_at from probes where system = $1 and status = 'due' and due_at <= $2
                order by due_at, probe_id limit $3 for update skip locked),
            asked as (
                update probes p set status = 'in-flight', due_at = null, sends = p.sends + 1, lease_until = $4
                from claim c where p.probe_id = c.probe_id
                returning p.system, p.probe_id, c.step_id, p.sends, c.due_at),
            claimed as (
                select a.system, a.probe_id as step_id, s.saga_id, a.sends, s.action, s.instruction, 0 as priority, a.due_at, s.owner, s.selection,
                    case when s.action = 'restore-account' then s.snapshots end as restores, true as probe, false as pending
                from asked a join steps s on s.step_id = a.step_id)
            """ + CommandRows.OfClaimed,
            Sql.Text(system.Value), Sql.Time(now), Sql.Int(most), Sql.Time(leaseUntil));
        await batch.Read([row => commands.Add(CommandRows.Command(row))], cancellationToken);
        return commands;
    }

    /// <summary>Those whose lease ran out are asked again.</summary>
    public static async Task TakeBackExpired(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            update probes set status = 'due', due_at = $1, lease_until = null
            where probe_id in (select probe_id from probes where status = 'in-flight' and lease_until < $1 limit 1000 for update skip locked)
            """);
        command.Parameters.Add(Sql.Time(now));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Those that could not be sent are due again.</summary>
    public static void HandBack(SqlBatch batch, ExecuteSteps steps, DateTimeOffset at)
    {
        var probes = steps.Steps.Where(s => s.Probe).ToList();
        if (probes.Count > 0)
        {
            batch.Add(
                "update probes p set status = 'due', due_at = $3, lease_until = null from unnest($1, $2) as t(id, attempt) where p.probe_id = t.id and p.sends = t.attempt and p.status = 'in-flight'",
                Sql.Uuids(probes.Select(s => s.StepId.Value)), Sql.Ints(probes.Select(s => s.Attempt)), Sql.Time(at));
        }
    }
}
