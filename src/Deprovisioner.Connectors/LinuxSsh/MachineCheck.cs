using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.LinuxSsh;

/// <summary>Whether the machine is prepared as the connector needs it. That it answers at all shows the pinned host key, the key, sudo and the program's version.</summary>
internal static class MachineCheck
{
    private const string Install = "Run deploy/linux-ssh/install.sh on the machine again.";

    public static async Task<SystemCheck> RunAsync(AccountProgram program, CancellationToken cancellationToken)
    {
        var told = await program.AskAsync(new ProgramRequest("check"), cancellationToken);
        var forced = await program.IsForcedAsync(cancellationToken);
        var missing = told.All("missing").ToList();
        return new SystemCheck(
            Reachable: true,
            $"{told["system"]}, program {AccountProgram.Version} (sha256 {told["sha256"]})",
            [
                Finding("may change accounts", told["may-write"] == LinuxAccounts.Yes, "The program runs as root and cannot write /etc/shadow or /var/lib/deprovisioner-account: the machine's file system is read-only, or sudo confines it."),
                Finding("the key leads to the program and to no shell", forced, $"The service account can run other commands. {Install}"),
                Finding("nobody but root can change the program", told["program-safe"] == LinuxAccounts.Yes, $"/usr/local/sbin/deprovisioner-account, or a folder above it, can be written by others. {Install}"),
                Finding("tools", missing.Count == 0, $"Install on the machine: {string.Join(", ", missing)}."),
                told["use-pam"] switch
                {
                    "yes" => new CheckFinding("sshd refuses expired accounts (by PAM)", Ok: true),

                    // auth_shadow_acctexpired in https://github.com/openssh/openssh-portable/blob/V_9_2_P1/auth.c
                    "no" => new CheckFinding("sshd refuses expired accounts (by itself, without PAM)", Ok: true),
                    _ => Finding("sshd's settings", ok: false, "sshd -T does not answer on the machine, so that it is not known where keys are: correct sshd's configuration; until then revoke-credentials cannot be verified."),
                },
            ]);
    }

    private static CheckFinding Finding(string subject, bool ok, string remedy) => new(subject, ok, ok ? null : remedy);
}
