using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Tells once of each task that is past its due time. Looks at the rows now and then: what became late while nothing ran is found as well.</summary>
internal sealed class OverdueTasksLoop(OverdueTasks tasks, FactWriter writer, Readiness readiness, TimeProvider clock, ILogger<OverdueTasksLoop> log) : BackgroundService
{
    /// <summary>People work by hours: nobody waits for this.</summary>
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Database.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await tasks.Find(stoppingToken) is { Count: > 0 } late)
                {
                    await writer.Commit(new Fact.TasksOverdue(late), stoppingToken);
                    log.LogWarning("{Tasks} tasks are past their due time: see 'tasks list --overdue'.", late.Count);
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Overdue tasks cannot be looked for now ({Error}); trying again in {Wait}.", error.Message, Sweep);
            }

            await Task.Delay(Sweep, clock, stoppingToken);
        }
    }
}
