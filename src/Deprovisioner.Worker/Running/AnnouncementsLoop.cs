using Deprovisioner.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>
/// Keeps a connection that hears at once of what another process wrote (NOTIFY): requests, and events that came without a broker, and that tells migrators which version works here. What is not heard is found by the sweep.
/// </summary>
internal sealed class AnnouncementsLoop(OperatorActs acts, SchemaMigrations migrations, AheadSignals signals, Readiness readiness, TimeProvider clock, ILogger<AnnouncementsLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>A connection that broke without a word is noticed after so long, by asking on it.</summary>
    private static readonly TimeSpan Ask = TimeSpan.FromSeconds(30);

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
                    await migrations.TellPresence(listening, stoppingToken);
                    if (await OperatorActs.Announced(listening, Ask, stoppingToken))
                    {
                        signals.SetAll();
                    }
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Requests are not heard at once now but found by the sweep ({Error}); listening again in {Pause}.", error.Message, Pause);
                await Task.Delay(Pause, clock, stoppingToken);
            }
        }
    }
}
