using Deprovisioner.Storage;
using Deprovisioner.Storage.Dispatching;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Works out the figures of leavers whose saga was over before they were kept: after an upgrade once, and then hardly ever.</summary>
internal sealed class MissingFiguresLoop(MissingFigures figures, Readiness readiness, TimeProvider clock, ILogger<MissingFiguresLoop> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Nothing needs it sooner.</summary>
    private readonly Signal sooner = new();

    public override void Dispose()
    {
        sooner.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Sweep.Woken(sooner, "Figures of leavers", Pass, readiness, clock, log, stoppingToken, Interval);

    internal async Task Pass(CancellationToken stoppingToken)
    {
        var (all, some) = (0, 0);
        do
        {
            some = await figures.Fill(stoppingToken);
            all += some;
        }
        while (some == MissingFigures.MostAtOnce);

        if (all > 0)
        {
            log.LogInformation("The figures of {Leavers} leavers were worked out: reports add them up without reading their steps.", all);
        }
    }
}
