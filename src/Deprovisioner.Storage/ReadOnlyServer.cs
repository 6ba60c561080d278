using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>
/// After a fail-over a pooled connection may still reach the server that was demoted, through a proxy for ever: it answers, and takes nothing. Who meets that clears the pool, so that the
/// next connections go to where the name or the proxy leads now.
/// </summary>
internal static class ReadOnlyServer
{
    public static bool Answered(PostgresException error) => error.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction;
}
