using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Drift;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

// Theory of operation. Reading again has two halves that know nothing of each other, and each goes by rows.
// - Asking: whoever's time has come is read without a lock, the core says what follows, and then three statements follow, each for itself: new questions, questions that are asked anew, the next time.
//   A stop between two of them leaves what the next pass does anyway. Two replicas at once ask once: a question that is due stays so, one that was answered since is not asked anew,
//   and the next time is only written over the one that was read. Nothing is locked while waiting for something else.
// - Finding: an answer that would change something and that nobody has taken is a row; the fact that it makes is decided behind the person's lock, which takes the answer with the saga.
// Any other answer needs no decision: it stands in its row until it is asked anew.

/// <summary>People who left, and whose accounts are read again.</summary>
public sealed class DriftWatches(NpgsqlDataSource database, Func<EventIntake> intake, TimeProvider clock)
{
    /// <summary>A pass that asks about more would stand before the others' turn in each system's budget for long.</summary>
    private const int MostAtOnce = 500;

    /// <summary>Asks about everybody whose time has come, the longest due first.</summary>
    /// <returns>How many people that were.</returns>
    public async Task<int> AskDue(CancellationToken cancellationToken)
    {
        var decide = intake();
        if (!decide.LooksForDrift)
        {
            return 0;
        }

        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var watches = await Due(connection, now, cancellationToken);
        if (watches.Count == 0)
        {
            return 0;
        }

        var work = await Read(connection, [.. watches.Select(w => w.Person)], now, cancellationToken);
        var looks = watches.ConvertAll(watch => (Watch: watch, Look: decide.LookForDrift(
            work.Persons[watch.Person], work.Sagas.Values.Select(s => s.Saga).Where(s => s.PersonId.Value == watch.Person), watch.AskedAt, now)!));
        await Ask(connection, [.. looks.SelectMany(l => l.Look.Ask.Select(step => (step, l.Watch.NextAt))).OrderBy(a => DriftLook.ProbeOf(a.step.Id).Value)], now, cancellationToken);
        await using var next = new NpgsqlCommand(
            """
            update drift_watches w set next_at = t.n, asked_at = coalesce(t.a, w.asked_at), why = t.y
            from unnest($1, $2, $3, $4, $5) as t(p, o, n, a, y) where w.person_id = t.p and w.next_at = t.o
            """,
            connection);
        next.Parameters.AddRange(new[]
        {
            Sql.Texts(looks.Select(l => l.Watch.Person)), Sql.Times(looks.Select(l => (DateTimeOffset?)l.Watch.NextAt)), Sql.Times(looks.Select(l => l.Look.NextAt)),
            Sql.Times(looks.Select(l => l.Look.Ask.Count > 0 ? now : (DateTimeOffset?)null)), Sql.Texts(looks.Select(l => l.Look.Why)),
        });
        await next.ExecuteNonQueryAsync(cancellationToken);
        return watches.Count;
    }

    /// <summary>Whose access is there again, as far as nobody has decided about it.</summary>
    public async Task<IReadOnlyList<PersonId>> Found(CancellationToken cancellationToken)
        => await database.Rows(
            """
            select distinct g.person_id from probes p join steps s using (step_id) join sagas g using (saga_id)
            where p.purpose = 'drift' and p.status = 'answered' and p.outcome = 'observed' and p.read_at is null limit $1
            """,
            row => new PersonId(row.GetString(0)), cancellationToken, Sql.Int(MostAtOnce));

    private static async Task<List<Watch>> Due(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var watches = new List<Watch>();
        await using var command = new NpgsqlCommand("select person_id, next_at, asked_at from drift_watches where next_at <= $1 order by next_at limit $2", connection);
        command.Parameters.AddRange(new[] { Sql.Time(now), Sql.Int(MostAtOnce) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            watches.Add(new Watch(reader.GetString(0), reader.Time(1), reader.TimeOrNull(2)));
        }

        return watches;
    }

    /// <summary>As one moment saw it, and not locked: what counts is decided again where something is found.</summary>
    private static async Task<Work> Read(NpgsqlConnection connection, List<string> persons, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var work = new Work(now);
        var heads = new Dictionary<Guid, (Saga Saga, AuditHead Head, string? TraceParent)>();
        var steps = new List<(Guid Saga, Step Step)>();
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        using var batch = new SqlBatch(connection, transaction);
        batch.Add(PersonRows.SelectPersons, Sql.Texts(persons));
        batch.Add(PersonRows.SelectEmployments, Sql.Texts(persons));
        batch.Add(SagaRows.Select + " where s.person_id = any($1) and s.kind in ('leaver', 'drift')", Sql.Texts(persons));
        batch.Add(StepRows.Select + " where saga_id in (select saga_id from sagas where person_id = any($1) and kind in ('leaver', 'drift')) order by saga_id, ordinal", Sql.Texts(persons));
        await batch.Read(
            [row => PersonRows.TakePerson(work, row), row => PersonRows.TakeEmployment(work, row), row => SagaRows.Take(heads, work, row), row => steps.Add((row.GetGuid(0), StepRows.Step(row)))],
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        var ofSaga = steps.ToLookup(s => s.Saga, s => s.Step);
        foreach (var (id, (saga, head, traceParent)) in heads)
        {
            work.Sagas[id] = new SagaWork(saga with { Steps = [.. ofSaga[id]] }, head, traceParent, IsNew: false);
        }

        return work;
    }

    private static async Task Ask(NpgsqlConnection connection, IReadOnlyList<(Step Step, DateTimeOffset Due)> asked, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (asked.Count == 0)
        {
            return;
        }

        var ids = asked.Select(a => DriftLook.ProbeOf(a.Step.Id).Value).ToList();
        await using var insert = new NpgsqlCommand(
            "insert into probes (probe_id, step_id, system, purpose, status, due_at) select p, s, y, 'drift', 'due', $4 from unnest($1, $2, $3) as t(p, s, y) on conflict do nothing", connection);
        insert.Parameters.AddRange(new[] { Sql.Uuids(ids), Sql.Uuids(asked.Select(a => a.Step.Id.Value)), Sql.Texts(asked.Select(a => a.Step.System.Value)), Sql.Time(now) });
        await insert.ExecuteNonQueryAsync(cancellationToken);
        await using var again = new NpgsqlCommand(
            """
            update probes set status = 'due', due_at = $3, failures = 0, read_at = null
            where probe_id in (
                select p.probe_id from probes p join unnest($1, $2) as t(id, due) on p.probe_id = t.id
                where p.status = 'answered' and p.answered_at < t.due order by p.probe_id for update of p skip locked)
            """,
            connection);
        again.Parameters.AddRange(new[] { Sql.Uuids(ids), Sql.Times(asked.Select(a => (DateTimeOffset?)a.Due)), Sql.Time(now) });
        await again.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed record Watch(string Person, DateTimeOffset NextAt, DateTimeOffset? AskedAt);
}
