using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Core.Sagas;
using Npgsql;

namespace Deprovisioner.Storage.Writing;

// Theory of operation. A replay's row is locked before anything else but the request that is about it: whoever waits for it holds nothing that others wait for, so it can be held while the sagas are locked
// whose steps have their turn. Items are changed only behind that lock. Steps that were sent are looked at without a lock: a look that is a moment too old finds with the next one what it missed, since what a
// replay reads of them (an end, an error) does not go away by itself. So reports and replays do not wait for each other.
// A selection is one statement, however many steps match: half a million take seconds, in which this orchestrator's other facts wait. It locks none of them: each is looked at again when it is its turn.

/// <summary>Stores new selections, and locks and loads the replays that facts touch.</summary>
internal sealed class ReplayLoader(NpgsqlConnection connection, NpgsqlTransaction transaction, Work work)
{
    /// <summary>So many items have their turn in one transaction: it locks their sagas.</summary>
    private const int MostAtOnce = 100;

    private const int MostOfASmallWave = 20;

    /// <summary>Gives the sagas of the items whose turn it may be.</summary>
    public async Task<IReadOnlyCollection<Guid>> Load(IReadOnlyList<Fact> facts, CancellationToken cancellationToken)
    {
        var acts = work.Acts.Values.Where(a => a.Kind is "replay-start" or "replay-resume" or "replay-cancel" && a.Target is not null).Select(a => a.Target!.Value);
        var looks = facts.OfType<Fact.ReplayLookedAt>().Select(f => f.Job.Value).ToHashSet();
        foreach (var act in work.Acts.Values.Where(a => a.Kind == "replay-job"))
        {
            await Select(act, cancellationToken);
        }

        var ids = acts.Concat(looks).Distinct().Order().ToList();
        if (ids.Count == 0)
        {
            return [];
        }

        using (var locking = new SqlBatch(connection, transaction))
        {
            locking.Add(ReplayRows.SelectJobs + " where job_id = any($1) order by job_id for update", Sql.Bigs(ids));
            await locking.Read([row => work.Replays.Jobs[row.GetInt64(0)] = ReplayRows.Job(row)], cancellationToken);
        }

        // Only now, behind the locks, is it certain what other replicas have sent.
        foreach (var id in looks.Where(work.Replays.Jobs.ContainsKey))
        {
            await See(work.Replays.Jobs[id], cancellationToken);
        }

        return [.. work.Replays.Seen.Values.SelectMany(s => s.Next).Select(n => n.Item.Saga.Value)];
    }

    private async Task See(ReplayJob job, CancellationToken cancellationToken)
    {
        var seen = work.Replays.Seen[job.Id.Value] = new ReplaySeen();
        using var batch = new SqlBatch(connection, transaction);
        batch.Add(
            "select " + ReplayRows.ItemColumns + ", s.status, s.failures, s.outcome, s.code from replay_items i join steps s using (step_id) where i.job_id = $1 and i.state = 'sent' order by i.ordinal",
            Sql.Big(job.Id.Value));
        batch.Add(
            "select " + ReplayRows.ItemColumns + ", p.* from replay_items i left join (" + ProbeRows.Select + ") p on p.probe_id = i.probe_id where i.job_id = $1 and i.probe_id is not null order by i.ordinal",
            Sql.Big(job.Id.Value));
        batch.Add(
            "select " + ReplayRows.ItemColumns + ", y.configured, " + SystemRows.Columns + """
             from replay_items i left join systems y using (system)
            where i.job_id = $1 and i.state in ('listed', 'previewed')
                and case $4 when 'previewing' then i.asked and i.state = 'listed' and i.probe_id is null
                            when 'running' then y.configured is not true or (y.paused_by is null and (y.gate = 'open' or y.gate_until <= $2))
                            else false end
            order by i.ordinal limit $3
            """,
            Sql.Big(job.Id.Value), Sql.Time(work.Now), Sql.Int(Most(job)), Sql.Text(EnumText.Of(job.Status)));
        await batch.Read(
            [
                row => seen.Sent.Add((ReplayRows.Item(row), new StepStanding(
                    EnumText.Parse<StepStatus>(row.GetString(ReplayRows.ColumnsOfItem)), row.GetInt32(ReplayRows.ColumnsOfItem + 1),
                    row.Text(ReplayRows.ColumnsOfItem + 2) is { } outcome ? EnumText.Parse<Outcome>(outcome) : null, row.Text(ReplayRows.ColumnsOfItem + 3)))),
                row => seen.Asked.Add((ReplayRows.Item(row), row.IsDBNull(ReplayRows.ColumnsOfItem) ? null : ProbeRows.Probe(row, ReplayRows.ColumnsOfItem))),
                row => seen.Next.Add((ReplayRows.Item(row), Obstacle(row))),
            ],
            cancellationToken);
    }

