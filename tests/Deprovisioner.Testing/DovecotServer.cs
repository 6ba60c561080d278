using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Deprovisioner.Testing;

/// <summary>
/// A mail server of its own: Dovecot with Pigeonhole, on free ports, gone afterwards. Tests look at it with doveadm, and deliver with dovecot-lda; what scripts forward goes to a real SMTP server.
/// </summary>
public sealed class DovecotServer : IAsyncDisposable
{
    /// <summary>Who may act for every mailbox.</summary>
    public const string Administrator = "deprovisioner";

    public const string Password = "master-of-the-test";

    private readonly TemporaryFolder folder = new("dovecot");
    private readonly List<string> mailboxes = [];
    private readonly SemaphoreSlim writing = new(1, 1);
    private ServerProcess? server;
    private SmtpServer relay = null!;
    private string ids = "";

    private DovecotServer()
    {
    }

    /// <summary>Where ManageSieve listens.</summary>
    public int Port { get; } = LoopbackPort.Free();

    /// <summary>The authority that signed the certificate for 127.0.0.1, and one of the same name that has signed nothing.</summary>
    public string Authority => folder["ca.pem"];

    public string OtherAuthority => folder["other-ca.pem"];

    /// <summary>The mails that left the server, by whom they went to.</summary>
    public IEnumerable<string> SentTo => relay.Mails.SelectMany(mail => mail.To);

