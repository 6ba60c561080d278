using System.Diagnostics;
using Deprovisioner.Contracts;
using Deprovisioner.Storage.Dispatching;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Dispatching;

/// <summary>
/// Sends what is due. Woken by commits, and once a second by nothing at all: the sweep finds what no signal announces any more (a lease that ran out, a retry or a
/// scheduled saga whose time has come, what another replica left).
/// </summary>
internal sealed class Dispatcher(
    StepClaims claims, CommandSender sender, FactWriter writer, DispatchSignal signal, Readiness readiness, TimeProvider clock, ILogger<Dispatcher> log) : BackgroundService
{
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(1);

    /// <summary>A command for which nobody listens is offered again after this.</summary>
    private static readonly TimeSpan Unsent = TimeSpan.FromSeconds(5);

    /// <summary>A broker that takes longer is taken for gone; its client may wait for it without end.</summary>
    private static readonly TimeSpan SendWithin = TimeSpan.FromSeconds(10);

    /// <summary>Leases are counted in seconds: a look for those that ran out need not follow every commit.</summary>
    private long? lookedForExpired;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Database.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Sweep;
            try
            {
                wait = await Pass(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is (a library's own cancellation too), the loop must go on: nothing is lost, since what was claimed comes back by its lease.
                log.LogError(error, "A dispatch pass failed; the next follows in {Wait}.", wait);
            }

            if (wait > TimeSpan.Zero)
            {
                await signal.Wait(wait, stoppingToken);
            }
        }
    }

    private async Task<TimeSpan> Pass(CancellationToken stoppingToken)
    {
        if (lookedForExpired is not { } last || clock.GetElapsedTime(last) >= Sweep)
        {
            await TakeBackExpired(stoppingToken);
            lookedForExpired = clock.GetTimestamp();
        }

        signal.AwaitsRoom = true;
        var dispatch = await claims.Claim(stoppingToken);
        signal.AwaitsRoom = dispatch.IsHeldUp;
        await Task.WhenAll(dispatch.Commands.Select(command => Send(command, stoppingToken)));
        if (dispatch.HasToAsk && await claims.ToAskAbout(stoppingToken) is { Count: > 0 } sagas)
        {
            // Its commit wakes the next pass, which claims what was cleared.
            await writer.Commit(new Fact.StepsComeDue(sagas), stoppingToken);
        }

        foreach (var (obstacle, steps) in dispatch.Blocked)
        {
            await writer.Commit(new Fact.StepsBlocked(steps, obstacle), stoppingToken);
        }

        return dispatch.Wait < Sweep ? dispatch.Wait : Sweep;
    }

    private async Task TakeBackExpired(CancellationToken stoppingToken)
    {
        var expired = await claims.TakeBackExpired(stoppingToken);
        if (expired.Count > 0)
        {
            WorkerTelemetry.LeasesExpired.Add(expired.Count);
            log.LogWarning("{Steps} steps were not answered within their lease and are sent again.", expired.Count);
            await writer.Commit(new Fact.StepsBlocked(expired, Reason: null), stoppingToken);
        }
    }

    private async Task Send(ExecuteSteps command, CancellationToken stoppingToken)
    {
        using var span = WorkerTelemetry.Start("steps send", ActivityKind.Producer, command.Steps[0].TraceParent);
        span?.SetTag("system", command.System.Value);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(SendWithin);
        try
        {
            await sender.Send(command, limit.Token).WaitAsync(limit.Token);
            WorkerTelemetry.StepsSent.Add(command.Steps.Count, new KeyValuePair<string, object?>("system", command.System.Value));
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            log.LogWarning("{Steps} steps for {System} could not be sent ({Error}); they are offered again in {Wait}.", command.Steps.Count, command.System, error.Message, Unsent);
            await claims.HandBack(command, Unsent, stoppingToken);
            await writer.Commit(new Fact.StepsBlocked([.. command.Steps.Where(step => !step.Probe).Select(step => (step.SagaId, step.StepId))], Reason: null), stoppingToken);
        }
    }
}
