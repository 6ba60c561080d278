using Deprovisioner.Storage.Dispatching;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Looks at rows whose time has come. By the rows and not by a timer, so that no time spent down loses one.</summary>
internal static class Sweep
{
    /// <summary>Whatever may be wrong with what wakes a loop, it looks after so long.</summary>
    private static readonly TimeSpan AtLast = TimeSpan.FromMinutes(5);

    /// <summary>After a look that failed.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>At the start and whenever it is woken, until told to stop; a pass that fails is logged, and the next one follows all the same.</summary>
    /// <param name="what">For the log, in the plural: <c>Deadlines</c>.</param>
    /// <param name="pass">One look at what is due.</param>
    /// <param name="atLast">A look follows after so long though nobody woke it; null: five minutes.</param>
    public static async Task Woken(
        Signal signal, string what, Func<CancellationToken, Task> pass, Readiness readiness, TimeProvider clock, ILogger log, CancellationToken stoppingToken, TimeSpan? atLast = null)
    {
        await readiness.Database.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await pass(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("{What} could not be looked at ({Error}); the next look follows in {Pause}.", what, error.Message, Pause);
                await Task.Delay(Pause, clock, stoppingToken);
                continue;
            }

            await signal.Wait(atLast ?? AtLast, stoppingToken);
        }
    }
}
