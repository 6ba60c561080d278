namespace Deprovisioner.Console.SignIn;

/// <summary>For whom an address is.</summary>
internal static class RequestKind
{
    private static readonly string[] Roots = ["/api", "/ingest", "/signals"];

    /// <summary>Answers are for programs: problem details in place of pages and redirects.</summary>
    public static bool IsForMachines(HttpRequest request)
        => Roots.Any(root => request.Path.StartsWithSegments(root, StringComparison.OrdinalIgnoreCase));
}
