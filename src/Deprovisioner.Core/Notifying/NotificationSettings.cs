using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Notifying;

/// <summary>Who is told of what was decided, beside those who listen on the bus: the checked <c>notifications</c> of the file.</summary>
/// <param name="Mail">Null: no mail is sent.</param>
/// <param name="Recipients">None where there is no <paramref name="Mail"/>.</param>
public sealed record NotificationSettings(IReadOnlyList<WebhookReceiver> Webhooks, MailServer? Mail, IReadOnlyList<MailRecipient> Recipients)
{
    public static readonly NotificationSettings None = new([], null, []);

    /// <summary>All of them; no two have the same name.</summary>
    public IEnumerable<NotificationReceiver> Receivers => [.. Webhooks, .. Recipients];
}

/// <summary>Somebody who is told.</summary>
public abstract record NotificationReceiver
{
    private protected NotificationReceiver()
    {
    }

    /// <summary>1 to 63 lower-case letters, digits and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>Of what; null: of everything, also of kinds that come with a later version.</summary>
    public IReadOnlySet<SagaNotice>? Events { get; init; }

    /// <summary>How long a delivery is tried, counted from when it was first due; 3 days unless told.</summary>
    public TimeSpan For { get; init; } = TimeSpan.FromDays(3);

    /// <param name="notice">Null: a kind that this version does not know.</param>
    public bool Wants(SagaNotice? notice) => Events is null || (notice is { } known && Events.Contains(known));
}

/// <summary>A program that gets each event by HTTP POST.</summary>
public sealed record WebhookReceiver : NotificationReceiver
{
    /// <summary>http or https, or a reference to one: some have a secret in their path.</summary>
    public required string Url { get; init; }

    /// <summary>One or two references, the first the newer: while a secret is changed every request is signed with both.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>For one request, all of it; 10 s unless told.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>PEM file of the authorities that vouch for the receiver; null: those of the machine.</summary>
    public string? CaFile { get; init; }
}

/// <summary>People who get one mail for one thing.</summary>
public sealed record MailRecipient : NotificationReceiver
{
    /// <summary>What people are told of unless they ask for more: what somebody has to do something about.</summary>
    public static readonly IReadOnlySet<SagaNotice> UsualEvents = new HashSet<SagaNotice> { SagaNotice.NeedsAttention, SagaNotice.Held, SagaNotice.DeadlineMissed };

    /// <summary>Mail addresses, at least one; all of them stand in one mail.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>How long like things are gathered before the one mail about them goes out; 5 min unless told.</summary>
    public TimeSpan Digest { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>Where mails are handed in.</summary>
public sealed record MailServer
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required MailEncryption Encryption { get; init; }

    /// <summary>Null: without signing in.</summary>
    public string? UserName { get; init; }

    /// <summary>A reference; null where there is no <see cref="UserName"/>.</summary>
    public string? Password { get; init; }

    /// <summary>The sender's address.</summary>
    public required string From { get; init; }

    /// <summary>Base address of the console, without a slash at its end; null: mails have no links.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>PEM file of the authorities that vouch for the server; null: those of the machine.</summary>
    public string? CaFile { get; init; }
}

/// <summary>How the way to the mail server is encrypted.</summary>
public enum MailEncryption
{
    /// <summary>From the first byte (RFC 8314, section 3.3): <c>smtps</c>.</summary>
    Implicit,

    /// <summary>STARTTLS (RFC 3207); a server that does not offer it gets nothing.</summary>
    StartTls,

    /// <summary>Not at all: for a relay on the same machine.</summary>
    None,
}
