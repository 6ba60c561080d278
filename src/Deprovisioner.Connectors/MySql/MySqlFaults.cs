using System.Net.Sockets;
using System.Security.Authentication;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using MySqlConnector;

namespace Deprovisioner.Connectors.MySql;

/// <summary>
/// What a server's errors mean. Numbers: https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html and https://mariadb.com/kb/en/mariadb-error-codes/
/// (the two differ from 1900 on; no number here means something else on the other).
/// </summary>
internal static class MySqlFaults
{
    /// <summary>1141, 1147, 1403: there is no such grant. 1962, 1959: no such membership, no such role. 1094: the session has ended.</summary>
    public static bool IsGoneAlready(MySqlException error) => error.Number is 1141 or 1147 or 1403 or 1959 or 1962 or 1094;

    /// <summary>1227: the statement needs a privilege that the account lacks. https://mariadb.com/kb/en/mariadb-error-codes/</summary>
    public static bool IsPrivilegeMissing(MySqlException error) => error.Number == 1227;

    /// <param name="number">The server's.</param>
    /// <param name="message">Its words: they name accounts and objects, never values of the connection.</param>
    public static Fault Of(int number, string message)
    {
        var code = $"mysql-{number}";
        return number switch
        {
            // Denied: at sign-in (1045, 1698; 3118, 4151: our own account is locked; 1820, 1862: its password has expired), for a database, a table, a column, a routine, a session, a privilege;
            // 1130: not from this host; 1049: the connection names a database that is not there; 1251, 1524: a plugin that is missing here or there; 3159: TLS only.
            1045 or 1698 or 3118 or 4151 or 1820 or 1862 or 1130 or 1049 or 1251 or 1524 or 3159
                => new Fault(Outcome.Unauthorized, code, message),
            1146 when message.Contains("'mysql.", StringComparison.Ordinal) => new Fault(Outcome.Unauthorized, code, $"{message}: the server is older than MariaDB 10.4 or MySQL 8.0."),
            1044 or 1142 or 1143 or 1370 or 1095 or 1227 or 1410 => new Fault(Outcome.Unauthorized, code, $"{message}: the connection's account lacks a right."),

            // Too many connections, of all (1040) or of this account (1203, 1226); shutdown; lock waits and deadlocks; read-only until a failover is through (1290, 1836);
            // no part of its cluster (1047); interrupted; a statement's time is over (1969, 3024); the disk is full (1021); blocked for failed tries (1129).
            1040 or 1203 or 1226 or 1053 or 1205 or 1213 or 1290 or 1836 or 1047 or 1317 or 1927 or 1969 or 3024 or 1021 or 1129 => new Fault(Outcome.Transient, code, message),

            // An entry that vanished is found gone by reading back. One that is there and cannot be altered is not in the server's memory
            // (https://mariadb.com/kb/en/server-system-variables/#skip_name_resolve): it lets nobody in until the server starts otherwise.
            1396 => new Fault(Outcome.Rejected, code, $"{message}: the server ignores the entry, as it does with host names while skip_name_resolve is on. Delete the entry's row, or FLUSH PRIVILEGES, then replay."),
            _ => new Fault(Outcome.Rejected, code, message),
        };
    }

    /// <summary>The fault for what the library throws; null: not one of a database's.</summary>
    /// <param name="connecting">Whether the connection was still being made, so that nothing can have been sent.</param>
    public static Fault? Of(Exception error, bool connecting) => error switch
    {
        _ when connecting && Inner<AuthenticationException>(error)
            => new Fault(Outcome.Unauthorized, Fault.Untrusted, "The server shows a certificate that is not trusted, or speaks no TLS: set caFile, or correct the certificate."),
        MySqlException { ErrorCode: MySqlErrorCode.CommandTimeoutExpired } => NoAnswer("no answer came in time"),

        // The library's own numbers for a broken connection, and the client's of the C interface.
        MySqlException { ErrorCode: MySqlErrorCode.UnableToConnectToHost } or MySqlException { Number: < 1000 or (>= 2000 and < 2100) } or SocketException or IOException or TimeoutException
            => connecting ? new Fault(Outcome.Transient, Fault.Unreachable, Reason(error)) : NoAnswer(Reason(error)),
        MySqlException { Number: var number, Message: var message } => Of(number, message),
        _ => null,
    };

    private static Fault NoAnswer(string why) => new(Outcome.Indeterminate, Fault.NoAnswer, $"The connection broke, or no answer came: {why}");

    private static bool Inner<T>(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is T)
            {
                return true;
            }
        }

        return false;
    }

    private static string Reason(Exception error)
        => error.InnerException is SocketException { SocketErrorCode: var socket } ? $"{socket}." : error.Message;
}
