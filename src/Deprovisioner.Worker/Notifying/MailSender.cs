using System.Net.Sockets;
using System.Security.Cryptography;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Core.Notifying;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Deprovisioner.Worker.Notifying;

/// <summary>Hands mails in at a server (RFC 5321). A connection for each: mails are few, and a kept one would be closed by most servers meanwhile.</summary>
internal sealed class MailSender(ISecrets secrets)
{
    /// <summary>For one mail, all of it. RFC 5321, section 4.5.3.2, would wait longer; whoever needs that is tried again.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public async Task<DeliveryAnswer> Send(MailServer server, MimeMessage message, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            using var client = new OfferingClient();
            Trust(client, server);
            await client.ConnectAsync(server.Host, server.Port, Encryption(server.Encryption), limit.Token);
            if (server.UserName is { } userName)
            {
                await client.AuthenticateAsync(userName, secrets.Resolve(server.Password!), limit.Token);
            }

            await client.SendAsync(message, limit.Token);
            await TakeLeave(client, limit.Token);
            return new(DeliveryResult.Delivered, "smtp-250", client.RefusedAddresses == 0 ? null : $"{client.RefusedAddresses} of {message.To.Count} addresses were refused.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return NotificationCode.TimedOut(Limit);
        }
        catch (Exception error) when (Answer(error) is not null)
        {
            return Answer(error)!;
        }
    }

    /// <summary>Null: no fault of the server, the way to it or the configuration. Without the error's words: servers repeat addresses, and what they were sent.</summary>
    private static DeliveryAnswer? Answer(Exception error)
        => error switch
        {
            // RFC 5321, section 4.2.1: 5yz is for good. A refused sender or sign-in is the configuration's fault, which somebody may correct.
            SmtpCommandException { ErrorCode: SmtpErrorCode.MessageNotAccepted or SmtpErrorCode.RecipientNotAccepted, StatusCode: >= (SmtpStatusCode)500 } refused
                => new(DeliveryResult.Refused, Code(refused), $"The mail server refuses the mail or all its addresses ({(int)refused.StatusCode})."),
            SmtpCommandException command => NotificationCode.NotNow(Code(command), $"The mail server answers {(int)command.StatusCode}."),
            SecretMissingException missing => NotificationCode.Misconfigured(missing.Message),
            MailKit.Security.AuthenticationException or SaslException or ServiceNotAuthenticatedException => NotificationCode.NotNow("smtp-sign-in", "The mail server refuses the user name or the password, or wants one."),
            SslHandshakeException => NotificationCode.Untrusted(),
            NotSupportedException => NotificationCode.NotNow("smtp-no-starttls", "The mail server does not offer what is asked of it: STARTTLS, or a way to sign in."),
            CryptographicException or FileNotFoundException or UnauthorizedAccessException => NotificationCode.Misconfigured("The caFile cannot be read as a file of PEM certificates."),
            SocketException => NotificationCode.Unreachable("the connection is refused, or its name does not resolve"),
            IOException or ProtocolException or ServiceNotConnectedException => NotificationCode.NoAnswer(),
            TimeoutException => NotificationCode.TimedOut(Limit),
            _ => null,
        };

    private static string Code(SmtpCommandException error) => $"smtp-{(int)error.StatusCode}";

    private static SecureSocketOptions Encryption(MailEncryption encryption)
        => encryption switch
        {
            MailEncryption.Implicit => SecureSocketOptions.SslOnConnect,

            // Not "when available": somebody on the way could take the offer out.
            MailEncryption.StartTls => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.None,
        };

    private static void Trust(SmtpClient client, MailServer server)
    {
        // As everywhere else in .NET: a machine that may not reach the authority's lists would send no mail.
        client.CheckCertificateRevocation = false;
        if (server.CaFile is { } caFile)
        {
            var policy = TrustedAuthorities.Of(caFile);
            client.ServerCertificateValidationCallback = (_, certificate, _, errors) => TrustedAuthorities.VouchFor(policy, certificate, errors);
        }
    }

    /// <summary>The mail is handed in whatever comes now.</summary>
    private static async Task TakeLeave(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception error) when (error is IOException or ProtocolException or CommandException or OperationCanceledException)
        {
            // It closes by itself.
        }
    }

    /// <summary>One wrong address keeps the mail from nobody else.</summary>
    private sealed class OfferingClient : SmtpClient
    {
        public int RefusedAddresses { get; private set; }

        protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            // "Not now" for one is "not now" for the mail: it comes again under the same id, which whoever has it already knows.
            if ((int)response.StatusCode < 500)
            {
                base.OnRecipientNotAccepted(message, mailbox, response);
            }

            RefusedAddresses++;
        }
    }
}
