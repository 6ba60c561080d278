using System.Text.Json;
using Deprovisioner.Storage.Access;
using Npgsql;

namespace Deprovisioner.Storage.Writing;

/// <summary>A key that is there.</summary>
internal sealed record StoredKey(string Name, bool IsRevoked);

/// <summary>What was loaded of machines' keys, and what is to be saved of them.</summary>
internal sealed class AccessWork
{
    public Dictionary<string, StoredKey> Keys { get; } = [];

    public List<(OperatorAct Act, AccessActs.NewKey Key)> Created { get; } = [];

    public List<(OperatorAct Act, string KeyId)> Revoked { get; } = [];

    /// <summary>Locks the keys that requests are about.</summary>
    public async Task Load(NpgsqlConnection connection, NpgsqlTransaction transaction, IEnumerable<OperatorAct> acts, CancellationToken cancellationToken)
    {
        var ids = acts.Where(act => act.Kind is AccessActs.CreateKey or AccessActs.RevokeKey).Select(act => JsonSerializer.Deserialize<AccessActs.OldKey>(act.Details!, JsonSerializerOptions.Web)!.KeyId).ToList();
        if (ids.Count == 0)
        {
            return;
        }

        using var batch = new SqlBatch(connection, transaction);
        batch.Add("select key_id, name, revoked_at is not null from api_keys where key_id = any($1) order by key_id for update", Sql.Texts(ids));
        await batch.ReadLast(row => Keys[row.GetString(0)] = new StoredKey(row.GetString(1), row.GetBoolean(2)), cancellationToken);
    }

    public void Save(SqlBatch batch, DateTimeOffset now)
    {
        foreach (var (act, key) in Created)
        {
            batch.Add(
                "insert into api_keys (key_id, secret_hash, name, roles, created_by, created_why, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
                Sql.Text(key.KeyId), Sql.Bytes(Convert.FromHexString(key.SecretHash)), Sql.Text(key.Name), Sql.Texts(key.Roles), Sql.Text(act.Who), Sql.Text(act.Why), Sql.Time(now), Sql.Time(key.ExpiresAt));
        }

        foreach (var (act, id) in Revoked)
        {
            batch.Add("update api_keys set revoked_by = $2, revoked_why = $3, revoked_at = $4 where key_id = $1", Sql.Text(id), Sql.Text(act.Who), Sql.Text(act.Why), Sql.Time(now));
        }
    }
}
