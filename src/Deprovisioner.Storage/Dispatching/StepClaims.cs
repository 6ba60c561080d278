using Deprovisioner.Contracts;
using Deprovisioner.Core.Systems;
using Deprovisioner.Storage.Telemetry;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Dispatching;

// Theory of operation. A pass locks the systems that have due steps and are not being served by another replica (SKIP LOCKED), works out from each one's row how many steps its
// rate, concurrency and gate allow, claims that many in order of priority and age, and commits; one statement for all systems, since a pass follows every commit of the writer. Only then are commands sent: one that is lost on the way is sent again when its lease
// runs out. So a queue never holds more than its system can take, an urgent step waits behind nobody else's backlog, and any number of replicas may do this at once.
// - What destroys is asked about once more here: of a person under a legal hold it is not sent, whatever its saga's row says.
// - The system's row serialises its budget. Steps are claimed with SKIP LOCKED too, so a pass never waits for the writer.
// - Nothing is done to an account while it is being put back, by whichever saga: the cut might read it as it was before, find nothing to do, and the restore's write come after. It waits for that answer, or the lease's end.
// - The lease's end is the only thing that repeats a step; an attempt that was sent twice is harmless, since connectors act on the state that they read and the core
//   takes at most one outcome.

/// <summary>Claims due steps, and then questions about steps, within each system's budget.</summary>
public sealed class StepClaims(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Few steps of one system go out in one message: a message costs more than what it carries.</summary>
    private const int StepsInAMessage = 16;

    /// <summary>Many go out in larger ones, but in a few at least, so that several hosts can share the work.</summary>
    private const int MessagesToShare = 4;

    /// <summary>And in none larger than this: one that is lost costs its steps a lease.</summary>
    private const int MostStepsInAMessage = 64;

    /// <summary>Blocked steps are told of in portions, so that a backlog of a system that is down does not become one huge transaction.</summary>
    private const int MostBlockedAtOnce = 32;

    /// <summary>One question is one transaction, which holds the guard.</summary>
    private const int MostAskedAboutAtOnce = 64;

    /// <summary>
    /// A system whose rate is used up is looked at again after this at the earliest. Its bucket holds a second's worth, so nothing of the rate is lost; a pass for each token of each system would keep a processor busy that reports and
    /// urgent events need. What becomes due meanwhile wakes a pass at once.
    /// </summary>
    private static readonly TimeSpan TokensGatherFor = TimeSpan.FromMilliseconds(50);

    /// <summary>One pass.</summary>
    /// <param name="findsBlocked">Whether it looks for steps of systems that are shut. That reads over all of which their sagas know already, so not every pass should.</param>
    public async Task<StepDispatch> Claim(bool findsBlocked, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await Claim(connection, findsBlocked, clock.GetUtcNow(), cancellationToken);
        }
        catch (PostgresException error) when (ReadOnlyServer.Answered(error))
        {
            database.Clear();
            throw;
        }
    }

    private static async Task<StepDispatch> Claim(NpgsqlConnection connection, bool findsBlocked, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (systems, asks) = await Systems(connection, transaction, now, cancellationToken);
        var (open, spent) = (new List<Claimable>(), new List<(Claimable System, int Steps)>());
        var commands = new List<ExecuteSteps>();
        var blocked = new List<(string, IReadOnlyList<(SagaId, StepId)>)>();
        DateTimeOffset? moreAt = null;
        foreach (var system in systems)
        {
            if (system.Obstacle(now) is { } obstacle)
            {
                var steps = findsBlocked ? await Blocked(connection, transaction, system, now, cancellationToken) : [];
                if (steps.Count > 0)
                {
                    blocked.Add((obstacle, steps));
                }

                moreAt = Earlier(moreAt, findsBlocked ? system.State.GateUntil : now + TimeSpan.FromSeconds(1));
                continue;
            }

            open.Add(system with { Budget = system.Budget.Refilled(now) });
        }

        var claims = await Claimed(connection, transaction, open, now, cancellationToken);
        foreach (var system in open)
        {
            var allowance = system.Allowance(now);
            var claimed = claims.GetValueOrDefault(system.State.System, []);
            if (claimed.Count < allowance && system.HasQuestions)
            {
                // A question never stands before a step.
                claimed.AddRange(await ProbeClaims.Claimed(connection, transaction, system.State.System, allowance - claimed.Count, now, now + system.Lease, cancellationToken));
            }

            spent.Add((system, claimed.Count));
            commands.AddRange(claimed.Chunk(Math.Clamp(claimed.Count / MessagesToShare, StepsInAMessage, MostStepsInAMessage)).Select(steps => new ExecuteSteps(system.State.System, steps)));
            moreAt = Earlier(moreAt, claimed.Count == allowance ? MoreTokens(system, claimed.Count, now) : null);
        }

        await Spend(connection, transaction, spent, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new StepDispatch(commands, blocked, moreAt is null ? TimeSpan.MaxValue : moreAt > now ? moreAt.Value - now : TimeSpan.Zero)
        {
            HasToAsk = asks,
            LeaseUntil = open.ToDictionary(s => s.State.System, s => now + s.Lease),
            AwaitsRoom = spent.Exists(s => s.System.Room == s.Steps),
        };
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

    private static async Task<(List<Claimable> Systems, bool Asks)> Systems(NpgsqlConnection connection, NpgsqlTransaction transaction, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var systems = new List<Claimable>();
        var inFlight = new Dictionary<string, int>();
        var asks = false;
        using var batch = new SqlBatch(connection, transaction);
        batch.Add(
            "select " + SystemRows.Columns + """
            , configured, asks
            from systems s cross join lateral (select exists (select from probes q where q.system = s.system and q.status = 'due' and q.due_at <= $1)) as q(asks)
            where asks or exists (select from steps d where d.system = s.system and d.status = 'due' and d.due_at <= $1 and not d.ask_first)
            order by system for update of s skip locked
            """,
            Sql.Time(now));

        // A statement of its own, behind the lock: within the locking statement the count would come from a snapshot that is older than what another replica, which held the lock until just now, has claimed.
        batch.Add(
            """
            select system, count(*) from (
                select system from steps where status = 'in-flight' union all select system from probes where status = 'in-flight') as sent
            group by system
            """);
        batch.Add("select exists (select from steps where status = 'due' and ask_first and due_at <= $1)", Sql.Time(now));
        await batch.Read([row => systems.Add(Claimable.Of(row)), row => inFlight[row.GetString(0)] = (int)row.GetInt64(1), row => asks = row.GetBoolean(0)], cancellationToken);
        return ([.. systems.Select(s => s with { InFlight = inFlight.GetValueOrDefault(s.State.System.Value) })], asks);
    }

    /// <summary>Of each system as many as it allows.</summary>
    private static async Task<Dictionary<SystemName, List<StepCommand>>> Claimed(
        NpgsqlConnection connection, NpgsqlTransaction transaction, List<Claimable> systems, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var commands = new Dictionary<SystemName, List<StepCommand>>();
        var allowing = systems.Where(s => s.Allowance(now) > 0).ToList();
        if (allowing.Count == 0)
        {
            return commands;
        }

        using var batch = new SqlBatch(connection, transaction);
        batch.Add(
            """
            with restoring as materialized (
                select r.system, g.person_id from steps r join sagas g using (saga_id) where r.status = 'in-flight' and r.action = 'restore-account'),
            claim as materialized (
                select c.step_id, c.due_at, w.lease_until from unnest($1, $3, $4) as w(system, most, lease_until) cross join lateral (
                    select d.step_id, d.due_at from steps d where d.system = w.system and d.status = 'due' and d.due_at <= $2 and not d.ask_first
                        and not (d.action in ('transfer-data', 'delete-account') and exists (
                            select from sagas g join persons p using (person_id) where g.saga_id = d.saga_id and p.legal_hold))
                        and (d.action <> 'restore-account' or not exists (
                            select from sagas r join sagas l using (person_id)
                            where r.saga_id = d.saga_id and l.kind in ('leaver', 'leave') and l.returned_at is null and l.status <> 'cancelled' and l.effective_at <= $2))
                        and not exists (select from restoring r join sagas g using (person_id) where g.saga_id = d.saga_id and r.system = d.system)
                    order by d.priority desc, d.due_at, d.step_id limit w.most for update of d skip locked) c),
            claimed as (
                update steps s set status = 'in-flight', due_at = null, sends = s.sends + 1, lease_until = c.lease_until
                from claim c where s.step_id = c.step_id
                returning s.system, s.step_id, s.saga_id, s.sends, s.action, s.instruction, s.priority, c.due_at, s.owner, s.selection,
                    case when s.action = 'restore-account' then s.snapshots end as restores, false as probe,
                    s.outcome is not distinct from 'accepted' and s.code is distinct from 'not-finished' as pending)
            """ + CommandRows.OfClaimed,
            Sql.Texts(allowing.Select(s => s.State.System.Value)), Sql.Time(now), Sql.Ints(allowing.Select(s => s.Allowance(now))), Sql.Times(allowing.Select(s => (DateTimeOffset?)now + s.Lease)));
        await batch.Read(
            [
                row =>
                {
                    var system = CommandRows.System(row);
                    if (!commands.TryGetValue(system, out var list))
                    {
                        commands[system] = list = [];
                    }

                    list.Add(CommandRows.Command(row));

                    // One that is rolled back is claimed, and counted, once more.
                    StorageTelemetry.StepWaited(system, now - CommandRows.DueAt(row));
                },
            ],
            cancellationToken);
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

    private static async Task Spend(NpgsqlConnection connection, NpgsqlTransaction transaction, List<(Claimable System, int Steps)> spent, CancellationToken cancellationToken)
    {
        if (spent.Count > 0)
        {
            var budgets = spent.Select(s => s.System.Budget.Spend(s.Steps)).ToList();
            using var batch = new SqlBatch(connection, transaction);
            batch.Add(
                "update systems s set tokens = t.tokens, tokens_at = t.at from unnest($1, $2, $3) as t(system, tokens, at) where s.system = t.system",
                Sql.Texts(spent.Select(s => s.System.State.System.Value)), Sql.Doubles(budgets.Select(b => b.Tokens)), Sql.Times(budgets.Select(b => (DateTimeOffset?)b.TokensAt)));
            await batch.Execute(cancellationToken);
        }
    }

    /// <summary>Where the rate is what holds it up, when there are tokens again that are worth a pass; where it is the concurrency, a report will wake the dispatcher.</summary>
    private static DateTimeOffset? MoreTokens(Claimable system, int claimed, DateTimeOffset now)
    {
        var left = system.Budget.Spend(claimed);
        if (left.Tokens >= 1)
        {
            return null;
        }

        var token = TimeSpan.FromSeconds((1 - left.Tokens) / left.PerSecond);
        return now + (token > TokensGatherFor ? token : TokensGatherFor);
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null ? b : b is null ? a : a < b ? a : b;

    private sealed record Claimable(SystemState State, SystemBudget Budget, TimeSpan Lease, bool Configured, bool HasQuestions, int InFlight = 0)
    {
        public static Claimable Of(NpgsqlDataReader row) => new(SystemRows.State(row), SystemRows.Budget(row), SystemRows.Lease(row), row.GetBoolean(16), row.GetBoolean(17));

        /// <summary>How many more may be under way.</summary>
        public int Room => Budget.Room(State, InFlight);

        /// <summary>How many steps may be sent now, by the refilled budget.</summary>
        public int Allowance(DateTimeOffset now) => Budget.Allowance(State, InFlight, now);

        /// <summary>Steps of a system that left the configuration are told of too: else they would hold up their sagas' later stages without a word.</summary>
        public string? Obstacle(DateTimeOffset now) => Configured ? State.Obstacle(now) : "not in the configuration any more";
    }
}
