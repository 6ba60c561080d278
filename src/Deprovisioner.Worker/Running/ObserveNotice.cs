using Deprovisioner.Core.Policies;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Says at the start that something is only observed: somebody may believe that access is cut.</summary>
internal static class ObserveNotice
{
    public static void Log(ILoggerFactory logs, Configuration configuration)
    {
        var log = logs.CreateLogger("Deprovisioner.Worker.Mode");
        var observed = configuration.Systems.Where(system => system.Observe).Select(system => system.Name).ToList();
        if (configuration.Observe)
        {
            log.LogWarning("Mode observe: nothing is changed on any system.");
        }
        else if (observed.Count > 0)
        {
            log.LogWarning("Only observed, so that nothing is changed there: {Systems}.", string.Join(", ", observed));
        }
    }
}
