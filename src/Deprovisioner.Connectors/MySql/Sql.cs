using System.Data.Common;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using MySqlConnector;

namespace Deprovisioner.Connectors.MySql;

/// <summary>Running statements.</summary>
internal static class Sql
{
    public static async Task<IReadOnlyList<T>> RowsAsync<T>(
        MySqlConnection connection, string sql, Func<DbDataReader, T> row, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        await using var command = new MySqlCommand(sql, connection);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    /// <summary>
    /// Runs each statement, whatever becomes of the others: these servers commit each by itself, and one privilege that may not be taken away keeps no other. What is gone
    /// already is no error; a broken connection ends it.
    /// </summary>
    /// <exception cref="SystemFaultException">The worst that was refused, after all were tried.</exception>
    public static async Task EachAsync(MySqlConnection connection, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        if (await TryEachAsync(connection, statements, cancellationToken) is { } refused)
        {
            throw new SystemFaultException(refused);
        }
    }

    /// <summary>The same, and gives the worst that was refused; null: nothing was.</summary>
    public static async Task<Fault?> TryEachAsync(MySqlConnection connection, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        var refused = new List<Fault>();
        foreach (var statement in statements)
        {
            try
            {
                await using var command = new MySqlCommand(statement, connection);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (MySqlException error) when (MySqlFaults.IsGoneAlready(error))
            {
                // Somebody else was quicker; reading back tells.
            }
            catch (MySqlException error) when (MySqlFaults.Of(error, connecting: false) is { Outcome: Outcome.Rejected or Outcome.Unauthorized } fault)
            {
                refused.Add(fault);
            }
        }

        return refused.Find(fault => fault.Outcome == Outcome.Unauthorized) ?? refused.FirstOrDefault();
    }
}
