using Deprovisioner.Storage.Access;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Signals;

// Theory of operation. A token waits in its receiver's stream until the receiver says that it has it, or cannot use it. What was given out is given out again after a while, since an answer may be lost, and receivers know a
// token by its jti (RFC 8417, section 2.2). Whoever brought it asks what became of it, so that a step is done once the receiver has it and not before. What is settled is kept for as long as that is asked, and goes then: a
// token names a person.

/// <summary>Security event tokens for receivers that fetch them (RFC 8936).</summary>
public sealed class SignalStreams(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>For an answer that the receiver works through: a shorter time gives it the same again meanwhile.</summary>
    private static readonly TimeSpan GivenOutAgain = TimeSpan.FromMinutes(1);

    /// <summary>Longer than any step is asked about.</summary>
    private static readonly TimeSpan KeptSettled = TimeSpan.FromDays(30);

    /// <summary>Keeps a token for the receiver whose key is called so. One that is there stays as it is, unless it was refused: then it is meant to be tried again.</summary>
    /// <returns>False: no key that counts is called so and has the role <see cref="AccessRoles.Receiver"/>.</returns>
    public async Task<bool> Keep(string stream, string jti, string token, CancellationToken cancellationToken)
    {
        if (!await IsStream(stream, cancellationToken))
        {
            return false;
        }

        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement("""
            insert into signals as s (stream, jti, token, state, kept_at, next_at) values ($1, $2, $3, 'waiting', $4, $4)
            on conflict (stream, jti) do update set token = excluded.token, state = 'waiting', kept_at = excluded.kept_at, next_at = excluded.next_at, settled_at = null, err = null, description = null where s.state = 'refused'
            """, Sql.Text(stream), Sql.Text(jti), Sql.Text(token), Sql.Time(clock.GetUtcNow())));
        batch.BatchCommands.Add(Statement("delete from signals where state <> 'waiting' and settled_at < $1", Sql.Time(clock.GetUtcNow() - KeptSettled)));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    /// <summary>What became of a token; null: there is none of this id.</summary>
    public async Task<KeptSignal?> Find(string stream, string jti, CancellationToken cancellationToken)
        => (await database.Rows(
            "select state, err, description from signals where stream = $1 and jti = $2", row => new KeptSignal(row.GetString(0), row.Text(1), row.Text(2)), cancellationToken, Sql.Text(stream), Sql.Text(jti))) is [var kept] ? kept : null;

    /// <summary>How many tokens wait; null: there is no such stream.</summary>
    public async Task<long?> Waiting(string stream, CancellationToken cancellationToken)
        => await IsStream(stream, cancellationToken)
            ? (await database.Rows("select count(*) from signals where stream = $1 and state = 'waiting'", row => row.GetInt64(0), cancellationToken, Sql.Text(stream)))[0]
            : null;

    /// <summary>Takes down what the receiver says of tokens that it got. What is settled already, or never was, changes nothing.</summary>
    public async Task Settle(string stream, IReadOnlyCollection<string> acknowledged, IReadOnlyList<RefusedSignal> refused, CancellationToken cancellationToken)
    {
        if (acknowledged.Count == 0 && refused.Count == 0)
        {
            return;
        }

        await using var batch = database.CreateBatch();
        var now = clock.GetUtcNow();
        batch.BatchCommands.Add(Statement("update signals set state = 'acknowledged', settled_at = $3 where stream = $1 and jti = any($2) and state = 'waiting'", Sql.Text(stream), Sql.Texts(acknowledged), Sql.Time(now)));
        batch.BatchCommands.Add(Statement("""
            update signals s set state = 'refused', settled_at = $5, err = r.err, description = nullif(r.description, '')
            from unnest($2::text[], $3::text[], $4::text[]) as r (jti, err, description) where s.stream = $1 and s.jti = r.jti and s.state = 'waiting'
            """, Sql.Text(stream), Sql.Texts(refused.Select(r => r.Jti)), Sql.Texts(refused.Select(r => r.Error)), Sql.Texts(refused.Select(r => r.Description ?? "")), Sql.Time(now)));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Gives out tokens, the oldest first.</summary>
    /// <returns>The tokens with their ids, in the order in which they came, since one may take another back; and whether there are more.</returns>
    public async Task<(IReadOnlyList<KeyValuePair<string, string>> Tokens, bool More)> Give(string stream, int most, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var given = await database.Rows(
            """
            update signals s set next_at = $3 from (
                select stream, jti from signals where stream = $1 and state = 'waiting' and next_at <= $2 order by kept_at, jti limit $4 for update skip locked
            ) n where s.stream = n.stream and s.jti = n.jti returning s.jti, s.token, s.kept_at
            """,
            row => (Jti: row.GetString(0), Token: row.GetString(1), KeptAt: row.Time(2)), cancellationToken, Sql.Text(stream), Sql.Time(now), Sql.Time(now + GivenOutAgain), Sql.Int(most));
        var more = given.Count == most && (await database.Rows(
            "select exists (select from signals where stream = $1 and state = 'waiting' and next_at <= $2)", row => row.GetBoolean(0), cancellationToken, Sql.Text(stream), Sql.Time(now)))[0];
        return ([.. given.OrderBy(g => g.KeptAt).ThenBy(g => g.Jti, StringComparer.Ordinal).Select(g => KeyValuePair.Create(g.Jti, g.Token))], more);
    }

    private static NpgsqlBatchCommand Statement(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }

    private async Task<bool> IsStream(string stream, CancellationToken cancellationToken)
        => (await database.Rows(
            "select exists (select from api_keys where name = $1 and $2 = any(roles) and revoked_at is null and expires_at > $3)",
            row => row.GetBoolean(0), cancellationToken, Sql.Text(stream), Sql.Text(AccessRoles.Receiver), Sql.Time(clock.GetUtcNow())))[0];
}

/// <summary>What became of a token.</summary>
/// <param name="State"><c>waiting</c>, <c>acknowledged</c>, or <c>refused</c>.</param>
/// <param name="Err">Why it was refused: a word of RFC 8935, section 2.4; else null.</param>
/// <param name="Description">The same as a sentence of the receiver's; untrusted.</param>
public sealed record KeptSignal(string State, string? Err, string? Description);

/// <summary>A token that the receiver cannot use.</summary>
/// <param name="Error">A word of RFC 8935, section 2.4.</param>
public sealed record RefusedSignal(string Jti, string Error, string? Description);
