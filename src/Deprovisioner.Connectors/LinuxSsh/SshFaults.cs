using System.Net.Sockets;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Renci.SshNet.Common;

namespace Deprovisioner.Connectors.LinuxSsh;

/// <summary>What a failure of the connection means.</summary>
internal static class SshFaults
{
    /// <summary>Nothing was signed or sent: the key exchange ends before the credential is shown.</summary>
    public static readonly Fault OtherMachine = new(
        Outcome.Unauthorized, "host-key", "The machine's host key is none of those in hostKey: it was set up anew, or it is another machine. Compare the fingerprints on the machine itself (ssh-keygen -lf) and correct hostKey.");

    /// <summary>The fault for what the library throws; null: not one of a connection's.</summary>
    /// <param name="connecting">Whether the connection was still being made, so that nothing can have been asked.</param>
    public static Fault? Of(Exception error, bool connecting) => error switch
    {
        SshAuthenticationException => new Fault(Outcome.Unauthorized, "key-refused", "The machine does not take the private key for the service account: it is not authorized, or the account is not there."),
        SshOperationTimeoutException or SshConnectionException or SocketException or IOException or ObjectDisposedException => connecting
            ? new Fault(Outcome.Transient, Fault.Unreachable, Reason(error))
            : new Fault(Outcome.Indeterminate, Fault.NoAnswer, "The connection broke, or no answer came."),

        // A session that sshd did not open (MaxSessions), so that nothing was asked.
        SshException => new Fault(Outcome.Transient, "session-refused", "sshd did not open a session."),
        _ => null,
    };

    private static string Reason(Exception error) => error switch
    {
        SocketException { SocketErrorCode: var socket } => $"{socket}.",
        SshOperationTimeoutException => "no answer in time.",
        SshConnectionException { DisconnectReason: var reason } => $"the connection was closed ({reason}).",
        _ => $"{error.GetType().Name}.",
    };
}
