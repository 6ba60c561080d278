using Deprovisioner.Testing;

namespace Deprovisioner.Benchmarks.Site;

/// <summary>This program once more, as something else.</summary>
internal static class Self
{
    /// <param name="command">A hidden sub-command.</param>
    public static ServerProcess Start(string command, IReadOnlyDictionary<string, string?> environment)
        => ServerProcess.Start(Environment.ProcessPath!, [command], environment);
}
