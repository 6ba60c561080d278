using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage;

/// <summary>Invalid messages, once each.</summary>
internal static class QuarantineRows
{
    /// <summary>Larger bodies are kept to this length: no HR event is, and a hostile publisher shall not fill the disk. The hash is over the whole.</summary>
    private const int MostKept = 1 << 20;

    private const int MostOfAText = 2000;

    public static void Save(SqlBatch batch, byte[] hash, QuarantineWork row)
    {
        if (row.Arrived is not { } arrived)
        {
            batch.Add("update quarantine set deliveries = deliveries + $2 where content_hash = $1", Sql.Bytes(hash), Sql.Int(row.Deliveries));
            return;
        }

        // Another replica may have stored the same bytes meanwhile.
        batch.Add(
            """
            insert into quarantine (received_at, raw, raw_length, content_hash, reason, detail, source, event_id, deliveries, sender)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (content_hash) do update set deliveries = quarantine.deliveries + excluded.deliveries
            """,
            Sql.Time(arrived.ReceivedAt), Sql.Bytes(arrived.Raw[..Math.Min(arrived.Raw.Length, MostKept)].ToArray()), Sql.Big(arrived.Raw.Length), Sql.Bytes(hash),
            Sql.Text(arrived.Why.Reason), Sql.Text(Storable(arrived.Why.Detail)), Sql.Text(Storable(arrived.Why.Source)), Sql.Text(Storable(arrived.Why.Id)), Sql.Int(row.Deliveries), Sql.Text(arrived.Sender));
    }

    private static string? Storable(string? text) => StoredText.Of(text, MostOfAText);
}
