using Deprovisioner.Contracts;
using Deprovisioner.Core.Systems;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Dispatching;

// Theory of operation. A pass locks the systems that have due steps and are not being served by another replica (SKIP LOCKED), works out from each one's row how many steps its
// rate, concurrency and gate allow, claims that many in order of priority and age, and commits. Only then are commands sent: one that is lost on the way is sent again when its lease
// runs out. So a queue never holds more than its system can take, an urgent step waits behind nobody else's backlog, and any number of replicas may do this at once.
// - What destroys is asked about once more here: of a person under a legal hold it is not sent, whatever its saga's row says.
// - The system's row serialises its budget. Steps are claimed with SKIP LOCKED too, so a pass never waits for the writer.
// - The lease's end is the only thing that repeats a step; an attempt that was sent twice is harmless, since connectors act on the state that they read and the core
//   takes at most one outcome.

/// <summary>Claims due steps, and then questions about steps, within each system's budget.</summary>
public sealed class StepClaims(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Of one message: enough to share its cost, few enough for several hosts to share the work.</summary>
    private const int MostStepsInAMessage = 16;

    /// <summary>Blocked steps are told of in portions, so that a backlog of a system that is down does not become one huge transaction.</summary>
    private const int MostBlockedAtOnce = 500;

    /// <summary>One question is one transaction, which holds the guard.</summary>
    private const int MostAskedAboutAtOnce = 200;

    /// <summary>One pass.</summary>
    public async Task<StepDispatch> Claim(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await Claim(connection, clock.GetUtcNow(), cancellationToken);
        }
        catch (PostgresException error) when (ReadOnlyServer.Answered(error))
        {
            database.Clear();
            throw;
        }
    }

    private static async Task<StepDispatch> Claim(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var systems = await Systems(connection, transaction, now, cancellationToken);
        var commands = new List<ExecuteSteps>();
        var blocked = new List<(string, IReadOnlyList<(SagaId, StepId)>)>();
        DateTimeOffset? moreAt = null;
        foreach (var system in systems)
        {
            if (system.Obstacle(now) is { } obstacle)
            {
                var steps = await Blocked(connection, transaction, system, now, cancellationToken);
                if (steps.Count > 0)
                {
                    blocked.Add((obstacle, steps));
                }

                moreAt = Earlier(moreAt, system.State.GateUntil);
                continue;
            }

            var budget = system.Budget.Refilled(now);
            var allowance = budget.Allowance(system.State, system.InFlight, now);
            var claimed = allowance > 0 ? await Claimed(connection, transaction, system, allowance, now, cancellationToken) : [];
            if (claimed.Count < allowance)
            {
                // A question never stands before a step.
                claimed.AddRange(await ProbeClaims.Claimed(connection, transaction, system.State.System, allowance - claimed.Count, now, now + system.Lease, cancellationToken));
            }

            await Spend(connection, transaction, system.State.System, budget.Spend(claimed.Count), cancellationToken);
            commands.AddRange(claimed.Chunk(MostStepsInAMessage).Select(steps => new ExecuteSteps(system.State.System, steps)));
            moreAt = Earlier(moreAt, allowance == 0 ? NextToken(system, budget, now) : claimed.Count == allowance ? now : null);
        }

        await transaction.CommitAsync(cancellationToken);
        return new StepDispatch(commands, blocked, moreAt is null ? TimeSpan.MaxValue : moreAt > now ? moreAt.Value - now : TimeSpan.Zero);
    }

    /// <summary>Sagas with steps whose time has come, and about which guard and approvals must be asked first; some of them, the longest due ones first.</summary>
    public async Task<IReadOnlyList<SagaId>> ToAskAbout(CancellationToken cancellationToken)
        => await database.Rows(
            "select saga_id from steps where status = 'due' and ask_first and due_at <= $1 group by saga_id order by min(due_at), saga_id limit $2", row => new SagaId(row.GetGuid(0)), cancellationToken,
            Sql.Time(clock.GetUtcNow()), Sql.Int(MostAskedAboutAtOnce));

    /// <summary>
    /// Makes steps due again whose lease ran out. Those of a held saga wait with it, and those of a cancelled one end instead: the saga's row is locked too, so that one which is being cancelled at this moment is seen as
    /// it is. Nothing is waited for; what is locked comes with the next pass.
    /// </summary>
    /// <returns>The steps that are due again.</returns>
    public async Task<IReadOnlyList<(SagaId Saga, StepId Step)>> TakeBackExpired(CancellationToken cancellationToken)
    {
        var again = new List<(SagaId, StepId)>();
        await ProbeClaims.TakeBackExpired(database, clock.GetUtcNow(), cancellationToken);
        await using var command = database.CreateCommand(
            """
            with expired as materialized (
                select s.step_id, g.status as saga, g.holds <> '[]' as held from steps s join sagas g using (saga_id) where s.status = 'in-flight' and s.lease_until < $1
                limit 1000 for update of s skip locked for share of g skip locked)
            update steps s set
                status = case when e.saga = 'cancelled' then 'cancelled' when e.held then 'waiting' else 'due' end,
                due_at = case when e.saga = 'cancelled' or e.held then null else $1 end,
                settled_at = case when e.saga = 'cancelled' then $1 end,
                lease_until = null
            from expired e where s.step_id = e.step_id
            returning s.saga_id, s.step_id, s.status = 'due'
            """);
        command.Parameters.Add(Sql.Time(clock.GetUtcNow()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetBoolean(2))
            {
                again.Add((new SagaId(reader.GetGuid(0)), new StepId(reader.GetGuid(1))));
            }
        }

        return again;
    }

    /// <summary>
    /// Hands claimed steps back that could not be sent: they are due again after the given time, and need not wait for their lease to run out. Those of a saga that was held meanwhile wait with it, and those of a cancelled one end.
    /// Sagas are locked before steps, both in the writer's order.
    /// </summary>
    public async Task HandBack(ExecuteSteps steps, TimeSpan after, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        using var batch = new SqlBatch(connection, transaction);
        batch.Add("select from sagas where saga_id = any($1) order by saga_id for share", Sql.Uuids(steps.Steps.Select(s => s.SagaId.Value).Distinct()));
        batch.Add(
            """
            with mine as materialized (
                select s.step_id from steps s join unnest($1, $2) as t(id, attempt) on s.step_id = t.id and s.sends = t.attempt
                where s.status = 'in-flight' order by s.saga_id, s.ordinal for update of s)
            update steps s set
                status = case when g.status = 'cancelled' then 'cancelled' when g.holds <> '[]' then 'waiting' else 'due' end,
                due_at = case when g.status = 'cancelled' or g.holds <> '[]' then null else $3 end,
                settled_at = case when g.status = 'cancelled' then $4 end,
                lease_until = null
            from mine m, sagas g where s.step_id = m.step_id and g.saga_id = s.saga_id
            """,
            Sql.Uuids(steps.Steps.Select(s => s.StepId.Value)), Sql.Ints(steps.Steps.Select(s => s.Attempt)), Sql.Time(now + after), Sql.Time(now));
        ProbeClaims.HandBack(batch, steps, now + after);
        await batch.Execute(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<List<Claimable>> Systems(NpgsqlConnection connection, NpgsqlTransaction transaction, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var systems = new List<Claimable>();
        using var batch = new SqlBatch(connection, transaction);
        batch.Add(
            "select " + SystemRows.Columns + """
            , configured
            from systems s
            where exists (select from steps d where d.system = s.system and d.status = 'due' and d.due_at <= $1 and not d.ask_first)
                or exists (select from probes q where q.system = s.system and q.status = 'due' and q.due_at <= $1)
            order by system for update skip locked
            """,
            Sql.Time(now));
        await batch.Read([row => systems.Add(Claimable.Of(row))], cancellationToken);
        return systems.Count == 0 ? systems : await WithInFlight(connection, transaction, systems, cancellationToken);
    }

    /// <summary>
    /// A statement of its own, behind the lock: within the locking statement the count would come from a snapshot that is older than what another replica, which held the lock
    /// until just now, has claimed.
    /// </summary>
    private static async Task<List<Claimable>> WithInFlight(NpgsqlConnection connection, NpgsqlTransaction transaction, List<Claimable> systems, CancellationToken cancellationToken)
    {
        var inFlight = new Dictionary<string, int>();
        using var batch = new SqlBatch(connection, transaction);
        batch.Add(
            """
            select system, count(*) from (
                select system from steps where system = any($1) and status = 'in-flight' union all select system from probes where system = any($1) and status = 'in-flight') as sent
            group by system
            """,
            Sql.Texts(systems.Select(s => s.State.System.Value)));
        await batch.Read([row => inFlight[row.GetString(0)] = (int)row.GetInt64(1)], cancellationToken);
        return [.. systems.Select(s => s with { InFlight = inFlight.GetValueOrDefault(s.State.System.Value) })];
    }

    private static async Task<List<StepCommand>> Claimed(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Claimable system, int most, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var commands = new List<StepCommand>();
        using var batch = new SqlBatch(connection, transaction);
        batch.Add(
            """
            with claim as materialized (
                select step_id, due_at from steps d where system = $1 and status = 'due' and due_at <= $2 and not ask_first
                    and not (action in ('transfer-data', 'delete-account') and exists (
                        select from sagas g join persons p using (person_id) where g.saga_id = d.saga_id and p.legal_hold))
                    and (d.action <> 'restore-account' or not exists (
                        select from sagas r join sagas l using (person_id)
                        where r.saga_id = d.saga_id and l.kind in ('leaver', 'leave') and l.returned_at is null and l.status <> 'cancelled' and l.effective_at <= $2))
                order by priority desc, due_at, step_id limit $3 for update skip locked),
            claimed as (
                update steps s set status = 'in-flight', due_at = null, sends = s.sends + 1, lease_until = $4
                from claim c where s.step_id = c.step_id
                returning s.step_id, s.saga_id, s.sends, s.action, s.instruction, s.priority, c.due_at, s.owner, s.selection,
                    case when s.action = 'restore-account' then s.snapshots end as restores, false as probe,
                    s.outcome is not distinct from 'accepted' and s.code is distinct from 'not-finished' as pending)
            """ + CommandRows.OfClaimed,
            Sql.Text(system.State.System.Value), Sql.Time(now), Sql.Int(most), Sql.Time(now + system.Lease));
        await batch.Read([row => commands.Add(CommandRows.Command(row))], cancellationToken);
        return commands;
    }

    private static async Task<IReadOnlyList<(SagaId Saga, StepId Step)>> Blocked(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Claimable system, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var steps = new List<(SagaId, StepId)>();
        using var batch = new SqlBatch(connection, transaction);
        batch.Add(
            "select saga_id, step_id from steps where system = $1 and status = 'due' and due_at <= $2 and not deferred and not ask_first limit $3",
            Sql.Text(system.State.System.Value), Sql.Time(now), Sql.Int(MostBlockedAtOnce));
        await batch.Read([row => steps.Add((new SagaId(row.GetGuid(0)), new StepId(row.GetGuid(1))))], cancellationToken);
        return steps;
    }

    private static async Task Spend(NpgsqlConnection connection, NpgsqlTransaction transaction, SystemName system, SystemBudget budget, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("update systems set tokens = $2, tokens_at = $3 where system = $1", connection, transaction);
        command.Parameters.Add(Sql.Text(system.Value));
        command.Parameters.Add(new NpgsqlParameter { Value = budget.Tokens });
        command.Parameters.Add(Sql.Time(budget.TokensAt));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Where the rate is what holds it up, when the next token is there; where it is the concurrency, a report will wake the dispatcher.</summary>
    private static DateTimeOffset? NextToken(Claimable system, SystemBudget budget, DateTimeOffset now)
        => budget.Tokens < 1 ? now + TimeSpan.FromSeconds((1 - budget.Tokens) / system.Budget.PerSecond) : null;

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null ? b : b is null ? a : a < b ? a : b;

    private sealed record Claimable(SystemState State, SystemBudget Budget, TimeSpan Lease, bool Configured, int InFlight = 0)
    {
        public static Claimable Of(NpgsqlDataReader row) => new(SystemRows.State(row), SystemRows.Budget(row), SystemRows.Lease(row), row.GetBoolean(16));

        /// <summary>Steps of a system that left the configuration are told of too: else they would hold up their sagas' later stages without a word.</summary>
        public string? Obstacle(DateTimeOffset now) => Configured ? State.Obstacle(now) : "not in the configuration any more";
    }
}
