using Deprovisioner.Contracts;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;
using Npgsql;

namespace Deprovisioner.Storage.Writing;

/// <summary>Locks the guard and reads its numbers where somebody may lose access; and what approvals and dismissals depend on. After everything else is locked.</summary>
/// <param name="isPreview">Nothing will be saved, and nothing is locked.</param>
internal sealed class GuardLoader(NpgsqlConnection connection, NpgsqlTransaction transaction, Work work, bool isPreview = false)
{
    private static readonly TimeSpan Wider = TimeSpan.FromDays(2);

    private readonly List<GuardTransition> transitions = [];
    private readonly List<AnnouncedLayoff> layoffs = [];

    public async Task Load(IReadOnlyList<Fact> facts, GuardSettings? settings, CancellationToken cancellationToken)
    {
        var asked = Asked(facts);
        await LoadForActs(asked, cancellationToken);
        if (settings is null || (asked.Count == 0 && !facts.OfType<Fact.EventArrived>().Any(f => MayEndAccess(f.Event)) && !facts.Any(f => f is Fact.PersonDue or Fact.DriftFound)))
        {
            // Where a guard is configured and its numbers were not asked for, nobody who leaves all the same may pass.
            work.Guard = settings is null ? GuardLedger.Open : GuardLedger.Open with { Settings = settings, Unreadable = "they were not asked for." };
            return;
        }

        var locked = false;
        using (var batch = new SqlBatch(connection, transaction))
        {
            batch.Add("select one_row from guard_lock" + (isPreview ? "" : " for update"));
            await batch.Read([_ => locked = true], cancellationToken);
        }

        var backdated = Backdated(facts, settings).ToList();

        // A statement of its own, behind the lock: only now is it certain what other replicas have let pass. Unions, and no condition with "or": each part goes by an index of its own, however long the ledger is.
        var head = 0L;
        using var reading = new SqlBatch(connection, transaction);
        reading.Add(
            """
            select saga_id, person_id, employment_id, at, effective_at, released, seq from guard_transitions where live and at > $1
            union
            select saga_id, person_id, employment_id, at, effective_at, released, seq from guard_transitions where live and effective_at > $1
            union
            select saga_id, person_id, employment_id, at, effective_at, released, seq from guard_transitions where live and person_id = any($2)
            union
            select saga_id, person_id, employment_id, at, effective_at, released, seq from guard_announcements a
                join guard_transitions t on t.live and t.effective_at >= a.starts_at and t.effective_at < a.ends_at where a.approved_at is not null and a.ends_at > $1
            union
            select saga_id, person_id, employment_id, at, effective_at, released, seq from unnest($3, $4) as around(since, until)
                join guard_transitions t on t.live and t.effective_at > around.since and t.effective_at < around.until
            order by seq
            """,
            Sql.Time(Since(asked, settings)), Sql.Texts(Persons(facts, asked)), Sql.Times(backdated.Select(b => (DateTimeOffset?)b.Since)), Sql.Times(backdated.Select(b => (DateTimeOffset?)b.Until)));
        reading.Add(
            "select announcement_id, size, starts_at, ends_at from guard_announcements where approved_at is not null and ends_at > $1 order by announcement_id",
            Sql.Time(Since(asked, settings)));
        reading.Add(
            settings.MaxShare is null
                ? "select 0::bigint where $1 is not null and $2 is not null"
                : """
                select (select count(*) from (select person_id from employments where status <> 'terminated' union select person_id from employments where ends_at > $2) as heads)
                    + (select count(*) from guard_transitions t where live and at > $1
                        -- Counted for each of them by the key: "not exists" may be joined with everybody who was ever employed.
                        and (select count(*) from employments e where e.person_id = t.person_id and (e.status <> 'terminated' or e.ends_at > $2)) = 0)
                """,
            Sql.Time(work.Now - settings.Window), Sql.Time(work.Now));
        await reading.Read([Take, row => layoffs.Add(new AnnouncedLayoff(row.GetInt64(0), row.GetInt32(1), row.Time(2), row.Time(3))), row => head = row.GetInt64(0)], cancellationToken);
        work.Guard = new GuardLedger(settings, [.. transitions], [.. layoffs], (int)head, locked ? null : "its lock is gone from guard_lock.");
    }

    /// <summary>The sagas about which a fact asks by itself.</summary>
    private List<Saga> Asked(IReadOnlyList<Fact> facts)
        => [.. facts.OfType<Fact.StepsComeDue>().SelectMany(f => f.Sagas).Select(s => s.Value)
            .Concat(work.Acts.Values.Where(a => a is { Kind: "approve" or "ask", Saga: not null }).Select(a => a.Saga!.Value))
            .Distinct().Where(work.Sagas.ContainsKey).Select(id => work.Sagas[id].Saga)];

