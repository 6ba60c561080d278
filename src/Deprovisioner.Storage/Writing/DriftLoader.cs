using Deprovisioner.Core.Drift;
using Deprovisioner.Core.Guarding;
using Npgsql;

namespace Deprovisioner.Storage.Writing;

/// <summary>Loads what a decision about access that is there again depends on, beside the person and their sagas.</summary>
internal sealed class DriftLoader(NpgsqlConnection connection, NpgsqlTransaction transaction, Work work)
{
    private readonly Dictionary<Guid, string> answered = [];

    /// <summary>The answers of whom facts are about: to be locked with those that reports are about, in one order for all.</summary>
    public async Task<IReadOnlyCollection<Guid>> Candidates(IReadOnlyList<Fact> facts, CancellationToken cancellationToken)
    {
        var persons = Persons(facts);
        if (persons.Count > 0)
        {
            using var batch = new SqlBatch(connection, transaction);

            // From the person to the probes, step by step: before the tables are analysed the planner would begin with all of them.
            batch.Add(
                """
                select p.probe_id, g.person_id
                from sagas g
                    cross join lateral (select s.step_id from steps s where s.saga_id = g.saga_id offset 0) s
                    cross join lateral (select p.probe_id from probes p where p.step_id = s.step_id and p.purpose = 'drift' and p.status = 'answered' offset 0) p
                where g.person_id = any($1)
                """,
                Sql.Texts(persons));
            await batch.Read([row => answered[row.GetGuid(0)] = row.GetString(1)], cancellationToken);
        }

        return answered.Keys;
    }

    /// <summary>Behind the probes' locks: only now is it certain what nobody else has taken. Of sagas that do not count any more too, so that they are not found for ever.</summary>
    public async Task Load(CancellationToken cancellationToken)
    {
        if (answered.Count > 0)
        {
            using var batch = new SqlBatch(connection, transaction);
            batch.Add("select probe_id from probes where probe_id = any($1) and status = 'answered' and outcome = 'observed' and read_at is null order by probe_id", Sql.Uuids(answered.Keys));
            await batch.Read([row => work.Drift.Add(answered[row.GetGuid(0)], work.Probes[row.GetGuid(0)])], cancellationToken);
        }
    }

    /// <summary>Behind the guard's lock, so that two replicas cannot both let the last one pass.</summary>
    public async Task Count(IReadOnlyList<Fact> facts, GuardSettings? guard, CancellationToken cancellationToken)
    {
        if (Persons(facts).Count == 0)
        {
            return;
        }

        using (var locking = new SqlBatch(connection, transaction))
        {
            locking.Add("select one_row from guard_lock for update");
            await locking.Execute(cancellationToken);
        }

        using var batch = new SqlBatch(connection, transaction);
        batch.Add("select count(*) from sagas where kind = 'drift' and planned_at > $1 and status <> 'cancelled'", Sql.Time(work.Now - (guard?.Window ?? DriftSurge.WindowWithoutGuard)));
        await batch.Read([row => work.Drift.Recent = (int)row.GetInt64(0)], cancellationToken);
    }

    private static List<string> Persons(IReadOnlyList<Fact> facts) => [.. facts.OfType<Fact.DriftFound>().Select(f => f.Person.Value).Distinct()];
}
