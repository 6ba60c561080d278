namespace Deprovisioner.Storage.Writing;

/// <summary>Saves what was decided about replays. What concerns every item of one is one statement, however many there are.</summary>
internal static class ReplaySaver
{
    public static void Save(SqlBatch batch, Work work)
    {
        foreach (var decision in work.Replays.Decisions)
        {
            if (decision.Answered.Count > 0)
            {
                batch.Add("delete from probes where probe_id = any($1)", Sql.Uuids(decision.Answered.Select(p => p.Value)));
            }

            if (decision.DropsQuestions)
            {
                // Reports lock questions by their ids in order.
                batch.Add(
                    "delete from probes where probe_id in (select p.probe_id from probes p join replay_items i using (probe_id) where i.job_id = $1 order by p.probe_id for update of p)",
                    Sql.Big(decision.Job.Id.Value));
                batch.Add("update replay_items set probe_id = null where job_id = $1 and probe_id is not null", Sql.Big(decision.Job.Id.Value));
            }

            if (decision.CancelsUntouched)
            {
                batch.Add("update replay_items set state = 'cancelled', ended_at = $2 where job_id = $1 and state in ('listed', 'previewed')", Sql.Big(decision.Job.Id.Value), Sql.Time(work.Now));
            }

            if (decision.ListsFailedAgain)
            {
                batch.Add(
                    "update replay_items set state = 'listed', before = code, code = null, reason = null, wave = null, sent_at = null, ended_at = null where job_id = $1 and state = 'failed'",
                    Sql.Big(decision.Job.Id.Value));
            }

            ReplayRows.Save(batch, decision.Job.Id, [.. decision.Changed.GroupBy(i => i.Ordinal).Select(i => i.Last())], work.Now);
            ReplayRows.Save(batch, decision.Job, work.Now);
        }

        foreach (var (id, _) in work.Replays.Selected.Where(s => s.Value.Steps == 0))
        {
            batch.Add("delete from replay_jobs where job_id = $1", Sql.Big(id));
        }
    }
}
