using System.Text;
using Deprovisioner.Core.Notifying;
using Deprovisioner.Storage.Notifying;
using MimeKit;

namespace Deprovisioner.Worker.Notifying;

/// <summary>Mails as they go over the wire.</summary>
internal static class MailMessages
{
    /// <summary>The mail of a claimed delivery. Made again, it is the same one.</summary>
    public static MimeMessage Of(MailServer server, MailRecipient recipient, ClaimedMail mail, MailText text)
    {
        var message = Of(server, recipient, text, mail.ClosedAt, MessageIds.Of(recipient.Name, mail.Thing, mail.ThreadAt, mail.Number, server.From));
        if (mail.Number > 1)
        {
            // RFC 5322, section 3.6.4: mail programs put it beside the one that it follows.
            var first = MessageIds.Of(recipient.Name, mail.Thing, mail.ThreadAt, 1, server.From);
            message.References.Add(first);
            message.InReplyTo = first;
        }

        return message;
    }

    /// <param name="id">Without the angle brackets.</param>
    public static MimeMessage Of(MailServer server, MailRecipient recipient, MailText text, DateTimeOffset date, string id)
    {
        var message = new MimeMessage { MessageId = id, Date = date, Subject = OneLine(text.Subject), Body = new BodyBuilder { TextBody = MailTemplates.Plain(text), HtmlBody = MailTemplates.Html(text) }.ToMessageBody() };
        message.From.Add(new MailboxAddress("", server.From));
        message.To.AddRange(recipient.To.Select(address => new MailboxAddress("", address)));

        // RFC 3834, section 5: no holiday notices come back.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    /// <summary>A code comes from a target system: whatever is in it ends no header's line.</summary>
    private static string OneLine(string text) => string.Concat(text.EnumerateRunes().Select(rune => Rune.IsControl(rune) ? Rune.ReplacementChar : rune));
}
