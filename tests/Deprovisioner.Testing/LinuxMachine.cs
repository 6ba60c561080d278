using System.Globalization;

namespace Deprovisioner.Testing;

/// <summary>
/// A Linux machine of its own: a private mount and process namespace with its own /etc, /home, /run, /var/… and an OpenSSH server on loopback, prepared for the connector by the
/// shipped <c>deploy/linux-ssh/install.sh</c>. Its accounts are real to everything inside and unknown outside; the host is not changed. All of it ends with its first process.
/// </summary>
public sealed class LinuxMachine : IAsyncDisposable
{
    /// <summary>What makes the namespace a machine. $1: the folder with what is installed; $2: sshd's port.</summary>
    private const string Setup = """
        set -eu
        mount -t tmpfs -o mode=755 machine "$1/root"
        cp -a /etc "$1/root/etc"
        mount --bind "$1/root/etc" /etc
        for folder in /home /run /var/spool /var/mail /var/log /var/lib /usr/local/sbin; do mount -t tmpfs -o mode=755 machine "$folder"; done
        mkdir -p /run/sshd /run/sudo /var/spool/cron/crontabs /var/spool/cron/atjobs /var/lib/systemd/linger
        touch /var/log/wtmp /run/utmp
        rm -f /etc/ssh/ssh_host_* /etc/ssh/sshd_config.d/* /etc/sudoers.d/*
        printf '%s\n' 'Defaults env_reset' 'Defaults secure_path="/usr/sbin:/usr/bin:/sbin:/bin"' 'Defaults use_pty' 'root ALL=(ALL:ALL) ALL' '@includedir /etc/sudoers.d' >/etc/sudoers
        chmod 0440 /etc/sudoers
        for kind in ed25519 ecdsa; do ssh-keygen -q -t $kind -N '' -f /etc/ssh/ssh_host_${kind}_key; done
        printf '%s\n' "Port $2" 'ListenAddress 127.0.0.1' 'UsePAM yes' 'PasswordAuthentication yes' 'KbdInteractiveAuthentication no' 'MaxStartups 200' >/etc/ssh/sshd_config
        groupadd readers
        groupadd writers
        "$1/install.sh" "$(cat "$1/key.pub")" >"$1/installed"
        useradd --create-home --shell /bin/bash canary
        /usr/sbin/sshd -D -E "$1/sshd.log" &
        wait $!
        """;

    private readonly TemporaryFolder folder = new("linux");
    private ServerProcess? machine;
    private string first = "";

    private LinuxMachine()
    {
    }

    public int Port { get; } = LoopbackPort.Free();

    /// <summary>The fingerprints that the installation printed.</summary>
    public string HostKeys { get; private set; } = "";

    /// <summary>The connector's private key.</summary>
    public string PrivateKey => File.ReadAllText(folder["key"]);

    /// <summary>A private key that is nobody's at first.</summary>
    public string OtherKey => File.ReadAllText(folder["other"]);

    public string OtherPublicKey => File.ReadAllText(folder["other.pub"]).Trim();

