using Deprovisioner.Storage.Telemetry;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>Something to publish.</summary>
/// <param name="Id">Rises with time: the CloudEvents <c>id</c>.</param>
/// <param name="Payload">The CloudEvents <c>data</c>, JSON.</param>
public sealed record OutboxMessage(long Id, string Type, Guid SagaId, string Payload, DateTimeOffset CreatedAt);

/// <summary>Events out, written in the transaction that decided them and published at least once.</summary>
public sealed class Outbox(NpgsqlDataSource database, TimeProvider clock)
{
    private const int MostAtOnce = 200;

    /// <summary>Hands unpublished messages to <paramref name="publish"/> and marks them. What is published but not marked in a crash is published again, under the same id.</summary>
    public async Task<int> Publish(Func<OutboxMessage, CancellationToken, Task> publish, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var messages = new List<OutboxMessage>();
        using (var batch = new SqlBatch(connection, transaction))
        {
            batch.Add(
                "select outbox_id, type, saga_id, payload, created_at from outbox where published_at is null order by outbox_id limit $1 for update skip locked",
                Sql.Int(MostAtOnce));
            await batch.Read([row => messages.Add(new OutboxMessage(row.GetInt64(0), row.GetString(1), row.GetGuid(2), row.GetString(3), row.Time(4)))], cancellationToken);
        }

        if (messages.Count == 0)
        {
            return 0;
        }

        // Begun one after the other, so that who listens is told of a start before its end; confirmed together.
        await Task.WhenAll(messages.Select(message => publish(message, cancellationToken)));

        var publishedAt = clock.GetUtcNow();
        using (var mark = new SqlBatch(connection, transaction))
        {
            mark.Add("update outbox set published_at = $2 where outbox_id = any($1)", Sql.Bigs(messages.Select(m => m.Id)), Sql.Time(publishedAt));
            await mark.Execute(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        messages.ForEach(message => StorageTelemetry.Published(publishedAt - message.CreatedAt));
        return messages.Count;
    }
}
