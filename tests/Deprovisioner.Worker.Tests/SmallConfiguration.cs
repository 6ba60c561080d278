namespace Deprovisioner.Worker.Tests;

/// <summary>The smallest files that are good, and bad, in a known place.</summary>
internal static class SmallConfiguration
{
    public const string Text =
        """
        systems:
          badge: {connector: manual, owner: facilities}
        policies:
          - name: leaver
            when: {event: terminated}
            stages: [{name: contain, within: 1h, steps: [{system: badge, action: manual-task}]}]
        """;

    /// <summary>The first in line 2, the second in line 6.</summary>
    public static readonly string WithTwoFaults = Text
        .Replace("{connector: manual, owner: facilities}", "{owner: , connector: manual}", StringComparison.Ordinal)
        .Replace("action: manual-task", "action: manual-tsk", StringComparison.Ordinal);
}
