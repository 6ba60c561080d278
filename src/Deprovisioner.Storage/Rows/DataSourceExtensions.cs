using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>Reading outside any transaction.</summary>
internal static class DataSourceExtensions
{
    /// <summary>Each row of one statement, as <paramref name="take"/> reads it.</summary>
    public static async Task<IReadOnlyList<T>> Rows<T>(this NpgsqlDataSource database, string sql, Func<NpgsqlDataReader, T> take, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        var rows = new List<T>();
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(take(reader));
        }

        return rows;
    }
}
