namespace Deprovisioner.Testing;

/// <summary>PostgreSQL refuses to run as root; anybody else runs it as themselves.</summary>
internal static class Unprivileged
{
    private const string User = "postgres";

    public static string Program(string program) => Environment.IsPrivilegedProcess ? "setpriv" : program;

    public static IEnumerable<string> Arguments(string program, IEnumerable<string> arguments)
        => Environment.IsPrivilegedProcess ? [$"--reuid={User}", $"--regid={User}", "--clear-groups", program, .. arguments] : arguments;

    public static async Task Own(string path)
    {
        if (Environment.IsPrivilegedProcess)
        {
            await ServerProcess.Run("chown", [$"{User}:{User}", path]);
        }
    }
}
