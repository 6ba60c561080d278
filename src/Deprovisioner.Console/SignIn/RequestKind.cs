namespace Deprovisioner.Console.SignIn;

/// <summary>For whom an address is.</summary>
internal static class RequestKind
{
    /// <summary>Answers are for programs: problem details in place of pages and redirects.</summary>
    public static bool IsForMachines(HttpRequest request)
        => request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || request.Path.StartsWithSegments("/ingest", StringComparison.OrdinalIgnoreCase);
}
