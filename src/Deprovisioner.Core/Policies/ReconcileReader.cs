using Deprovisioner.Core.Policies.Yaml;
using Deprovisioner.Core.Reconciling;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads <c>reconcile</c>.</summary>
internal static class ReconcileReader
{
    /// <summary>Null where the file has none, or a fault was added: then only who asks for it gets it.</summary>
    public static ReconcileSettings? Read(YamlFields root)
    {
        if (root.Take("reconcile") is not { } item || YamlFields.Of(item, "reconcile", root.Faults, "{every: 7d}") is not { } fields)
        {
            return null;
        }

        var every = fields.Span("every", TimeSpan.FromHours(1), TimeSpan.FromDays(366));
        fields.RefuseRest("every");
        if (!fields.Has("every"))
        {
            root.Refuse("reconcile", "it is not said how often", "write every, like reconcile: {every: 7d}");
        }

        return every is { } span ? new(span) : null;
    }
}
