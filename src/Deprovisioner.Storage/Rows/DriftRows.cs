using Deprovisioner.Core.Drift;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage;

/// <summary>What a transaction leaves behind for reading accounts again.</summary>
internal static class DriftRows
{
    /// <summary>Whose schedule begins, or is to be worked out anew, is due at once: the sweep knows the settings. Sorted, as all that is inserted.</summary>
    public static void Save(SqlBatch batch, Work work)
    {
        var persons = work.Sagas.Values.Where(s => (s.New || s.Changed) && CutAccess.Begins(s.New ? null : s.Stored, s.Saga)).Select(s => s.Saga.PersonId.Value)
            .Distinct().Order(StringComparer.Ordinal).ToList();
        if (persons.Count > 0)
        {
            batch.Add(
                "insert into drift_watches (person_id, next_at) select p, $2 from unnest($1) as t(p) on conflict (person_id) do update set next_at = excluded.next_at",
                Sql.Texts(persons), Sql.Time(work.Now));
        }

        if (work.Drift.Read.Count > 0)
        {
            // The loader has locked them.
            batch.Add("update probes set read_at = $2 where probe_id = any($1)", Sql.Uuids(work.Drift.Read.Select(p => p.Id.Value)), Sql.Time(work.Now));
        }
    }
}
