namespace Deprovisioner.Testing;

/// <summary>The roles that <c>deploy/postgres/roles.sql</c> makes. On test servers each has its own name as its password.</summary>
public static class DatabaseRole
{
    public const string Owner = "deprovisioner_owner";

    public const string Orchestrator = "deprovisioner_orchestrator";

    public const string Console = "deprovisioner_console";

    public const string Auditor = "deprovisioner_auditor";

    /// <summary>Those whose rights differ by table; the owner's do not.</summary>
    public static IReadOnlyList<string> Limited { get; } = [Orchestrator, Console, Auditor];

    public static IReadOnlyList<string> All { get; } = [Owner, .. Limited];
}
