namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>What is kept of an account for a restore, beside attributes by their own names.</summary>
internal static class DomainRestore
{
    /// <summary>The DN of the container in which it was.</summary>
    public const string Container = "container";

    /// <summary><c>true</c>: it wanted a smart card before, too.</summary>
    public const string RefusesPasswords = "refusesPasswords";
}
