using System.Security.Cryptography;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Systems;
using Npgsql;

namespace Deprovisioner.Storage.Writing;

/// <summary>Locks and loads what facts touch, in the order that <see cref="FactTransaction"/> explains.</summary>
/// <param name="isPreview">Nothing will be saved: nothing is locked or made known, so that a read-only transaction can do it.</param>
internal sealed class WorkLoader(NpgsqlConnection connection, NpgsqlTransaction transaction, Work work, bool isPreview = false)
{
    /// <summary>Systems, locked here, that one of the facts may open.</summary>
    private readonly List<string> shut = [];

    public async Task Load(IReadOnlyList<Fact> facts, Configuration configuration, CancellationToken cancellationToken)
    {
        var reports = facts.OfType<Fact.Reported>().ToList();
        var acts = facts.OfType<Fact.ActRequested>().Select(f => f.ActId).ToList();
        await LoadKept(facts.OfType<Fact.InvalidArrived>(), acts, cancellationToken);
        await work.Access.Load(connection, transaction, work.Acts.Values, cancellationToken);
        facts = [.. facts, .. await work.Resubmissions.Load(connection, transaction, work.Acts.Values, work.Now, cancellationToken)];
        var events = facts.OfType<Fact.EventArrived>().Select(f => f.Event).ToList();
        var replayed = await new ReplayLoader(connection, transaction, work).Load(facts, cancellationToken);
        var told = events.Select(e => e.PersonId.Value).Distinct().Order(StringComparer.Ordinal).ToList();
        var persons = told.Concat(facts.OfType<Fact.PersonDue>().Select(f => f.Person.Value)).Concat(facts.OfType<Fact.DriftFound>().Select(f => f.Person.Value)).Concat(work.Acts.Values.Select(a => a.Person).OfType<string>())
            .Distinct().Order(StringComparer.Ordinal).ToList();
        if (persons.Count > 0)
        {
            await LoadPersons(persons, told, events, cancellationToken);
        }

        var sagas = reports.SelectMany(f => f.Reports).Where(r => !r.Probe).Select(r => r.SagaId.Value)
            .Concat(facts.OfType<Fact.StepsBlocked>().SelectMany(f => f.Steps).Select(s => s.Saga.Value))
            .Concat(facts.OfType<Fact.DeadlinesPassed>().SelectMany(f => f.Sagas).Select(s => s.Value))
            .Concat(facts.OfType<Fact.StepsComeDue>().SelectMany(f => f.Sagas).Select(s => s.Value))
            .Concat(facts.OfType<Fact.TasksOverdue>().SelectMany(f => f.Tasks).Select(t => t.Saga.Value))
            .Concat(work.Acts.Values.Where(a => a.Saga is not null).Select(a => a.Saga!.Value))
            .Concat(replayed)
            .ToHashSet();
        var heads = await LoadSagaRows(sagas, persons, cancellationToken);
        await LoadSystems(reports, cancellationToken);
        await LoadSteps(heads, cancellationToken);
        await work.Choices.Load(connection, transaction, work.Acts.Values, cancellationToken);
        var drift = new DriftLoader(connection, transaction, work);
        var found = await drift.Candidates(facts, cancellationToken);
        await LoadProbes(reports, found, cancellationToken);
        await drift.Load(cancellationToken);
        await new ReconciliationLoader(connection, transaction, work, configuration).Load(facts, cancellationToken);
        await work.SystemChecks.Load(connection, transaction, facts.OfType<Fact.SystemWasChecked>(), cancellationToken);
        await new GuardLoader(connection, transaction, work, isPreview).Load(facts, configuration.Guard, cancellationToken);
        await drift.Count(facts, configuration.Guard, cancellationToken);
        await work.Resubmissions.Lock(connection, transaction, cancellationToken);
    }

    private string Locking(string clause) => isPreview ? "" : clause;

    /// <summary>What needs no lock, or locks rows that nothing else touches.</summary>
    private async Task LoadKept(IEnumerable<Fact.InvalidArrived> invalid, List<long> acts, CancellationToken cancellationToken)
    {
        var hashes = invalid.Select(f => SHA256.HashData(f.Raw.Span)).ToList();
        using var batch = new SqlBatch(connection, transaction);
        var readers = new List<Action<NpgsqlDataReader>>();
        if (hashes.Count > 0)
        {
            batch.Add("select content_hash from quarantine where content_hash = any($1)", Sql.BytesMany(hashes));
            readers.Add(row => work.Quarantine[Convert.ToHexStringLower(row.GetFieldValue<byte[]>(0))] = new QuarantineWork { Existed = true });
        }

        if (acts.Count > 0)
        {
            batch.Add(
                """
                select a.act_id, a.kind, coalesce(a.saga_id, s.saga_id), a.step_id, a.system, a.evidence, a.who, a.why, a.target, a.details, a.person_id
                from operator_acts a left join steps s on s.step_id = a.step_id
                where a.act_id = any($1) and a.status = 'requested' order by a.act_id for update of a
                """,
                Sql.Bigs(acts));
            readers.Add(row => work.Acts[row.GetInt64(0)] = new OperatorAct(
                row.GetInt64(0), row.GetString(1), row.Nullable<Guid>(2), row.Nullable<Guid>(3), row.Text(4), row.Text(5), row.GetString(6), row.GetString(7), row.Nullable<long>(8), row.Text(9), row.Text(10)));
        }

        if (readers.Count > 0)
        {
            await batch.Read(readers, cancellationToken);
        }
    }

