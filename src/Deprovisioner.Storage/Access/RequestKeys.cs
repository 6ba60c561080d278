using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Deprovisioner.Storage.Access;

/// <summary>What became of a request that has a key (draft-ietf-httpapi-idempotency-key-header).</summary>
/// <param name="Acts">Of this request, or of the one before it that had the same key.</param>
/// <param name="IsAnother">The key was used for something else: nothing was asked.</param>
public sealed record KeyedRequest(IReadOnlyList<long> Acts, bool IsAnother);

/// <summary>Requests that may be sent again without being carried out again.</summary>
public sealed class RequestKeys(IDbContextFactory<DeprovisionerContext> contexts, TimeProvider clock)
{
    /// <summary>Asks, unless the same person has asked with this key before.</summary>
    /// <param name="fingerprint">SHA-256 of what is asked for.</param>
    public async Task<KeyedRequest> Ask(string who, string key, byte[] fingerprint, IReadOnlyList<OperatorActEntity> acts, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var connection = (NpgsqlConnection)context.Database.GetDbConnection();

        // Two at once: the second one waits here until the first has committed.
        await Run(connection, "select pg_advisory_xact_lock(hashtextextended($1 || chr(10) || $2, 0))", cancellationToken, Sql.Text(who), Sql.Text(key));
        if (await Found(connection, who, key, cancellationToken) is { } before)
        {
            return new KeyedRequest(before.Acts, !before.Fingerprint.AsSpan().SequenceEqual(fingerprint));
        }

        context.OperatorActs.AddRange(acts);
        await context.SaveChangesAsync(cancellationToken);
        var ids = acts.Select(act => act.ActId).ToList();
        await Run(
            connection, "insert into request_keys (who, request_key, fingerprint, act_ids, created_at) values ($1, $2, $3, $4, $5)", cancellationToken,
            Sql.Text(who), Sql.Text(key), Sql.Bytes(fingerprint), Sql.Bigs(ids), Sql.Time(clock.GetUtcNow()));
        await Run(connection, $"notify {OperatorActs.Channel}", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new KeyedRequest(ids, IsAnother: false);
    }

    private static async Task<(long[] Acts, byte[] Fingerprint)?> Found(NpgsqlConnection connection, string who, string key, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select act_ids, fingerprint from request_keys where who = $1 and request_key = $2", connection);
        command.Parameters.Add(Sql.Text(who));
        command.Parameters.Add(Sql.Text(key));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetFieldValue<long[]>(0), reader.GetFieldValue<byte[]>(1)) : null;
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
