using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Connectors.Postgres;

/// <summary>Connections to the databases of one cluster, with faults in the field's terms.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private const string Setting = "connection";

    /// <summary>Seconds; Npgsql refuses more (https://www.npgsql.org/doc/connection-string-parameters.html, Timeout).</summary>
    private const int LongestTimeout = 1024;

    private readonly NpgsqlConnectionStringBuilder settings;
    private readonly NpgsqlDataSource home;

    /// <exception cref="SystemFaultException">The connection string is none.</exception>
    public PostgresCluster(SettingsReader values, SystemLimits limits)
    {
        var connection = values.Required(Setting);
        var seconds = Math.Clamp((int)limits.Timeout.TotalSeconds, 1, LongestTimeout);
        try
        {
            settings = new NpgsqlConnectionStringBuilder(connection)
            {
                ApplicationName = "deprovisioner",
                Timeout = seconds,
                CommandTimeout = seconds,
                MaxPoolSize = limits.Concurrency + 1,
                Enlist = false,

                // The host retries and times out; a time-out of ours is followed by a cancel request to the server.
                CancellationTimeout = 1000,
                PersistSecurityInfo = false,
            };
            home = NpgsqlDataSource.Create(settings);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidOperationException or NotSupportedException)
        {
            // Without the inner exception: its message quotes what it could not read, which may be a part of a password.
            throw values.Unusable(Setting, "is no Npgsql connection string (Host=…;Username=…;Password=…;Database=…)");
        }
    }

    /// <summary>Does something on a connection to the configured database.</summary>
    public Task<T> AtHomeAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
        => WorkAsync(() => home.OpenConnectionAsync(cancellationToken).AsTask(), work);

    /// <summary>Does something in another database of the cluster; its connection is not kept, since there may be hundreds of databases.</summary>
    public Task<T> InDatabaseAsync<T>(string database, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
        => WorkAsync(
            async () =>
            {
                var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Database = database, Pooling = false }.ConnectionString);
                await connection.OpenAsync(cancellationToken);
                return connection;
            },
            work);

    public ValueTask DisposeAsync() => home.DisposeAsync();

    private static async Task<T> WorkAsync<T>(Func<Task<NpgsqlConnection>> connect, Func<NpgsqlConnection, Task<T>> work)
    {
        NpgsqlConnection connection;
        try
        {
            connection = await connect();
        }
        catch (Exception error) when (SqlFaults.Of(error, connecting: true) is { } fault)
        {
            throw new SystemFaultException(fault, error);
        }

        await using (connection)
        {
            try
            {
                return await work(connection);
            }
            catch (Exception error) when (SqlFaults.Of(error, connecting: false) is { } fault)
            {
                throw new SystemFaultException(fault, error);
            }
        }
    }
}
