using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Looks again at people for whom only time has passed: an employment begins, a leave ends, what was under way has answered.</summary>
internal sealed class DuePersonsLoop(DuePersons due, FactWriter writer, Readiness readiness, TimeProvider clock, ILogger<DuePersonsLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Database.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var person in await due.Due(stoppingToken))
                {
                    var answer = await writer.Commit(new Fact.PersonDue(person), stoppingToken);
                    log.LogInformation("Person {Person} was due: {Verdict}. {Reason}", person, answer.Verdict, answer.Reason);
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("People who are due cannot be looked at now ({Error}); trying again in {Pause}.", error.Message, Pause);
            }

            await Task.Delay(Pause, clock, stoppingToken);
        }
    }
}
