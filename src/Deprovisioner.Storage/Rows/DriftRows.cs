using Deprovisioner.Core.Drift;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage;

/// <summary>What a transaction leaves behind for reading accounts again.</summary>
internal static class DriftRows
{
    /// <summary>Whose schedule begins, or is to be worked out anew, is looked at by the sweep. Sorted, as all that is inserted.</summary>
    public static void Save(SqlBatch batch, Work work, DriftSettings? settings)
    {
        var looks = work.Sagas.Values.Where(s => (s.New || s.Changed) && CutAccess.Begins(s.New ? null : s.Stored, s.Saga))
            .GroupBy(s => s.Saga.PersonId.Value, s => DriftSchedule.FirstLook(settings, s.Saga, work.Now)).OrderBy(p => p.Key, StringComparer.Ordinal).ToList();
        if (looks.Count > 0)
        {
            batch.Add(
                """
                insert into drift_watches (person_id, next_at) select p, n from unnest($1, $2) as t(p, n)
                on conflict (person_id) do update set next_at = excluded.next_at, why = null
                """,
                Sql.Texts(looks.Select(l => l.Key)), Sql.Times(looks.Select(l => (DateTimeOffset?)l.Min())));
        }

        if (work.Drift.Read.Count > 0)
        {
            // The loader has locked them.
            batch.Add("update probes set read_at = $2 where probe_id = any($1)", Sql.Uuids(work.Drift.Read.Select(p => p.Id.Value)), Sql.Time(work.Now));
        }
    }
}
