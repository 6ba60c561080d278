using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Tells once of each task that is past its due time.</summary>
internal sealed class OverdueTasksLoop(OverdueTasks tasks, FactWriter writer, AheadSignals signals, Readiness readiness, TimeProvider clock, ILogger<OverdueTasksLoop> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Sweep.Woken(signals.Of(AheadKind.Tasks), "Overdue tasks", Pass, readiness, clock, log, stoppingToken);

    internal async Task Pass(CancellationToken stoppingToken)
    {
        var late = await tasks.Find(stoppingToken);
        if (late.Count > 0)
        {
            await writer.Commit(new Fact.TasksOverdue(late), stoppingToken);
            log.LogWarning("{Tasks} tasks are past their due time: see 'tasks list --overdue'.", late.Count);
        }
    }
}