    /// <summary>An end, an end that moves, a contract that has one from the start, or a late event about an employment that has ended; others cannot plan a leaver.</summary>
    private bool MayEndAccess(HrEvent hr)
        => hr.Type is HrEventTypes.Terminated or HrEventTypes.Changed or HrEventTypes.Hired or HrEventTypes.TerminationRescinded
            || work.Persons.GetValueOrDefault(hr.PersonId.Value)?.Employment(hr.EmploymentId) is { Status: EmploymentStatus.Terminated };

    /// <summary>The window of the earliest question: a saga is asked about as of when it was decided and when it takes effect.</summary>
    private DateTimeOffset Since(List<Saga> asked, GuardSettings settings)
        => asked.SelectMany(s => new[] { s.PlannedAt, s.EffectiveAt }).Append(work.Now).Min() - settings.Window;

    /// <summary>
    /// Who is entered after the fact is compared with those whose access ended around the same day, however long ago: else people who are entered a few a day for one past day would each seem alone. By range, so
    /// that a wrong year does not read the whole ledger. A day is taken a day wider on each side, whatever its zone.
    /// </summary>
    private IEnumerable<(DateTimeOffset Since, DateTimeOffset Until)> Backdated(IReadOnlyList<Fact> facts, GuardSettings settings)
        => facts.OfType<Fact.EventArrived>().Select(f => f.Event).Where(MayEndAccess)
            .Select(hr => hr.EffectiveAt ?? (hr.LastDay is { } day ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null))
            .OfType<DateTimeOffset>()
            .Where(at => at < work.Now && at > DateTimeOffset.MinValue + settings.Window + Wider)
            .Distinct()
            .Select(at => (at - settings.Window - Wider, at + settings.Window + Wider));

    private static IEnumerable<string> Persons(IReadOnlyList<Fact> facts, List<Saga> asked)
        => facts.OfType<Fact.EventArrived>().Select(f => f.Event.PersonId.Value).Concat(facts.OfType<Fact.PersonDue>().Select(f => f.Person.Value)).Concat(asked.Select(s => s.PersonId.Value)).Distinct();

    private void Take(NpgsqlDataReader row)
        => transitions.Add(new GuardTransition(
            new SagaId(row.GetGuid(0)), new PersonId(row.GetString(1)), new EmploymentId(row.GetString(2)), row.Time(3), row.Time(4), row.GetBoolean(5)));

    private async Task LoadForActs(List<Saga> asked, CancellationToken cancellationToken)
    {
        var guard = work.GuardWork;
        using var batch = new SqlBatch(connection, transaction);
        var readers = new List<Action<NpgsqlDataReader>>();
        var approving = asked.Where(s => s.Stages.Any(stage => stage.ApprovalRequired)).ToList();
        if (approving.Count > 0)
        {
            batch.Add("select person_id, system, account_id from known_accounts where person_id = any($1)", Sql.Texts(approving.Select(s => s.PersonId.Value).Distinct()));
            readers.Add(row => Append(guard.Accounts, row.GetString(0), new KnownAccount(new SystemName(row.GetString(1)), row.GetString(2))));
            batch.Add(
                """
                select coalesce(a.saga_id, s.saga_id), a.who from operator_acts a left join steps s using (step_id) where coalesce(a.saga_id, s.saga_id) = any($1) and a.status = 'done' and a.kind in ('release', 'replay', 'resolve', 'skip', 'choose', 'ask')
                """ + ReplayRows.UnionAskers,
                Sql.Uuids(approving.Select(s => s.Id.Value)));
            readers.Add(row => Append(guard.Askers, row.GetGuid(0), row.GetString(1)));
        }

        if (work.Acts.Values.Any(a => a.Kind == "guard-approve"))
        {
            batch.Add(
                "select announcement_id, asked_by, approved_by from guard_announcements where announcement_id = any($1) order by 1 for update",
                Sql.Bigs(work.Acts.Values.Where(a => a is { Kind: "guard-approve", Target: not null }).Select(a => a.Target!.Value)));
            readers.Add(row => guard.Announcements[row.GetInt64(0)] = new Announcement(row.GetString(1), row.Text(2)));
        }

        if (work.Acts.Values.Any(a => a.Kind == "dismiss"))
        {
            batch.Add(
                "select inbox_id, source, event_id, person_id, dismissed_by from inbox where verdict = 'held' and inbox_id = any($1) order by 1 for update",
                Sql.Bigs(work.Acts.Values.Where(a => a is { Kind: "dismiss", Target: not null }).Select(a => a.Target!.Value)));
            readers.Add(row => guard.HeldEvents[row.GetInt64(0)] = new HeldEvent(row.GetString(1), row.GetString(2), row.GetString(3), row.Text(4)));
        }

        if (readers.Count > 0)
        {
            await batch.Read(readers, cancellationToken);
        }
    }

    private static void Append<TKey, TValue>(Dictionary<TKey, List<TValue>> lists, TKey key, TValue value)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        list.Add(value);
    }
}