    /// <param name="ids">All of them.</param>
    /// <param name="told">Those whom an event is about, and who need not be known yet. By an act, or by time passing, nobody becomes known.</param>
    private async Task LoadPersons(List<string> ids, List<string> told, List<HrEvent> events, CancellationToken cancellationToken)
    {
        if (!isPreview)
        {
            using var insert = new SqlBatch(connection, transaction);
            insert.Add(
                "insert into persons (person_id, audit_key, updated_at) select p, k, $3 from unnest($1, $2) as t(p, k) on conflict do nothing",
                Sql.Texts(told), Sql.BytesMany(told.Select(_ => RandomNumberGenerator.GetBytes(32))), Sql.Time(work.Now));
            await insert.Execute(cancellationToken);
        }

        // "No key": a report's transaction, which holds a saga and may be waited for here, refers to the person by foreign keys (known_accounts), and those take
        // a key-share lock that a full FOR UPDATE would block. https://www.postgresql.org/docs/15/explicit-locking.html#LOCKING-ROWS
        using (var locking = new SqlBatch(connection, transaction))
        {
            locking.Add(
                PersonRows.SelectPersons + Locking(" for no key update"),
                Sql.Texts(ids));
            await locking.Read([row => PersonRows.TakePerson(work, row)], cancellationToken);
        }

        // Only now, behind the lock, is it certain what other replicas have committed for these persons.
        using var batch = new SqlBatch(connection, transaction);
        batch.Add(PersonRows.SelectEmployments, Sql.Texts(ids));
        batch.Add("select person_id, system, account_id from known_accounts where person_id = any($1) order by 1, 2, 3", Sql.Texts(ids));
        batch.Add(
            "select i.source, i.event_id, i.inbox_id, i.raw from inbox i join unnest($1, $2) as t(s, e) on i.source = t.s and i.event_id = t.e",
            Sql.Texts(events.Select(e => e.Source)), Sql.Texts(events.Select(e => e.Id)));
        await batch.Read(
            [
                row => PersonRows.TakeEmployment(work, row),
                row => PersonRows.TakeAccount(work, row),
                row => work.Inbox[(row.GetString(0), row.GetString(1))] = new InboxWork { ExistingId = row.GetInt64(2), Raw = row.GetFieldValue<byte[]>(3) },
            ],
            cancellationToken);
    }

    private async Task<Dictionary<Guid, (Saga Saga, AuditHead Head, string? TraceParent)>> LoadSagaRows(HashSet<Guid> ids, List<string> persons, CancellationToken cancellationToken)
    {
        var heads = new Dictionary<Guid, (Saga, AuditHead, string?)>();
        if (ids.Count > 0 || persons.Count > 0)
        {
            using var batch = new SqlBatch(connection, transaction);
            batch.Add(
                // Of whoever an event is about: what is open, and what took access that is owed to them should they be back.
                SagaRows.Select + """
                 where s.saga_id = any($1) or (s.person_id = any($2) and (s.status not in ('completed', 'cancelled')
                    or (s.returned_at is null and (s.kind in ('leaver', 'leave', 'drift') or (s.kind = 'restore' and s.status = 'cancelled')))))
                order by s.saga_id
                """ + Locking(" for update of s"),
                Sql.Uuids(ids), Sql.Texts(persons));
            await batch.Read([row => SagaRows.Take(heads, work, row)], cancellationToken);
        }

        return heads;
    }

    /// <summary>
    /// A system's row is shared by everything that concerns it, and most reports leave it as it is: it is locked only where this batch will change it.
    /// </summary>
    private async Task LoadSystems(List<Fact.Reported> reports, CancellationToken cancellationToken)
    {
        var names = reports.Select(f => f.System.Value).Concat(work.Acts.Values.Where(a => a.System is not null).Select(a => a.System!)).Distinct().ToList();
        if (names.Count == 0)
        {
            return;
        }

        await ReadSystems(names, "", cancellationToken);
        var acted = work.Acts.Values.Select(a => a.System).ToHashSet();
        var changing = names.Where(name => acted.Contains(name) || WouldChange(name, reports)).ToList();
        if (changing.Count > 0)
        {
            await ReadSystems(changing, " order by system for update", cancellationToken);
            shut.AddRange(changing.Where(name => work.Systems.TryGetValue(name, out var state) && (state.Pause is not null || state.Gate is Gate.Down or Gate.Unauthorized)));
        }
    }