    /// <summary>Those that are skipped make room for others: so some more are looked at than a small wave holds.</summary>
    private static int Most(ReplayJob job)
        => job.Status is ReplayStatus.Previewing ? MostAtOnce : job.Wave is ReplayWave.Rest ? Math.Clamp(ReplayTransitions.RoomOf(job), 0, MostAtOnce)
            : ReplayTransitions.RoomOf(job) > 0 || job.Counts.Sent == 0 ? MostOfASmallWave : 0;

    private string? Obstacle(NpgsqlDataReader row)
        => row.IsDBNull(ReplayRows.ColumnsOfItem) || !row.GetBoolean(ReplayRows.ColumnsOfItem) ? "Its system is not in the configuration any more." : SystemRows.State(row, ReplayRows.ColumnsOfItem + 1).Obstacle(work.Now);

    private async Task Select(OperatorAct act, CancellationToken cancellationToken)
    {
        if (act.Details is not { } details || JsonSerializer.Deserialize<NewReplay>(details, JsonSerializerOptions.Web) is not { Filter: { } filter } said)
        {
            return;
        }

        using (var batch = new SqlBatch(connection, transaction))
        {
            batch.Add(
                """
                insert into replay_jobs (job_id, who, why, gone_who, gone_why, filter, status, wave, untouched, created_at, changed_at)
                values ($1, $2, $3, $2, $3, $4, 'ready', 'one', 0, $5, $5)
                """,
                Sql.Big(act.Id), Sql.Text(act.Who), Sql.Text(act.Why), Sql.Text(filter.ToString()), Sql.Time(work.Now));
            // The most urgent first, then who left first; in a saga as its plan has it. Questions go evenly to systems and codes: first one of each, then another of each.
            batch.Add(
                """
                insert into replay_items (job_id, ordinal, step_id, saga_id, system, before, state, asked)
                select $1, n - 1, step_id, saga_id, system, before, 'listed', $11 or row_number() over (order by of_its_kind, n) <= $12
                from (
                    select s.step_id, s.saga_id, s.system, coalesce(s.code, s.outcome, 'unknown') as before,
                        row_number() over (order by s.priority desc, g.effective_at, s.saga_id, s.ordinal) as n,
                        row_number() over (partition by s.system, coalesce(s.code, s.outcome) order by s.priority desc, g.effective_at, s.saga_id, s.ordinal) as of_its_kind
                    from steps s join sagas g using (saga_id)
                    where s.status = 'failed' and g.status <> 'cancelled'
                        and (cardinality($2) = 0 or s.step_id = any($2) or s.saga_id = any($2))
                        and ($3 is null or s.system = $3)
                        and ($4 is null or coalesce(s.code, s.outcome) = $4)
                        and ($5 is null or s.action = $5)
                        and ($6 is null or g.policy = $6)
                        and ($7 is null or g.kind = $7)
                        and ($8 is null or g.person_id = $8)
                        and ($9 is null or s.settled_at >= $9)
                        and ($10 is null or s.settled_at < $10)) chosen
                """,
                Sql.Big(act.Id), Sql.Uuids(filter.Ids), Sql.Text(filter.System), Sql.Text(filter.Code), Sql.Text(filter.Action is { } action ? EnumText.Of(action) : null), Sql.Text(filter.Policy),
                Sql.Text(filter.Kind), Sql.Text(filter.Person), Sql.Time(filter.Since), Sql.Time(filter.Before), Sql.Boolean(said.AskAll), Sql.Int(ReplayJob.Sample));
            await batch.Execute(cancellationToken);
        }

        using var counting = new SqlBatch(connection, transaction);
        counting.Add("select count(*)::integer, (count(*) filter (where asked))::integer from replay_items where job_id = $1", Sql.Big(act.Id));
        await counting.Read([row => work.Replays.Selected[act.Id] = new ReplaySelection(row.GetInt32(0), row.GetInt32(1))], cancellationToken);
    }
}
