using System.Security.Cryptography;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Access;

/// <summary>A machine's key, without its secret. Times are UTC.</summary>
/// <param name="KeyId">What the key itself begins with.</param>
/// <param name="Name">Whose it is.</param>
/// <param name="Roles">See <see cref="AccessRoles"/>.</param>
/// <param name="RevokedAt">Null: it counts until it expires.</param>
public sealed record ApiKey(
    string KeyId, string Name, IReadOnlyList<string> Roles, string CreatedBy, string CreatedWhy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? RevokedBy, string? RevokedWhy, DateTimeOffset? RevokedAt);

/// <summary>The keys of machines. They are made and taken back by requests, so that the audit has each.</summary>
public sealed class ApiKeys(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Columns = "key_id, name, roles, created_by, created_why, created_at, expires_at, revoked_by, revoked_why, revoked_at";

    /// <summary>Whose key it is; null: nobody's, or no longer.</summary>
    public async Task<ApiKey?> Find(ApiKeyText presented, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var found = await database.Rows($"select {Columns}, secret_hash from api_keys where key_id = $1", row => (Key: Key(row), Hash: row.GetFieldValue<byte[]>(10)), cancellationToken, Sql.Text(presented.Id));
        return found is [var (key, hash)] && CryptographicOperations.FixedTimeEquals(hash, presented.Hash) && key.RevokedAt is null && key.ExpiresAt > now ? key : null;
    }

    /// <summary>All that ever were, the newest first.</summary>
    public Task<IReadOnlyList<ApiKey>> List(CancellationToken cancellationToken)
        => database.Rows($"select {Columns} from api_keys order by created_at desc, key_id", Key, cancellationToken);

    private static ApiKey Key(NpgsqlDataReader row)
        => new(
            row.GetString(0), row.GetString(1), row.GetFieldValue<string[]>(2), row.GetString(3), row.GetString(4), row.Time(5), row.Time(6), row.Text(7), row.Text(8), row.TimeOrNull(9));
}
