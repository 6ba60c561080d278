using Deprovisioner.Core.Notifying;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Policies;

public sealed class NotificationsReaderTests
{
    private const string Mail = "mail: {server: \"smtp://mail.example.test\", from: d@example.test}";

    [Fact]
    public void Without_a_word_of_it_nobody_is_told()
        => Assert.Empty(Yaml.Read(Yaml.Valid).Configuration!.Notifications.Receivers);

    [Fact]
    public void All_of_a_webhook_is_read()
    {
        var webhook = Assert.Single(Read("webhooks: {siem: {url: \"https://siem.example.test/x?y=1\", secret: [\"${env:NEW}\", \"${env:OLD}\"], events: [held, completed], timeout: 3s, for: 1d, caFile: /ca.pem}}").Webhooks);

        Assert.Equal(("siem", "https://siem.example.test/x?y=1", "/ca.pem"), (webhook.Name, webhook.Url, webhook.CaFile));
        Assert.Equal(["${env:NEW}", "${env:OLD}"], webhook.Secrets);
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromDays(1)), (webhook.Timeout, webhook.For));
        Assert.Equal([SagaNotice.Completed, SagaNotice.Held], webhook.Events!.Order());
        Assert.True(webhook.Wants(SagaNotice.Held));
        Assert.False(webhook.Wants(SagaNotice.Started));
        Assert.False(webhook.Wants(null));
    }

    [Fact]
    public void A_webhook_that_says_nothing_else_is_told_of_everything()
    {
        var webhook = Assert.Single(Read("webhooks: {siem: {url: \"${env:SIEM_URL}\", secret: \"${env:S}\"}}").Webhooks);

        Assert.Null(webhook.Events);
        Assert.True(webhook.Wants(null));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromDays(3)), (webhook.Timeout, webhook.For));
    }

    [Fact]
    public void All_of_mail_is_read()
    {
        var read = Read("mail: {server: \"smtps://mail.example.test\", username: u, password: \"${env:P}\", from: d@example.test, publicUrl: \"https://console.example.test/x/\", caFile: /ca.pem}, recipients: {on-call: {to: [a@example.test, b@example.test], events: \"*\", digest: 1m, for: 2d}}");

        Assert.Equal(
            new MailServer { Host = "mail.example.test", Port = 465, Encryption = MailEncryption.Implicit, UserName = "u", Password = "${env:P}", From = "d@example.test", PublicUrl = "https://console.example.test/x", CaFile = "/ca.pem" },
            read.Mail);
        var recipient = Assert.Single(read.Recipients);
        Assert.Equal(["a@example.test", "b@example.test"], recipient.To);
        Assert.Null(recipient.Events);
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromDays(2)), (recipient.Digest, recipient.For));
    }

    [Fact]
    public void Mail_is_encrypted_and_people_are_told_of_what_they_must_do_unless_the_file_says_otherwise()
    {
        var read = Read($"{Mail}, recipients: {{on-call: {{to: a@example.test}}}}");

        Assert.Equal((587, MailEncryption.StartTls), (read.Mail!.Port, read.Mail.Encryption));
        Assert.Equal([SagaNotice.NeedsAttention, SagaNotice.Held, SagaNotice.DeadlineMissed], read.Recipients[0].Events!.Order());
        Assert.Equal(MailEncryption.None, Read("mail: {server: \"smtp://127.0.0.1:25\", from: d@example.test, starttls: none}").Mail!.Encryption);
    }

    [Theory]
    [InlineData("webhook: {}", "notifications.webhook", "not known here", "did you mean 'webhooks'?")]
    [InlineData("webhooks: [a]", "notifications.webhooks", "a list stands where a mapping", "siem")]
    [InlineData("webhooks: {SIEM: {url: \"https://a.test\", secret: \"${env:S}\"}}", "notifications.webhooks.SIEM", "no name for a receiver", "lower-case")]
    [InlineData("webhooks: {siem: {secret: \"${env:S}\"}}", "notifications.webhooks.siem.url", "'url' is missing", "https://")]
    [InlineData("webhooks: {siem: {url: \"ftp://a.test\", secret: \"${env:S}\"}}", "notifications.webhooks.siem.url", "no URL for a webhook", "https://")]
    [InlineData("webhooks: {siem: {url: \"https://u:hunter2@a.test\", secret: \"${env:S}\"}}", "notifications.webhooks.siem.url", "no URL for a webhook", "without a user name")]
    [InlineData("webhooks: {siem: {url: \"file:///etc/passwd\", secret: \"${env:S}\"}}", "notifications.webhooks.siem.url", "no URL for a webhook", "https://")]
    [InlineData("webhooks: {siem: {url: \"${home}\", secret: \"${env:S}\"}}", "notifications.webhooks.siem.url", "not complete or not of a known kind", "${env:NAME}")]
    [InlineData("webhooks: {siem: {url: \"https://a.test\"}}", "notifications.webhooks.siem.secret", "'secret' is missing", "${env:SIEM_SECRET}")]
    [InlineData("webhooks: {siem: {url: \"https://a.test\", secret: whsec_hunter2}}", "notifications.webhooks.siem.secret", "a secret stands here as a value", "write a reference")]
    [InlineData("webhooks: {siem: {url: \"https://a.test\", secret: [\"${env:A}\", \"${env:B}\", \"${env:C}\"]}}", "notifications.webhooks.siem.secret", "3 secrets", "the new one and the old one")]
    [InlineData("webhooks: {siem: {url: \"https://a.test\", secret: \"${env:S}\", events: [hold]}}", "notifications.webhooks.siem.events", "'hold' is no kind of event", "did you mean 'held'?")]
    [InlineData("webhooks: {siem: {url: \"https://a.test\", secret: \"${env:S}\", timeout: 5m}}", "notifications.webhooks.siem.timeout", "out of range", "100ms to 1m")]
    [InlineData("webhooks: {siem: {url: \"https://a.test\", secret: \"${env:S}\", retries: 5}}", "notifications.webhooks.siem.retries", "not known here", "")]
    [InlineData("mail: {from: d@example.test}", "notifications.mail.server", "'server' is missing", "smtp://")]
    [InlineData("mail: {server: mail.example.test, from: d@example.test}", "notifications.mail.server", "no address of a mail server", "smtp://HOST:PORT")]
    [InlineData("mail: {server: \"smtp://u:hunter2@mail.example.test\", from: d@example.test}", "notifications.mail.server", "more than a host and a port", "username and password beside it")]
    [InlineData("mail: {server: \"smtp://mail.example.test\", from: \"D <d@example.test>\"}", "notifications.mail.from", "no mail address", "bare address")]
    [InlineData("mail: {server: \"smtps://mail.example.test\", from: d@example.test, starttls: required}", "notifications.mail.starttls", "encrypted from the first byte", "take 'starttls' away")]
    [InlineData("mail: {server: \"smtp://mail.example.test\", from: d@example.test, starttls: maybe}", "notifications.mail.starttls", "says nothing of encryption", "required, none")]
    [InlineData("mail: {server: \"smtp://mail.example.test\", from: d@example.test, username: u}", "notifications.mail.username", "together or not at all", "write both")]
    [InlineData("mail: {server: \"smtp://mail.example.test\", from: d@example.test, username: u, password: hunter2}", "notifications.mail.password", "a secret stands here as a value", "write a reference")]
    [InlineData("mail: {server: \"smtp://mail.example.test\", from: d@example.test, username: u, password: \"${env:P}\", starttls: none}", "notifications.mail.starttls", "everybody can read it", "starttls: required")]
    [InlineData("mail: {server: \"smtp://mail.example.test\", from: d@example.test, publicUrl: \"javascript:alert(1)\"}", "notifications.mail.publicUrl", "no base address", "https://")]
    [InlineData("recipients: {on-call: {to: a@example.test}}", "notifications.recipients", "not said how mail is sent", "mail: {server")]
    [InlineData(Mail + ", recipients: {on-call: {digest: 1m}}", "notifications.recipients.on-call.to", "'to' is missing", "on-call@example.test")]
    [InlineData(Mail + ", recipients: {on-call: {to: \"a@example.test, b@example.test\"}}", "notifications.recipients.on-call.to", "no mail address", "bare address")]
    [InlineData(Mail + ", recipients: {on-call: {to: \"a@example.test\\r\\nBcc: b@example.test\"}}", "notifications.recipients.on-call.to", "no mail address", "bare address")]
    [InlineData(Mail + ", recipients: {on-call: {to: a@example.test, digest: 2d}}", "notifications.recipients.on-call.digest", "out of range", "1d")]
    [InlineData(Mail + ", webhooks: {one: {url: \"https://a.test\", secret: \"${env:S}\"}}, recipients: {one: {to: a@example.test}}", "notifications.recipients", "the name of a webhook too", "a name of its own")]
    public void A_fault_says_where_and_what_to_write_instead_and_no_secret(string line, string path, string message, string remedy)
    {
        var fault = Yaml.OneFault(With(line));
        Assert.Equal(path, fault.Path);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, fault.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
    }

    private static NotificationSettings Read(string line)
    {
        var reading = With(line);
        Assert.Empty(reading.Faults);
        return reading.Configuration!.Notifications;
    }

    private static Core.Policies.ConfigurationReading With(string line) => Yaml.With("defaults:\n", $"notifications: {{{line}}}\ndefaults:\n");
}
