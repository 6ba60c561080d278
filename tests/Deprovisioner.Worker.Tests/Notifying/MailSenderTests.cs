using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Core.Notifying;
using Deprovisioner.Storage.Notifying;
using Deprovisioner.Testing;
using Deprovisioner.Worker.Notifying;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Tests.Notifying;

/// <summary>Against a real SMTP server, whose own parser says what a mail is.</summary>
public sealed class MailSenderTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly MailRecipient OnCall = new() { Name = "on-call", To = ["a@example.test", "b@example.test"] };

    private readonly TemporaryFolder folder = new("mail");
    private readonly ServiceProvider services = new ServiceCollection().AddSecrets().BuildServiceProvider();

    [Fact]
    public async Task A_mail_goes_out_encrypted_and_signed_in_and_says_that_a_program_wrote_it()
    {
        using var server = await SmtpServer.StartAsync();

        Assert.Equal(new DeliveryAnswer(DeliveryResult.Delivered, "smtp-250"), await Send(server));

        var mail = Assert.Single(server.Mails);
        Assert.Equal(("d@example.test", true, SmtpServer.User), (mail.From, mail.Encrypted, mail.User));
        Assert.Equal(["a@example.test", "b@example.test"], mail.To);
        Assert.Equal(("d@example.test", "a@example.test, b@example.test"), (mail["From"], mail["To"]));
        Assert.Equal("40 sagas need attention: crm answers http-409", mail["Subject"]);
        Assert.Equal("auto-generated", mail["Auto-Submitted"]);
        Assert.Equal("Mon, 02 Mar 2026 09:00:00 +0000", mail["Date"]);
        Assert.Equal($"<{MessageIds.Of("on-call", Thing(), At.AddHours(-1), 1, "d@example.test")}>", mail["Message-ID"]);
        Assert.Equal("", mail["References"]);
        Assert.Equal(
            """
            40 sagas cannot go on by themselves: crm answers http-409. Repair it, then replay.

            - 00000000-0000-0000-0000-00000000000a, person P1, policy leaver
              https://console.example.test/sagas/00000000-0000-0000-0000-00000000000a
            and 39 more

            In the console: https://console.example.test/attention?system=crm&code=http-409

            --
            Sent by Deprovisioner. Nobody reads answers to this address.
            """,
            mail.Plain.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("-- \n", "--\n", StringComparison.Ordinal).TrimEnd());
    }

    [Fact]
    public async Task An_update_stands_beside_the_mail_that_it_follows()
    {
        using var server = await SmtpServer.StartAsync();

        await Send(server, number: 2);

        var first = $"<{MessageIds.Of("on-call", Thing(), At.AddHours(-1), 1, "d@example.test")}>";
        var mail = Assert.Single(server.Mails);
        Assert.Equal((first, first), (mail["References"], mail["In-Reply-To"]));
        Assert.NotEqual(first, mail["Message-ID"]);
    }

    /// <summary>A code is what a target system says.</summary>
    [Fact]
    public async Task What_a_system_says_adds_no_header_no_recipient_and_no_markup()
    {
        using var server = await SmtpServer.StartAsync();
        const string Hostile = "x\r\nBcc: c@example.test\r\n\r\n<script>alert(1)</script>{{lead}}\u202e";

        await Send(server, new MailThing(Core.Sagas.SagaNotice.NeedsAttention, "crm", Hostile));

        var mail = Assert.Single(server.Mails);
        Assert.Equal(["a@example.test", "b@example.test"], mail.To);
        Assert.Equal("", mail["Bcc"]);
        Assert.Equal(["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-Id", "Subject", "To"], mail.Headers.Select(h => h[0]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("<script>", mail.Html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;{{lead}}", mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_encrypted_from_the_first_byte_is_spoken_to_so()
    {
        using var server = await SmtpServer.StartAsync(SmtpEncryption.Implicit);

        Assert.Equal("smtp-250", (await Send(server, settings: Settings(server) with { Encryption = MailEncryption.Implicit })).Code);
        Assert.True(Assert.Single(server.Mails).Encrypted);
    }

    [Fact]
    public async Task A_server_that_offers_no_encryption_gets_nothing_unless_the_file_says_so()
    {
        using var server = await SmtpServer.StartAsync(SmtpEncryption.None, asks: false);
        var settings = Settings(server) with { UserName = null, Password = null };

        Assert.Equal("smtp-no-starttls", (await Send(server, settings: settings)).Code);
        Assert.Empty(server.Mails);
        Assert.Equal("smtp-250", (await Send(server, settings: settings with { Encryption = MailEncryption.None })).Code);
        Assert.False(Assert.Single(server.Mails).Encrypted);
    }

    [Fact]
    public async Task A_server_that_nobody_trusted_vouches_for_gets_nothing()
    {
        using var server = await SmtpServer.StartAsync();

        Assert.Equal("untrusted", (await Send(server, settings: Settings(server) with { CaFile = null })).Code);
        Assert.Equal("untrusted", (await Send(server, settings: Settings(server) with { CaFile = server.OtherCaFile })).Code);
        Assert.Equal("untrusted", (await Send(server, settings: Settings(server) with { Host = "localhost" })).Code);
        Assert.Equal("misconfigured", (await Send(server, settings: Settings(server) with { CaFile = folder["nothing.pem"] })).Code);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_wrong_password_is_told_as_one_and_not_shown()
    {
        using var server = await SmtpServer.StartAsync();
        folder.Write("wrong", "hunter2-wrong");

        var answer = await Send(server, settings: Settings(server) with { Password = $"${{file:{folder["wrong"]}}}" });
        var without = await Send(server, settings: Settings(server) with { UserName = null, Password = null });

        Assert.Equal((DeliveryResult.NotNow, "smtp-sign-in"), (answer.Result, answer.Code));
        Assert.DoesNotContain("hunter2", answer.ToString(), StringComparison.Ordinal);
        Assert.Equal((DeliveryResult.NotNow, "smtp-sign-in"), (without.Result, without.Code));
    }

    [Fact]
    public async Task One_wrong_address_keeps_the_mail_from_nobody_else()
    {
        using var server = await SmtpServer.StartAsync();
        server.Answers("rcpt a@example.test", "550 5.1.1 No such user a@example.test");

        var answer = await Send(server);

        Assert.Equal((DeliveryResult.Delivered, "1 of 2 addresses were refused."), (answer.Result, answer.Error));
        Assert.Equal(["b@example.test"], Assert.Single(server.Mails).To);
    }

    [Theory]
    [InlineData("data", "451 4.3.0 Not now", DeliveryResult.NotNow, "smtp-451")]
    [InlineData("data", "554 5.7.1 Looks like spam", DeliveryResult.Refused, "smtp-554")]
    [InlineData("rcpt a@example.test", "450 4.2.1 Greylisted", DeliveryResult.NotNow, "smtp-450")]
    public async Task A_mail_is_tried_again_unless_it_is_refused_for_good(string to, string said, DeliveryResult result, string code)
    {
        using var server = await SmtpServer.StartAsync();
        server.Answers(to, said);

        var answer = await Send(server);

        Assert.Equal((result, code), (answer.Result, answer.Code));
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_mail_whose_answer_was_lost_is_sent_again_as_the_same_one()
    {
        using var server = await SmtpServer.StartAsync();
        server.Answers("data", "cut");
        var lost = await Send(server);
        server.Answers("data", null);
        var again = await Send(server);

        Assert.Equal((DeliveryResult.NotNow, DeliveryResult.Delivered), (lost.Result, again.Result));
        Assert.Equal(2, server.Mails.Count);
        Assert.Equal(server.Mails[0]["Message-ID"], server.Mails[1]["Message-ID"]);
        Assert.Equal(server.Mails[0].Plain, server.Mails[1].Plain);
        Assert.Equal(server.Mails[0]["Date"], server.Mails[1]["Date"]);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_unreachable()
    {
        using var server = await SmtpServer.StartAsync();

        Assert.Equal("unreachable", (await Send(server, settings: Settings(server) with { Port = LoopbackPort.Free() })).Code);
    }

    public void Dispose()
    {
        services.Dispose();
        folder.Dispose();
    }

    private static MailThing Thing() => MailThing.Parse("needs-attention/crm/http-409");

    private MailServer Settings(SmtpServer server)
    {
        folder.Write("password", SmtpServer.Password);
        return new()
        {
            Host = "127.0.0.1",
            Port = server.Port,
            Encryption = MailEncryption.StartTls,
            UserName = SmtpServer.User,
            Password = $"${{file:{folder["password"]}}}",
            From = "d@example.test",
            PublicUrl = "https://console.example.test",
            CaFile = server.CaFile,
        };
    }

    private async Task<DeliveryAnswer> Send(SmtpServer server, MailThing? thing = null, int number = 1, MailServer? settings = null)
    {
        var used = settings ?? Settings(server);
        var about = thing ?? Thing();
        var text = MailText.Of(new(about, number, 40, 0, [new ToldSaga(Guid.Parse("00000000-0000-0000-0000-00000000000a"), "P1", "leaver")]), used.PublicUrl);
        using var message = MailMessages.Of(used, OnCall, new ClaimedMail(about, number, At.AddHours(-1), At), text);
        return await new MailSender(services.GetRequiredService<ISecrets>()).Send(used, message, default);
    }
}
