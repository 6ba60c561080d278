using Npgsql;
using NpgsqlTypes;

namespace Deprovisioner.Storage.Writing;

/// <summary>Statements that go to the server in one round trip. Values are always parameters.</summary>
/// <param name="mostSeconds">How long the server may take; 30 s is also Npgsql's own limit.</param>
internal sealed class SqlBatch(NpgsqlConnection connection, NpgsqlTransaction transaction, int mostSeconds = 30) : IDisposable
{
    private readonly NpgsqlBatch batch = new(connection, transaction) { Timeout = mostSeconds };

    public void Dispose() => batch.Dispose();

    /// <summary>Adds a statement whose parameters are $1, $2 …</summary>
    public void Add(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        batch.BatchCommands.Add(command);
    }

    public async Task Execute(CancellationToken cancellationToken)
    {
        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Runs the statements and hands each row of the last one to its reader; the others only lock.</summary>
    public Task ReadLast(Action<NpgsqlDataReader> take, CancellationToken cancellationToken)
        => Read([.. Enumerable.Repeat<Action<NpgsqlDataReader>>(static _ => { }, batch.BatchCommands.Count - 1), take], cancellationToken);

    /// <summary>Runs the statements and hands each row of each result set to its reader, in order.</summary>
    public async Task Read(IReadOnlyList<Action<NpgsqlDataReader>> readers, CancellationToken cancellationToken)
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (var take in readers)
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                take(reader);
            }

            await reader.NextResultAsync(cancellationToken);
        }
    }
}

/// <summary>Parameters with their types said, so that an empty array or a null has one too.</summary>
internal static class Sql
{
    public static NpgsqlParameter Text(string? value) => Of(value, NpgsqlDbType.Text);

    public static NpgsqlParameter Uuid(Guid? value) => Of(value, NpgsqlDbType.Uuid);

    public static NpgsqlParameter Big(long? value) => Of(value, NpgsqlDbType.Bigint);

    public static NpgsqlParameter Int(int? value) => Of(value, NpgsqlDbType.Integer);

    public static NpgsqlParameter Boolean(bool? value) => Of(value, NpgsqlDbType.Boolean);

    public static NpgsqlParameter Bytes(byte[]? value) => Of(value, NpgsqlDbType.Bytea);

    public static NpgsqlParameter Time(DateTimeOffset? value) => Of(value?.UtcDateTime, NpgsqlDbType.TimestampTz);

    public static NpgsqlParameter Texts(IEnumerable<string?> values) => Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static NpgsqlParameter Jsons(IEnumerable<string?> values) => Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Jsonb);

    public static NpgsqlParameter Uuids(IEnumerable<Guid> values) => Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public static NpgsqlParameter UuidsOrNull(IEnumerable<Guid?> values) => Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public static NpgsqlParameter Bigs(IEnumerable<long> values) => Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static NpgsqlParameter BigsOrNull(IEnumerable<long?> values) => Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static NpgsqlParameter Ints(IEnumerable<int> values) => Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer);

    public static NpgsqlParameter Doubles(IEnumerable<double> values) => Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Double);

    public static NpgsqlParameter DoublesOrNull(IEnumerable<double?> values) => Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Double);

    public static NpgsqlParameter Booleans(IEnumerable<bool> values) => Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Boolean);

    public static NpgsqlParameter BytesMany(IEnumerable<byte[]> values) => Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bytea);

    public static NpgsqlParameter Times(IEnumerable<DateTimeOffset?> values)
        => Of(values.Select(v => v?.UtcDateTime).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);

    private static NpgsqlParameter Of(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
