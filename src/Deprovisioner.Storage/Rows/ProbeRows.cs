using Deprovisioner.Contracts;
using Deprovisioner.Core.Probing;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>The columns of a probe, as the core sees it.</summary>
internal static class ProbeRows
{
    public const string Select = "select probe_id, step_id, system, purpose, status, sends, failures, due_at, outcome, code, message, answered_at from probes";

    /// <param name="first">Where its columns begin.</param>
    public static Probe Probe(NpgsqlDataReader row, int first = 0)
        => new()
        {
            Id = new ProbeId(row.GetGuid(first)),
            Step = new StepId(row.GetGuid(first + 1)),
            System = new SystemName(row.GetString(first + 2)),
            Purpose = EnumText.Parse<ProbePurpose>(row.GetString(first + 3)),
            Status = EnumText.Parse<ProbeStatus>(row.GetString(first + 4)),
            Sends = row.GetInt32(first + 5),
            Failures = row.GetInt32(first + 6),
            DueAt = row.TimeOrNull(first + 7),
            Outcome = row.Text(first + 8) is { } outcome ? EnumText.Parse<Outcome>(outcome) : null,
            Code = row.Text(first + 9),
            Message = row.Text(first + 10),
            AnsweredAt = row.TimeOrNull(first + 11),
        };

    /// <summary>New ones, and those that were asked or answered. Sorted, as all that is inserted.</summary>
    public static void Save(SqlBatch batch, IEnumerable<Probe> changed)
    {
        var probes = changed.OrderBy(p => p.Id.Value).ToList();
        if (probes.Count == 0)
        {
            return;
        }

        batch.Add(
            """
            insert into probes (probe_id, step_id, system, purpose, status, sends, failures, due_at, outcome, code, message, answered_at)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            on conflict (probe_id) do update set status = excluded.status, sends = excluded.sends, failures = excluded.failures, due_at = excluded.due_at,
                lease_until = null, outcome = excluded.outcome, code = excluded.code, message = excluded.message, answered_at = excluded.answered_at
            """,
            Sql.Uuids(probes.Select(p => p.Id.Value)), Sql.Uuids(probes.Select(p => p.Step.Value)), Sql.Texts(probes.Select(p => p.System.Value)),
            Sql.Texts(probes.Select(p => EnumText.Of(p.Purpose))), Sql.Texts(probes.Select(p => EnumText.Of(p.Status))), Sql.Ints(probes.Select(p => p.Sends)),
            Sql.Ints(probes.Select(p => p.Failures)), Sql.Times(probes.Select(p => p.DueAt)),
            Sql.Texts(probes.Select(p => p.Outcome is { } outcome ? EnumText.Of(outcome) : null)), Sql.Texts(probes.Select(p => p.Code)), Sql.Texts(probes.Select(p => p.Message)),
            Sql.Times(probes.Select(p => p.AnsweredAt)));
    }
}
