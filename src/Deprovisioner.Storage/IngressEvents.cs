using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

// Theory of operation. What comes by HTTP is committed here before its sender is told that it was accepted, and stays until an orchestrator has committed what follows from it. Whoever takes events holds their rows until
// then: another orchestrator passes over them, and a process that dies lets go of them. An event that was decided, and whose row was not deleted any more, is decided again, which is a repeated delivery and changes nothing.

/// <summary>HR events that came by HTTP and wait to be decided, in the order in which they came.</summary>
public sealed class IngressEvents(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>One after the other, since an event may be about the person of the one before.</summary>
    private const int MostAtOnce = 100;

    /// <summary>Keeps messages, valid or not, all or none of them, and wakes the orchestrators.</summary>
    /// <param name="by">Who sent them.</param>
    public async Task Keep(IReadOnlyList<byte[]> messages, string by, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        var insert = new NpgsqlBatchCommand("insert into ingress_events (received_at, received_by, raw) select $1, $2, r from unnest($3) with ordinality as t(r, n) order by n");
        insert.Parameters.Add(Sql.Time(clock.GetUtcNow()));
        insert.Parameters.Add(Sql.Text(by));
        insert.Parameters.Add(Sql.BytesMany(messages));
        batch.BatchCommands.Add(insert);
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"notify {OperatorActs.Channel}"));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Hands what waits to <paramref name="take"/>, one message after the other with who sent it, and lets go of what was taken. Gives how many there were.</summary>
    public async Task<int> Take(Func<byte[], string, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var waiting = new List<(long Id, byte[] Raw, string Sender)>();
        using (var batch = new SqlBatch(connection, transaction))
        {
            batch.Add("select ingress_id, raw, received_by from ingress_events order by ingress_id limit $1 for update skip locked", Sql.Int(MostAtOnce));
            await batch.Read([row => waiting.Add((row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetString(2)))], cancellationToken);
        }

        foreach (var (_, raw, sender) in waiting)
        {
            await take(raw, sender, cancellationToken);
        }

        using var taken = new SqlBatch(connection, transaction);
        taken.Add("delete from ingress_events where ingress_id = any($1)", Sql.Bigs(waiting.Select(w => w.Id)));
        await taken.Execute(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return waiting.Count;
    }
}
