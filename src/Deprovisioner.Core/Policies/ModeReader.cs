using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads <c>mode</c>, of one system or of all.</summary>
internal static class ModeReader
{
    public static bool Observes(YamlFields fields)
    {
        var mode = fields.Text("mode", "observe");
        if (mode is not (null or "observe" or "enforce"))
        {
            fields.Refuse("mode", $"{Shown.Quoted(mode)} is no mode", Suggestion.Remedy(mode, ["observe", "enforce"]));
        }

        return mode == "observe";
    }

    /// <summary>Who observes everything means it: a system cannot take itself out.</summary>
    public static IReadOnlyList<SystemSettings> Under(bool observeAll, IReadOnlyList<SystemSettings> systems)
        => observeAll ? [.. systems.Select(system => system with { Observe = true })] : systems;
}
