using System.Collections.Immutable;
using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>The columns of a replay and of its items, as the core sees them.</summary>
internal static class ReplayRows
{
    public const string SelectJobs =
        """
        select job_id, who, why, gone_who, gone_why, filter, status, wave, in_wave, untouched, sent, succeeded, failed, held, skipped, cancelled, unanswered, preview_until, in_a_row,
            stopped_step, stopped_system, stopped_code, stopped_same
        from replay_jobs
        """;

    /// <summary>Of an alias <c>i</c>.</summary>
    public const string ItemColumns = "i.job_id, i.ordinal, i.step_id, i.saga_id, i.system, i.before, i.state, i.asked, i.probe_id, i.answer, i.answer_detail, i.wave, i.code, i.reason";

    /// <summary>How many these are: what else is selected follows.</summary>
    public const int ColumnsOfItem = 14;

    /// <summary>Who asked for, started or resumed a replay that replays steps of the sagas $1.</summary>
    public const string UnionAskers =
        """
         union select i.saga_id, j.who from replay_items i join replay_jobs j using (job_id)
            where i.saga_id = any($1) and (i.sent_at is not null or j.status in ('running', 'stopped'))
        union select i.saga_id, a.who from replay_items i join operator_acts a on a.target = i.job_id
            where i.saga_id = any($1) and a.kind in ('replay-start', 'replay-resume') and a.status = 'done'
        """;

    public static ReplayJob Job(NpgsqlDataReader row)
        => new()
        {
            Id = new ReplayJobId(row.GetInt64(0)),
            By = new Act(row.GetString(1), row.GetString(2)),
            GoneBy = new Act(row.GetString(3), row.GetString(4)),
            Filter = row.GetString(5),
            Status = EnumText.Parse<ReplayStatus>(row.GetString(6)),
            Wave = EnumText.Parse<ReplayWave>(row.GetString(7)),
            InWave = row.GetInt32(8),
            Counts = new ReplayCounts(row.GetInt32(9), row.GetInt32(10), row.GetInt32(11), row.GetInt32(12), row.GetInt32(13), row.GetInt32(14), row.GetInt32(15)),
            Unanswered = row.GetInt32(16),
            PreviewUntil = row.TimeOrNull(17),
            InARow = JsonSerializer.Deserialize<Dictionary<string, int>>(row.GetString(18))!.ToImmutableDictionary(r => new SystemName(r.Key), r => r.Value),
            Stopped = row.IsDBNull(19) ? null : new ReplayError(new StepId(row.GetGuid(19)), new SystemName(row.GetString(20)), row.GetString(21), row.GetBoolean(22)),
        };

    public static ReplayItem Item(NpgsqlDataReader row)
        => new(new ReplayJobId(row.GetInt64(0)), row.GetInt32(1), new StepId(row.GetGuid(2)), new SagaId(row.GetGuid(3)), new SystemName(row.GetString(4)), row.GetString(5))
        {
            State = EnumText.Parse<ReplayItemState>(row.GetString(6)),
            Asked = row.GetBoolean(7),
            Probe = row.Nullable<Guid>(8) is { } probe ? new ProbeId(probe) : null,
            Answer = row.Text(9) is { } answer ? EnumText.Parse<PreviewAnswer>(answer) : null,
            AnswerDetail = row.Text(10),
            Wave = row.Text(11) is { } wave ? EnumText.Parse<ReplayWave>(wave) : null,
            Code = row.Text(12),
            Reason = row.Text(13),
        };

    /// <summary>A replay as it is now.</summary>
    public static void Save(SqlBatch batch, ReplayJob job, DateTimeOffset now)
        => batch.Add(
            """
            update replay_jobs set gone_who = $2, gone_why = $3, status = $4, wave = $5, in_wave = $6, untouched = $7, sent = $8, succeeded = $9, failed = $10, held = $11, skipped = $12,
                cancelled = $13, unanswered = $14, preview_until = $15, in_a_row = $16::jsonb, stopped_step = $17, stopped_system = $18, stopped_code = $19, stopped_same = $20, changed_at = $21
            where job_id = $1
            """,
            Sql.Big(job.Id.Value), Sql.Text(job.GoneBy.Who), Sql.Text(job.GoneBy.Why), Sql.Text(EnumText.Of(job.Status)), Sql.Text(EnumText.Of(job.Wave)), Sql.Int(job.InWave),
            Sql.Int(job.Counts.Untouched), Sql.Int(job.Counts.Sent), Sql.Int(job.Counts.Succeeded), Sql.Int(job.Counts.Failed), Sql.Int(job.Counts.Held), Sql.Int(job.Counts.Skipped),
            Sql.Int(job.Counts.Cancelled), Sql.Int(job.Unanswered), Sql.Time(job.PreviewUntil), Sql.Text(JsonSerializer.Serialize(job.InARow.ToDictionary(r => r.Key.Value, r => r.Value))),
            Sql.Uuid(job.Stopped?.Step.Value), Sql.Text(job.Stopped?.System.Value), Sql.Text(job.Stopped?.Code),
            Sql.Boolean(job.Stopped?.Same), Sql.Time(now));

    /// <summary>Items of one replay as they are now.</summary>
    public static void Save(SqlBatch batch, ReplayJobId job, IReadOnlyCollection<ReplayItem> items, DateTimeOffset now)
    {
        if (items.Count == 0)
        {
            return;
        }

        batch.Add(
            """
            update replay_items i set state = t.s, probe_id = t.p, answer = t.a, answer_detail = t.d, wave = t.w, code = t.c, reason = t.r,
                sent_at = case when t.w is null then null else coalesce(i.sent_at, $10) end,
                ended_at = case when t.s in ('listed', 'previewed', 'sent') then null else coalesce(i.ended_at, $10) end
            from unnest($2, $3, $4, $5, $6, $7, $8, $9) as t(o, s, p, a, d, w, c, r) where i.job_id = $1 and i.ordinal = t.o
            """,
            Sql.Big(job.Value), Sql.Ints(items.Select(i => i.Ordinal)), Sql.Texts(items.Select(i => EnumText.Of(i.State))), Sql.UuidsOrNull(items.Select(i => i.Probe?.Value)),
            Sql.Texts(items.Select(i => i.Answer is { } answer ? EnumText.Of(answer) : null)), Sql.Texts(items.Select(i => i.AnswerDetail)),
            Sql.Texts(items.Select(i => i.Wave is { } wave ? EnumText.Of(wave) : null)), Sql.Texts(items.Select(i => i.Code)), Sql.Texts(items.Select(i => i.Reason)), Sql.Time(now));
    }
}
