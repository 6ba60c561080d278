using System.Net.Sockets;
using System.Security.Authentication;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>What a server's refusals mean (RFC 5804, section 1.3), and what it means that there is none.</summary>
internal static class ManageSieveFaults
{
    /// <summary>As the host calls it when a search for the canary finds nothing.</summary>
    public const string CanaryNotVisible = "canary-not-visible";

    /// <summary>It lets the administrator act for some, and not for this one.</summary>
    public const string NotSignedIn = "sign-in-refused";

    /// <summary>It hung up where it was to answer the sign-in, or failed.</summary>
    public const string NoSignIn = "sign-in-unanswered";

    /// <summary>The fault of a refusal, whatever was asked.</summary>
    public static SystemFaultException Of(ServerResponse response, string asked)
    {
        var said = response.Text is { } text ? $": {text}" : ".";
        return response.Code switch
        {
            "TRYLATER" => Fault(Outcome.Transient, "managesieve-trylater", $"The server asks to be tried later ({asked}){said}"),
            "ENCRYPT-NEEDED" or "AUTH-TOO-WEAK" or "TRANSITION-NEEDED" => Fault(Outcome.Unauthorized, $"managesieve-{response.Code.ToLowerInvariant()}", $"The server wants another way to sign in{said}"),
            "REFERRAL" => Fault(Outcome.Rejected, "managesieve-referral", "The mailbox is on another server: configure that one as a system of its own."),
            _ when response.Status is ResponseStatus.Bye => Fault(Outcome.Transient, "managesieve-bye", $"The server hung up ({asked}){said}"),
            var code => Fault(Outcome.Rejected, code is null ? "managesieve-no" : $"managesieve-{code.ToLowerInvariant()}", $"The server refuses {asked}{said}"),
        };
    }

    /// <summary>The fault for what the network throws; null: it is none of its.</summary>
    public static Fault? Of(Exception error, string server, bool isConnecting) => error switch
    {
        AuthenticationException => new Fault(Outcome.Unauthorized, Sdk.Fault.Untrusted, $"{server} shows a certificate that is not trusted or is another host's, or speaks no TLS: set caFile, or correct the certificate."),
        SocketException or IOException => isConnecting
            ? new Fault(Outcome.Transient, Sdk.Fault.Unreachable, $"{server} does not answer.")
            : new Fault(Outcome.Indeterminate, Sdk.Fault.NoAnswer, $"The connection to {server} broke."),
        _ => null,
    };

    public static SystemFaultException Garbled(string what) => Fault(Outcome.Rejected, "managesieve-protocol", $"The server does not speak ManageSieve: it sent {what}.");

    public static SystemFaultException TooMuch() => Fault(Outcome.Rejected, "managesieve-too-much", "The server sent more than an answer can be.");

    public static SystemFaultException Fault(Outcome outcome, string code, string message, Exception? inner = null) => new(new Fault(outcome, code, message), inner);
}