    /// <param name="passphrase">Encrypts a third key, which nobody authorizes.</param>
    public static async Task<LinuxMachine> StartNew(string passphrase)
    {
        var started = new LinuxMachine();
        try
        {
            await started.Start(passphrase);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>The third key, encrypted.</summary>
    public string EncryptedKey => File.ReadAllText(folder["encrypted"]);

    /// <summary>Runs a shell script on the machine as root. The arguments are its $1, $2, …</summary>
    public async Task<string> Run(string script, params string[] arguments) => (await Try(script, arguments)) is (0, var output)
        ? output
        : throw new InvalidOperationException($"On the machine: {script}\n{(await Try(script, arguments)).Output}");

    /// <summary>The same, where it may fail.</summary>
    public Task<(int ExitCode, string Output)> Try(string script, params string[] arguments)
        => Privileged.Run("nsenter", ["--target", first, "--mount", "--pid", "--", "env", "-i", "PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TZ=UTC", "sh", "-euc", script, "sh", .. arguments], mayFail: true);

    /// <summary>Signs in with OpenSSH's own client and the other key, and runs a command there.</summary>
    public Task<(int ExitCode, string Output)> SignInWithKey(string account, string command = "true", string key = "other", int? port = null)
        => Ssh(account, command, ["-i", folder[key], "-o", "IdentitiesOnly=yes", "-o", "PreferredAuthentications=publickey", "-o", "BatchMode=yes"], new Dictionary<string, string?>(), port);

    /// <summary>Signs in with OpenSSH's own client and a password.</summary>
    public Task<(int ExitCode, string Output)> SignInWithPassword(string account, string password, string command = "true", int? port = null)
        => Ssh(
            account, command, ["-o", "PreferredAuthentications=password", "-o", "PubkeyAuthentication=no", "-o", "NumberOfPasswordPrompts=1"],
            new Dictionary<string, string?> { ["SSH_ASKPASS"] = folder["askpass"], ["SSH_ASKPASS_REQUIRE"] = "force", ["PASSWORD_OF_THE_TEST"] = password }, port);

    public async ValueTask DisposeAsync()
    {
        if (first.Length > 0)
        {
            // The namespace's first process takes all others with it, and then the mounts.
            await Privileged.Run("kill", ["-9", first], mayFail: true);
            await machine!.Ended(TimeSpan.FromSeconds(10));
        }

        machine?.Dispose();
        await Privileged.Run("rm", ["-rf", folder["installed"], folder["sshd.log"], folder["root"]]);
        folder.Dispose();
    }

    private async Task Start(string passphrase)
    {
        foreach (var (name, secret) in new[] { ("key", ""), ("other", ""), ("encrypted", passphrase) })
        {
            await ServerProcess.Run("ssh-keygen", ["-q", "-t", "ed25519", "-N", secret, "-f", folder[name]]);
        }

        foreach (var file in new[] { "deprovisioner-account", "install.sh" })
        {
            File.Copy(Repository.PathOf("deploy", "linux-ssh", file), folder[file]);
        }

        File.SetUnixFileMode(folder.Write("askpass", "#!/bin/sh\nprintf '%s\\n' \"$PASSWORD_OF_THE_TEST\"\n"), (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(folder["root"]);
        string[] arguments = ["--mount", "--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c", Setup, "machine", folder.Path, Port.ToString(CultureInfo.InvariantCulture)];
        machine = ServerProcess.Start(Privileged.Program("unshare"), Privileged.Arguments("unshare", arguments));
        first = await Eventually.Value("the machine's first process", FirstProcess);
        await Eventually.True("sshd to answer", async () => machine.HasExited ? throw new InvalidOperationException(machine.Output) : (await Ssh("nobody", "true", ["-o", "BatchMode=yes"], new Dictionary<string, string?>(), null)).Output.Contains("Permission denied", StringComparison.Ordinal));
        HostKeys = string.Join(' ', (await Privileged.Run("grep", ["^SHA256:", folder["installed"]])).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    /// <summary>The process below unshare (and sudo, which puts itself in between) that runs our script.</summary>
    private async Task<string?> FirstProcess()
    {
        var parent = machine!.Id.ToString(CultureInfo.InvariantCulture);
        for (var depth = 0; depth < 4; depth++)
        {
            var (found, child) = await ServerProcess.Run("pgrep", ["-P", parent], mayFail: true);
            if (found != 0)
            {
                return null;
            }

            parent = child.Trim();
            if ((await ServerProcess.Run("ps", ["-o", "comm=", "-p", parent], mayFail: true)).Output.Trim() == "sh")
            {
                return parent;
            }
        }

        return null;
    }

    private Task<(int ExitCode, string Output)> Ssh(string account, string command, IEnumerable<string> options, IReadOnlyDictionary<string, string?> environment, int? port)
        => ServerProcess.Run(
            "ssh",
            [
                "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", $"UserKnownHostsFile={folder["known_hosts"]}", "-o", "ConnectTimeout=10", .. options,
                "-p", (port ?? Port).ToString(CultureInfo.InvariantCulture), $"{account}@127.0.0.1", command,
            ],
            environment, mayFail: true, limit: TimeSpan.FromSeconds(20));
}
