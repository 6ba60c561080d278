namespace Deprovisioner.Testing;

/// <summary>A domain controller's ports are fixed, and only root may open them: anybody else runs it by sudo, which must not ask.</summary>
internal static class Privileged
{
    public static string Program(string program) => Environment.IsPrivilegedProcess ? program : "sudo";

    public static IEnumerable<string> Arguments(string program, IEnumerable<string> arguments) => Environment.IsPrivilegedProcess ? arguments : ["-n", "--", program, .. arguments];

    public static Task<(int ExitCode, string Output)> Run(string program, IEnumerable<string> arguments, bool mayFail = false) => ServerProcess.Run(Program(program), Arguments(program, arguments), mayFail: mayFail);
}
