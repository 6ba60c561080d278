using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Carries out what people asked for. Hears of it by NOTIFY, and looks now and then in case it did not.</summary>
internal sealed class OperatorActsLoop(OperatorActs acts, FactWriter writer, Readiness readiness, TimeProvider clock, ILogger<OperatorActsLoop> log) : BackgroundService
{
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Database.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var listening = await acts.Listen(stoppingToken);
                while (true)
                {
                    foreach (var id in await acts.Requested(stoppingToken))
                    {
                        var answer = await writer.Commit(new Fact.ActRequested(id), stoppingToken);
                        log.LogInformation("Request {Act}: {Verdict}. {Reason}", id, answer.Verdict, answer.Reason);
                    }

                    await OperatorActs.Announced(listening, Sweep, stoppingToken);
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // Listening needs a connection of its own; when it is lost, a new one is opened.
                log.LogWarning("Requests cannot be heard now ({Error}); trying again in {Pause}.", error.Message, Pause);
                await Task.Delay(Pause, clock, stoppingToken);
            }
        }
    }
}