    private bool WouldChange(string name, List<Fact.Reported> reports)
        => work.Systems.TryGetValue(name, out var state)
            && reports.Where(f => f.System.Value == name).SelectMany(f => f.Reports).Aggregate(state, (s, report) => SystemGate.After(s, report, work.Now)) != state;

    private async Task ReadSystems(List<string> names, string locking, CancellationToken cancellationToken)
    {
        using var batch = new SqlBatch(connection, transaction);
        batch.Add(SystemRows.Select + " where system = any($1)" + locking, Sql.Texts(names));
        await batch.Read([row => work.Systems[row.GetString(0)] = SystemRows.State(row)], cancellationToken);
    }

    /// <summary>
    /// The sagas' steps. Behind the sagas' rows only what is due is moved by others (the dispatcher claims it without them), so only that is locked; and read by a statement of its own, which sees what was claimed
    /// while the lock was waited for. Where a system may be back, the steps that wait for a retry on it are locked with them, in one order, since all of them are changed: they belong to other sagas,
    /// which other writers may be at.
    /// </summary>
    private void AddLocking(SqlBatch batch, IEnumerable<Guid> sagas)
    {
        if (shut.Count == 0)
        {
            if (!isPreview)
            {
                // By the sagas' own index: coalesce keeps the planner off the partial ones, which hold everybody's due steps.
                batch.Add("select from steps where saga_id = any($1) and coalesce(status, '') = 'due' order by saga_id, ordinal for update", Sql.Uuids(sagas));
            }

            batch.Add(StepRows.Select + " where saga_id = any($1) order by saga_id, ordinal", Sql.Uuids(sagas));
            return;
        }

        batch.Add(
            "with locked as materialized (" + StepRows.Select + """
             where step_id in (
                    select step_id from steps where saga_id = any($1)
                    union all select step_id from steps where system = any($2) and status = 'due' and due_at > $3 and sends > 0
                    union all select step_id from steps where system = any($4) and status = 'due')
                order by saga_id, ordinal for update)
            """ + " select " + StepRows.Columns + " from locked where saga_id = any($1)",
            Sql.Uuids(sagas), Sql.Texts(shut), Sql.Time(work.Now), Sql.Texts(work.Acts.Values.Where(a => a.Kind == "resume").Select(a => a.System)));
    }

    private async Task LoadSteps(Dictionary<Guid, (Saga Saga, AuditHead Head, string? TraceParent)> heads, CancellationToken cancellationToken)
    {
        if (heads.Count == 0 && shut.Count == 0)
        {
            return;
        }

        var steps = new Dictionary<Guid, List<Step>>();
        using var batch = new SqlBatch(connection, transaction);
        AddLocking(batch, heads.Keys);
        await batch.ReadLast(
            row =>
            {
                var saga = row.GetGuid(0);
                if (!steps.TryGetValue(saga, out var list))
                {
                    steps[saga] = list = [];
                }

                list.Add(StepRows.Step(row));
            },
            cancellationToken);
        foreach (var (id, (saga, head, traceParent)) in heads)
        {
            work.Sagas[id] = new SagaWork(saga with { Steps = [.. steps.GetValueOrDefault(id, [])] }, head, traceParent, IsNew: false);
        }

        await LoadSnapshots(cancellationToken);
    }

    private async Task LoadProbes(List<Fact.Reported> reports, IReadOnlyCollection<Guid> found, CancellationToken cancellationToken)
    {
        var ids = reports.SelectMany(f => f.Reports).Where(r => r.Probe).Select(r => r.StepId.Value).Concat(found).Distinct().ToList();
        if (ids.Count > 0)
        {
            using var batch = new SqlBatch(connection, transaction);
            batch.Add(ProbeRows.Select + " where probe_id = any($1) order by probe_id for update", Sql.Uuids(ids));
            await batch.Read([row => work.Probes[row.GetGuid(0)] = ProbeRows.Probe(row)], cancellationToken);
        }
    }

    /// <summary>Large, and needed only where a person's own events are decided.</summary>
    private async Task LoadSnapshots(CancellationToken cancellationToken)
    {
        var cuts = work.Persons.Values.SelectMany(p => work.CutsOf(p.Id)).Select(c => c.Saga.Id.Value).ToList();
        if (cuts.Count == 0)
        {
            return;
        }

        using var batch = new SqlBatch(connection, transaction);
        batch.Add("select saga_id, step_id, snapshots from steps where saga_id = any($1) and snapshots is not null", Sql.Uuids(cuts));
        await batch.Read([row => work.Sagas[row.GetGuid(0)].StoredSnapshots[new StepId(row.GetGuid(1))] = SnapshotText.Read(row.GetString(2))], cancellationToken);
    }
}