    /// <param name="tls">Whether it takes passwords by STARTTLS only; else it offers none.</param>
    /// <param name="looksForMailbox">Whether the administrator's sign-in asks whether the mailbox is there: <c>result_success</c> of the master passdb.</param>
    /// <param name="administratorHasMailbox">Whether the administrator can also sign in as nobody else.</param>
    public static async Task<DovecotServer> StartNew(bool tls = false, bool looksForMailbox = true, bool administratorHasMailbox = true)
    {
        var started = new DovecotServer();
        try
        {
            await started.Start(tls, looksForMailbox);
            await started.AddMailbox("canary@example.test");
            if (administratorHasMailbox)
            {
                await started.AddMailbox(Administrator, password: Password);
            }

            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds mailboxes, and waits until the server knows of them: it looks at its file once a second.</summary>
    public async Task AddMailboxes(params string[] names)
    {
        await Add(names.Select(name => Entry(name, "", "owner-of-the-test")));
        await Known(names[^1]);
    }

    /// <param name="extra">Fields for its sign-in, such as <c>nologin</c>: https://doc.dovecot.org/2.3/configuration_manual/authentication/password_database_extra_fields/</param>
    public async Task AddMailbox(string name, string extra = "", string password = "owner-of-the-test")
    {
        await Add([Entry(name, extra, password)]);
        await Known(name);
    }

    /// <summary>Stores a script as its owner would. The server compiles it.</summary>
    public async Task Put(string mailbox, string name, string script, bool active = false)
    {
        var file = folder.Write($"{Guid.NewGuid():N}.sieve", script);
        await Unprivileged.Own(file);
        await Run("sh", "-c", "file=$1; shift; exec doveadm \"$@\" <\"$file\"", "sh", file, "-c", folder["dovecot.conf"], "sieve", "put", "-u", mailbox, name);
        if (active)
        {
            await Doveadm("sieve", "activate", "-u", mailbox, name);
        }
    }

    /// <summary>Overwrites the text of a stored script beside the server, which does not look at it.</summary>
    public Task Spoil(string mailbox, string name, byte[] script) => File.WriteAllBytesAsync(Path.Combine(Home(mailbox), "sieve", $"{name}.sieve"), script);

    /// <summary>Its scripts as the server lists them, the one that runs with <c>ACTIVE</c> behind it.</summary>
    public async Task<string> Scripts(string mailbox) => (await Doveadm("sieve", "list", "-u", mailbox)).Trim();

    public Task<string> Script(string mailbox, string name) => Doveadm("sieve", "get", "-u", mailbox, name);

    /// <summary>Runs doveadm, and gives what it printed.</summary>
    public Task<string> Doveadm(params string[] arguments) => Run("doveadm", ["-c", folder["dovecot.conf"], .. arguments]);

    /// <summary>Delivers a mail, with the scripts that run.</summary>
    public async Task Deliver(string mailbox, string subject)
    {
        var mail = folder.Write($"{Guid.NewGuid():N}.eml", $"From: customer@example.test\nTo: {mailbox}\nSubject: {subject}\nMessage-ID: <{Guid.NewGuid():N}@example.test>\n\nHello.\n");
        await Run("/usr/lib/dovecot/dovecot-lda", "-c", folder["dovecot.conf"], "-d", mailbox, "-f", "customer@example.test", "-p", mail);
    }

    /// <summary>How many mails lie in the mailbox.</summary>
    public async Task<int> Delivered(string mailbox) => (await Doveadm("search", "-u", mailbox, "ALL")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    public ValueTask DisposeAsync()
    {
        server?.Dispose();
        relay?.Dispose();
        writing.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private string Entry(string name, string extra, string password) => $"{name}:{{PLAIN}}{password}:{ids}::{Home(name)}::{extra}";

    private string Home(string mailbox) => folder[$"homes/{Convert.ToHexString(Encoding.UTF8.GetBytes(mailbox))}"];

    private async Task Add(IEnumerable<string> entries)
    {
        await writing.WaitAsync();
        try
        {
            mailboxes.AddRange(entries);
            File.Move(folder.Write("users.new", string.Join('\n', mailboxes) + "\n"), folder["users"], overwrite: true);
        }
        finally
        {
            writing.Release();
        }
    }

    private Task Known(string mailbox) => Eventually.True("the mailbox to be known", async () => (await Doveadm("user", mailbox)).Contains("home", StringComparison.Ordinal));

    private static async Task<string> Run(string program, params string[] arguments)
        => (await ServerProcess.Run(Unprivileged.Program(program), Unprivileged.Arguments(program, arguments))).Output;

    private static async Task<string> Id(string option) => (await ServerProcess.Run("id", [option, Unprivileged.Name])).Output.Trim();

    private async Task Start(bool tls, bool looksForMailbox)
    {
        await Certificates.Make(folder);
        await Unprivileged.Own(folder["server.key"]);
        foreach (var place in new[] { "run", "state", "homes" })
        {
            Directory.CreateDirectory(folder[place]);
            await Unprivileged.Own(folder[place]);
        }

        ids = $"{await Id("-u")}:{await Id("-g")}";
        relay = await SmtpServer.StartAsync(SmtpEncryption.None, asks: false);
        folder.Write("masters", $"{Administrator}:{{PLAIN}}{Password}\n");
        folder.Write("users", "");
        var configuration = folder.Write("dovecot.conf", Configuration(await Id("-gn"), tls, looksForMailbox));
        server = ServerProcess.Start(Unprivileged.Program("dovecot"), Unprivileged.Arguments("dovecot", ["-F", "-c", configuration]), folder: folder.Path);
        await Eventually.True("Dovecot to greet", async () => server.HasExited ? throw new InvalidOperationException(server.Output) : await Greets());
    }

    private async Task<bool> Greets()
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port);
        var greeting = new byte[1];
        return await client.GetStream().ReadAsync(greeting) > 0;
    }

    /// <summary>
    /// Everything below the folder, as one user, without a root directory of its own for any process, which is for root only. Whoever signs in wrongly waits for nothing:
    /// https://doc.dovecot.org/2.3/configuration_manual/authentication/auth_penalty/
    /// </summary>
    private string Configuration(string group, bool tls, bool looksForMailbox) => $$"""
        base_dir = {{folder["run"]}}
        state_dir = {{folder["state"]}}
        log_path = /dev/stderr
        protocols = sieve
        listen = 127.0.0.1
        default_internal_user = {{Unprivileged.Name}}
        default_internal_group = {{group}}
        default_login_user = {{Unprivileged.Name}}
        first_valid_uid = 1
        mail_location = maildir:~/Maildir
        auth_mechanisms = plain
        auth_failure_delay = 0
        ssl = {{(tls ? "required" : "no")}}
        disable_plaintext_auth = {{(tls ? "yes" : "no")}}
        ssl_cert = <{{folder["server.pem"]}}
        ssl_key = <{{folder["server.key"]}}
        passdb {
          driver = passwd-file
          master = yes
          args = {{folder["masters"]}}
          result_success = {{(looksForMailbox ? "continue" : "return-ok")}}
        }
        passdb {
          driver = passwd-file
          args = {{folder["users"]}}
        }
        userdb {
          driver = passwd-file
          args = {{folder["users"]}}
        }
        service anvil {
          chroot =
          unix_listener anvil-auth-penalty {
            mode = 0
          }
        }
        service managesieve-login {
          chroot =
          inet_listener sieve {
            port = {{Port.ToString(CultureInfo.InvariantCulture)}}
          }
        }
        protocol lda {
          mail_plugins = sieve
          postmaster_address = postmaster@example.test
        }
        hostname = mail.example.test
        submission_host = 127.0.0.1:{{relay.Port.ToString(CultureInfo.InvariantCulture)}}
        plugin {
          sieve = file:~/sieve;active=~/.dovecot.sieve
          sieve_max_redirects = 4
        }

        """;
}
