using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Looks now and then at rows whose time has come. By the rows and not by a timer, so that no time spent down loses one.</summary>
internal static class Sweep
{
    /// <summary>Until told to stop; a pass that fails is logged, and the next one follows all the same.</summary>
    /// <param name="what">For the log, in the plural: <c>Deadlines</c>.</param>
    /// <param name="pass">One look at what is due.</param>
    public static async Task Every(TimeSpan pause, string what, Func<CancellationToken, Task> pass, Readiness readiness, TimeProvider clock, ILogger log, CancellationToken stoppingToken)
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
                log.LogWarning("{What} could not be looked at ({Error}); the next look follows in {Pause}.", what, error.Message, pause);
            }

            await Task.Delay(pause, clock, stoppingToken);
        }
    }
}
