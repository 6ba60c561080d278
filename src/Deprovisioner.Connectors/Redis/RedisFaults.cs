using System.Security.Authentication;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using StackExchange.Redis;

namespace Deprovisioner.Connectors.Redis;

/// <summary>What a node's errors mean; they begin with a word in capitals (https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors).</summary>
internal static class RedisFaults
{
    public const string NoPermission = "redis-noperm";

    private static readonly string[] SaidWhileConnecting = ["WRONGPASS", "NOAUTH", "NOPERM", "LOADING", "DENIED"];

    /// <summary>The fault for what the library throws; null: it is none of a node's.</summary>
    public static Fault? Of(Exception error, string node, bool isConnecting) => error switch
    {
        RedisServerException { Message: var message } => Said(message, node),
        _ when Said(error) is { } said => Said(said, node),
        _ when Inner<AuthenticationException>(error) is not null
            => new Fault(Outcome.Unauthorized, Fault.Untrusted, $"{node} shows a certificate that is not trusted, or speaks no TLS: set caFile, or correct the certificate."),
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => new Fault(Outcome.Unauthorized, "redis-auth", $"{node} refuses the credential."),
        RedisConnectionException or RedisTimeoutException or TimeoutException or ObjectDisposedException => isConnecting
            ? new Fault(Outcome.Transient, Fault.Unreachable, $"{node} does not answer.")
            : new Fault(Outcome.Indeterminate, Fault.NoAnswer, $"The connection to {node} broke, or no answer came."),
        _ => null,
    };

    /// <summary>The fault for an error's text.</summary>
    public static Fault Said(string message, string node)
    {
        var word = message.Split(' ', 2)[0];
        return new Fault(
            word switch
            {
                // Older than 6, or renamed.
                _ when message.StartsWith("ERR unknown command", StringComparison.OrdinalIgnoreCase) => Outcome.Unauthorized,
                "NOPERM" or "WRONGPASS" or "NOAUTH" or "DENIED" => Outcome.Unauthorized,

                // It starts, is busy with a script, is out of memory or disk, is not through with a failover.
                "LOADING" or "BUSY" or "OOM" or "MISCONF" or "MASTERDOWN" or "CLUSTERDOWN" or "TRYAGAIN" or "READONLY" or "UNBLOCKED" => Outcome.Transient,
                _ => Outcome.Rejected,
            },
            $"redis-{word.ToLowerInvariant()}",
            $"{node}: {message}");
    }

    /// <summary>What the node said while the library connected, which it wraps in words of its own.</summary>
    private static string? Said(Exception error)
        => SaidWhileConnecting.FirstOrDefault(word => Texts(error).Any(text => text.Contains(word, StringComparison.Ordinal))) is { } found
            ? $"{found} said when connecting"
            : null;

    private static IEnumerable<string> Texts(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            yield return error.Message;
        }
    }

    private static T? Inner<T>(Exception? error)
        where T : Exception
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is T found)
            {
                return found;
            }
        }

        return null;
    }
}
