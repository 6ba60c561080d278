using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Brings sagas whose deadline has passed to a decision. Every replica looks; the first to reach a saga tells of it.</summary>
internal sealed class DeadlineLoop(Deadlines deadlines, FactWriter writer, Readiness readiness, TimeProvider clock, ILogger<DeadlineLoop> log) : BackgroundService
{
    /// <summary>A deadline is minutes or days: told a few seconds late, it is told in time.</summary>
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Database.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var more = false;
            try
            {
                more = await Pass(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Deadlines could not be looked at ({Error}); the next look follows in {Sweep}.", error.Message, Sweep);
            }

            if (!more)
            {
                await Task.Delay(Sweep, clock, stoppingToken);
            }
        }
    }

    /// <summary>True where there may be more at once.</summary>
    private async Task<bool> Pass(CancellationToken stoppingToken)
    {
        var sagas = await deadlines.Passed(stoppingToken);
        if (sagas.Count == 0)
        {
            return false;
        }

        var answer = await writer.Commit(new Fact.DeadlinesPassed(sagas), stoppingToken);
        log.LogWarning("Deadlines: {Reason}", answer.Reason);
        return sagas.Count == Deadlines.MostAtOnce;
    }
}
