namespace Deprovisioner.Testing;

/// <summary>PostgreSQL refuses to run as root, and so do Dovecot's sign-ins; anybody else runs them as themselves.</summary>
internal static class Unprivileged
{
    private const string User = "postgres";

    /// <summary>As whom they run.</summary>
    public static string Name => Environment.IsPrivilegedProcess ? User : Environment.UserName;

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
