using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Reconciling;
using Deprovisioner.Core.Systems;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Reconciling;

// Theory of operation. As with steps: a pass locks the systems whose runs have a page to ask for and that nobody else is serving (SKIP LOCKED), takes one token of the system's rate for each page, and
// commits; only then is the question sent. Its lease is the time at which it is asked again. A system that is paused or shut is not asked; its run waits. Locks: the system, then the run.

/// <summary>Claims pages that are to be asked for, and finds runs that get nowhere or whose time has come.</summary>
public sealed class PageClaims(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>The questions to send now.</summary>
    public async Task<IReadOnlyList<ListAccounts>> Claim(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var systems = new List<(SystemState State, SystemBudget Budget, TimeSpan Lease)>();
        using (var locking = new SqlBatch(connection, transaction))
        {
            locking.Add(
                "select " + SystemRows.Columns + """
                 from systems s where configured and exists (select from reconciliations r where r.system = s.system and r.status = 'running' and r.ask_at <= $1)
                order by system for update skip locked
                """,
                Sql.Time(now));
            await locking.Read([row => systems.Add((SystemRows.State(row), SystemRows.Budget(row).Refilled(now), SystemRows.Lease(row)))], cancellationToken);
        }

        var questions = new List<ListAccounts>();

        // Not by concurrency: a page is no step, and must not wait for a place that leavers' steps leave free.
        foreach (var (state, budget, lease) in systems.Where(s => s.State.Obstacle(now) is null && s.Budget.Tokens >= 1))
        {
            var spent = budget.Spend(1);
            using var batch = new SqlBatch(connection, transaction);
            batch.Add(
                """
                with next as materialized (select run_id from reconciliations where system = $1 and status = 'running' and ask_at <= $2 for update skip locked),
                asked as (update reconciliations r set ask_at = $3 from next n where r.run_id = n.run_id returning r.run_id, r.page, r.cursor),
                spent as (update systems set tokens = $4, tokens_at = $5 where system = $1 and exists (select from asked))
                select run_id, page, cursor from asked
                """,
                Sql.Text(state.System.Value), Sql.Time(now), Sql.Time(now + lease), new NpgsqlParameter { Value = spent.Tokens }, Sql.Time(spent.TokensAt));
            await batch.Read([row => questions.Add(new ListAccounts(state.System, new ReconciliationId(row.GetGuid(0)), row.GetInt32(1), row.Text(2)))], cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return questions;
    }

    /// <summary>A question that could not be sent is asked again after the given time, and need not wait for its lease to run out.</summary>
    public async Task HandBack(ListAccounts question, TimeSpan after, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("update reconciliations set ask_at = $3 where run_id = $1 and page = $2 and status = 'running'");
        command.Parameters.Add(Sql.Uuid(question.ReconciliationId.Value));
        command.Parameters.Add(Sql.Int(question.Page));
        command.Parameters.Add(Sql.Time(clock.GetUtcNow() + after));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs that got no answer for <see cref="ReconciliationTransitions.MostSilence"/>, or whose system left the configuration; with why.</summary>
    public async Task<IReadOnlyList<(ReconciliationId Run, string Why)>> Stalled(CancellationToken cancellationToken)
    {
        var stalled = new List<(ReconciliationId, string)>();
        await using var command = database.CreateCommand(
            """
            select r.run_id, coalesce(s.configured, false) from reconciliations r left join systems s using (system)
            where r.status = 'running' and (r.updated_at < $1 or s.configured is not true) order by r.run_id
            """);
        command.Parameters.Add(Sql.Time(clock.GetUtcNow() - ReconciliationTransitions.MostSilence));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            stalled.Add((new ReconciliationId(reader.GetGuid(0)), reader.GetBoolean(1) ? "No page was answered for an hour: see 'systems list', and whether a connector host runs." : "The system is not in the configuration any more."));
        }

        return stalled;
    }

    /// <summary>Systems whose accounts can be listed and whose turn has come; none where no schedule is configured.</summary>
    public async Task<IReadOnlyList<SystemName>> Due(Configuration configuration, CancellationToken cancellationToken)
    {
        if (configuration.Reconcile is not { } settings)
        {
            return [];
        }

        var last = new Dictionary<string, DateTimeOffset>();
        var running = new HashSet<string>();
        await using var command = database.CreateCommand("select system, max(started_at), bool_or(status = 'running') from reconciliations group by system");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            last[reader.GetString(0)] = reader.Time(1);
            if (reader.GetBoolean(2))
            {
                running.Add(reader.GetString(0));
            }
        }

        var now = clock.GetUtcNow();
        return [.. configuration.Systems.Where(s => s.Match is not null).Select(s => s.Name)
            .Where(name => !running.Contains(name.Value) && settings.IsDue(last.TryGetValue(name.Value, out var began) ? began : null, now))];
    }
}
