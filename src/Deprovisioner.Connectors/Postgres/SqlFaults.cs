using System.Net.Sockets;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Connectors.Postgres;

/// <summary>What PostgreSQL's answers mean. Codes: https://www.postgresql.org/docs/15/errcodes-appendix.html</summary>
internal static class SqlFaults
{
    /// <summary>The fault for an SQLSTATE.</summary>
    /// <param name="state">Five characters.</param>
    /// <param name="message">The server's primary message: it names objects, never values of the connection.</param>
    public static Fault Of(string state, string message)
    {
        var code = $"sqlstate-{state}";
        return state switch
        {
            // invalid_authorization_specification, invalid_password
            ['2', '8', ..] => new Fault(Outcome.Unauthorized, code, message),

            // insufficient_privilege
            "42501" => new Fault(Outcome.Unauthorized, code, $"{message}: the connection's role lacks a right."),

            // invalid_catalog_name: the connection names a database that is not there, which is nobody's account's fault.
            "3D000" => new Fault(Outcome.Unauthorized, code, $"{message}: correct the connection."),

            // dependent_objects_still_exist
            "2BP01" => new Fault(Outcome.Rejected, code, $"{message}. Run transfer-data first, or look at what still depends on the role."),

            // read_only_sql_transaction: the address leads to a standby, until the failover is through.
            "25006" => new Fault(Outcome.Transient, code, $"{message}: the connection leads to a read-only server."),

            // undefined_object: a role vanished under our hands; reading again tells which.
            "42704" => new Fault(Outcome.Transient, code, message),

            // connection_exception, transaction_rollback (serialization, deadlock), insufficient_resources (too many connections, disk full)
            ['0', '8', ..] or ['4', '0', ..] or ['5', '3', ..] => new Fault(Outcome.Transient, code, message),

            // operator_intervention (shutdown, cannot_connect_now, query_canceled), object_in_use, lock_not_available, system_error,
            // internal_error ("tuple concurrently updated" where two alter one role)
            ['5', '7', ..] or "55006" or "55P03" or ['5', '8', ..] or ['X', 'X', ..] => new Fault(Outcome.Transient, code, message),

            _ => new Fault(Outcome.Rejected, code, message),
        };
    }

    /// <summary>The fault for what Npgsql throws; null: not one of a database's.</summary>
    /// <param name="connecting">Whether the connection was still being made, so that nothing can have been sent.</param>
    public static Fault? Of(Exception error, bool connecting) => error switch
    {
        PostgresException { SqlState: var state, MessageText: var text } => Of(state, text),
        NpgsqlException or SocketException or IOException or TimeoutException => connecting
            ? new Fault(Outcome.Transient, Fault.Unreachable, Reason(error))
            : new Fault(Outcome.Indeterminate, Fault.NoAnswer, $"The connection broke, or no answer came: {Reason(error)}"),
        _ => null,
    };

    private static string Reason(Exception error)
        => error.InnerException is SocketException { SocketErrorCode: var socket } ? $"{socket}." : error.Message;
}
