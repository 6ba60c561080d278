using System.Globalization;
using System.Text.Json;

namespace Deprovisioner.Testing;

/// <summary>How an <see cref="SmtpServer"/> wants to be spoken to.</summary>
public enum SmtpEncryption
{
    /// <summary>STARTTLS is offered, and nothing taken before it.</summary>
    StartTls,

    /// <summary>From the first byte.</summary>
    Implicit,

    /// <summary>None is offered.</summary>
    None,
}

/// <summary>A mail as the server read it, with its own parser.</summary>
/// <param name="To">Whom the envelope names.</param>
/// <param name="User">Who had signed in; null: nobody.</param>
public sealed record ReceivedMail(string From, IReadOnlyList<string> To, bool Encrypted, string? User, IReadOnlyList<IReadOnlyList<string>> Headers, string Plain, string? Html)
{
    public string this[string header] => string.Join(" | ", Headers.Where(h => h[0].Equals(header, StringComparison.OrdinalIgnoreCase)).Select(h => h[1]));
}

/// <summary>A real SMTP server (Debian's python3-aiosmtpd) on loopback that keeps what it gets, with a certificate under an authority made for it.</summary>
public sealed class SmtpServer : IDisposable
{
    public const string User = "deprovisioner";
    public const string Password = "smtp-secret";

    private readonly TemporaryFolder folder;
    private readonly ServerProcess process;

    private SmtpServer(TemporaryFolder folder, int port, ServerProcess process) => (this.folder, Port, this.process) = (folder, port, process);

    public int Port { get; }

    /// <summary>The authority of the server's certificate, PEM.</summary>
    public string CaFile => folder["ca.pem"];

    /// <summary>An authority of the same name that has signed nothing, PEM.</summary>
    public string OtherCaFile => folder["other-ca.pem"];

    /// <summary>What it got so far, in order.</summary>
    public IReadOnlyList<ReceivedMail> Mails
        => [.. Directory.GetFiles(folder.Path, "mail-*.json").Order(StringComparer.Ordinal).Select(file => JsonSerializer.Deserialize<ReceivedMail>(File.ReadAllText(file), JsonSerializerOptions.Web)!)];

    /// <param name="asks">Whether it wants <see cref="User"/> and <see cref="Password"/>.</param>
    public static async Task<SmtpServer> StartAsync(SmtpEncryption encryption = SmtpEncryption.StartTls, bool asks = true)
    {
        var place = new TemporaryFolder("smtp");
        await Certificates.Make(place);
        place.Write("settings.json", JsonSerializer.Serialize(new
        {
            certificate = encryption is SmtpEncryption.None ? null : place["server.pem"],
            key = place["server.key"],
            @implicit = encryption is SmtpEncryption.Implicit,
            user = asks ? User : null,
            password = Password,
        }));
        place.Write("answers.json", "{}");
        var port = LoopbackPort.Free();
        var started = ServerProcess.Start("/usr/bin/python3", [Repository.PathOf("tests", "Deprovisioner.Testing", "Mail", "smtp-server.py"), place.Path, port.ToString(CultureInfo.InvariantCulture)]);
        try
        {
            await Eventually.True(
                "the SMTP server to listen",
                () => Task.FromResult(started.HasExited ? throw new InvalidOperationException($"It ended:\n{started.Output}") : started.Output.Contains("listening", StringComparison.Ordinal)));
            return new SmtpServer(place, port, started);
        }
        catch
        {
            started.Dispose();
            place.Dispose();
            throw;
        }
    }

    /// <summary>What it says from now on instead of taking a mail.</summary>
    /// <param name="to"><c>data</c>, or <c>rcpt ADDRESS</c>.</param>
    /// <param name="answer">An answer such as <c>451 Not now</c>; to <c>data</c> also <c>hang</c>, or <c>cut</c>: it keeps the mail and hangs up. Null: it takes everything again.</param>
    public void Answers(string to, string? answer) => folder.Write("answers.json", answer is null ? "{}" : JsonSerializer.Serialize(new Dictionary<string, string> { [to] = answer }));

    public void Dispose()
    {
        process.Dispose();
        folder.Dispose();
    }
}
