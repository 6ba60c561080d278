using Deprovisioner.Contracts;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Checking;
using Deprovisioner.Worker.Dispatching;
using Deprovisioner.Worker.Running;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Checking;

/// <summary>Asks connector hosts to look at systems.</summary>
internal sealed class SystemChecksLoop(CheckClaims claims, CommandSender sender, AheadSignals signals, Readiness readiness, TimeProvider clock, ILogger<SystemChecksLoop> log) : BackgroundService
{
    /// <summary>A question that nobody takes is asked again after this.</summary>
    private static readonly TimeSpan Unsent = TimeSpan.FromSeconds(5);

    /// <summary>A broker that takes longer is taken for gone; its client may wait for it without end.</summary>
    private static readonly TimeSpan SendWithin = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Sweep.Woken(signals.Of(AheadKind.Checks), "Checks of systems", Pass, readiness, clock, log, stoppingToken);

    private async Task Pass(CancellationToken stoppingToken)
    {
        foreach (var question in await claims.Claim(stoppingToken))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            limit.CancelAfter(SendWithin);
            try
            {
                await sender.Send(question, Transport.ListQueue(question.System), limit.Token).WaitAsync(limit.Token);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Check {Check} of {System} could not be asked for ({Error}); it is again in {Wait}.", question.CheckId, question.System, error.Message, Unsent);
                await claims.HandBack(question, Unsent, stoppingToken);
            }
        }
    }
}
