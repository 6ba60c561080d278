using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using MySqlConnector;

namespace Deprovisioner.Connectors.MySql;

/// <summary>Connections to one server, with faults in the field's terms.</summary>
internal sealed class MySqlServer : IAsyncDisposable
{
    public const string ConnectionKey = "connection";
    public const string TrustKey = "caFile";

    /// <summary>
    /// MySqlConnector writes parameters into the statement itself and escapes with backslashes, which is right only while the server reads them so: on a server
    /// whose sql_mode has NO_BACKSLASH_ESCAPES a text could end early. A connection from the pool was reset to the server's own modes, so this is said each time.
    /// https://mariadb.com/kb/en/sql-mode/, https://mysqlconnector.net/connection-options/
    /// </summary>
    private const string Modes = "set session sql_mode = 'STRICT_ALL_TABLES'";

    private readonly MySqlDataSource home;
    private readonly ServerDialect dialect;

    /// <exception cref="SystemFaultException">A setting cannot be used.</exception>
    public MySqlServer(SettingsReader values, SystemLimits limits, ServerDialect dialect)
    {
        this.dialect = dialect;
        var connection = values.Required(ConnectionKey);
        var trusted = values.Trust(TrustKey) is null ? null : values.Optional(TrustKey);
        var seconds = (uint)Math.Clamp((int)limits.Timeout.TotalSeconds, 1, 3600);
        try
        {
            var settings = new MySqlConnectionStringBuilder(connection)
            {
                ApplicationName = "deprovisioner",
                ConnectionTimeout = seconds,
                DefaultCommandTimeout = seconds,
                MaximumPoolSize = (uint)limits.Concurrency + 1,
                ConnectionReset = true,
                NoBackslashEscapes = false,
                AllowUserVariables = false,
                AllowLoadLocalInfile = false,
                PersistSecurityInfo = false,
            };
            if (trusted is not null)
            {
                (settings.SslCa, settings.SslMode) = (trusted, MySqlSslMode.VerifyFull);
            }
            else if (!IsHere(settings.Server) && settings.SslMode == MySqlSslMode.Preferred)
            {
                // The library's default takes any certificate, and no encryption where the server offers none; it would hand out the password.
                settings.SslMode = MySqlSslMode.VerifyFull;
            }

            Encrypted = settings.SslMode is MySqlSslMode.VerifyFull or MySqlSslMode.VerifyCA || IsHere(settings.Server);
            home = new MySqlDataSource(settings.ConnectionString);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidOperationException or NotSupportedException or OverflowException)
        {
            // Without the inner exception: its message may quote a part of a password.
            throw values.Unusable(ConnectionKey, "is no MySqlConnector connection string (Server=…;User ID=…;Password=…)");
        }
    }

    /// <summary>Whether nobody between here and the server can read along or take its place.</summary>
    public bool Encrypted { get; }

    /// <summary>
    /// Does something on a connection. The token is honoured even where the library waits for a server that does not answer at all: the
    /// connection is then left to its own limit in time.
    /// </summary>
    public async Task<T> WorkAsync<T>(Func<MySqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        var running = Task.Run(() => ConnectAndWorkAsync(work, cancellationToken), cancellationToken);
        try
        {
            return await running.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _ = running.ContinueWith(static left => left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    public ValueTask DisposeAsync() => home.DisposeAsync();

    private static bool IsHere(string server) => server is "localhost" or "127.0.0.1" or "::1" || server.StartsWith('/');

    private async Task<T> ConnectAndWorkAsync<T>(Func<MySqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        MySqlConnection connection;
        try
        {
            connection = await home.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception error) when (MySqlFaults.Of(error, connecting: true) is { } fault)
        {
            throw new SystemFaultException(fault, error);
        }

        await using (connection)
        {
            try
            {
                await using var modes = new MySqlCommand(Modes, connection);
                await modes.ExecuteNonQueryAsync(cancellationToken);
                return connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase) == dialect.IsMariaDb
                    ? await work(connection)
                    : throw new SystemFaultException(new Fault(Outcome.Unauthorized, Fault.Misconfigured, $"The server is {(dialect.IsMariaDb ? "no" : "a")} MariaDB: write connector: {(dialect.IsMariaDb ? "mysql" : "mariadb")}."));
            }
            catch (Exception error) when (MySqlFaults.Of(error, connecting: false) is { } fault)
            {
                throw new SystemFaultException(fault, error);
            }
        }
    }
}
