using Deprovisioner.Contracts;
using Deprovisioner.Storage.Dispatching;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Dispatching;

/// <summary>
/// Sends what is due. Woken by commits of this process at once, and by <see cref="WorkAheadLoop"/> when time alone makes something due: a lease that ran out, a retry or a scheduled saga whose time has come, what
/// another replica left. It is the rows that say so, and not the signal.
/// </summary>
internal sealed class Dispatcher(
    StepClaims claims, CommandSender sender, FactWriter writer, DispatchSignal signal, Readiness readiness, TimeProvider clock, ILogger<Dispatcher> log) : BackgroundService
{
    /// <summary>Whatever may be wrong with what wakes it, it looks after so long.</summary>
    private static readonly TimeSpan AtLast = TimeSpan.FromMinutes(1);

    /// <summary>After a pass that failed.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    /// <summary>A command for which nobody listens is offered again after this.</summary>
    private static readonly TimeSpan Unsent = TimeSpan.FromSeconds(5);

    /// <summary>A broker that takes longer is taken for gone; its client may wait for it without end.</summary>
    private static readonly TimeSpan SendWithin = TimeSpan.FromSeconds(10);

    /// <summary>
    /// When the process is told to stop, a pass that has begun may go on so long: what it has claimed is sent or handed back, and no lease hangs. Short, since the whole process has 30 s, of which the bus may take half.
    /// </summary>
    private static readonly TimeSpan FinishWithin = TimeSpan.FromSeconds(5);

    /// <summary>Leases and outages are counted in seconds: a look for leases that ran out, or for what a shut system holds up, need not follow every commit.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>Steps whose sagas are told of them in one transaction: more would hold up reports and urgent events meanwhile.</summary>
    private const int ToldAtOnce = 32;

    private long? lookedForExpired;
    private long lookedForBlocked;
    private bool foundBlocked = true;

    /// <summary>
    /// What passes find out beside what they send is recorded beside the next ones: a system's trouble, of which thousands of sagas have to be told, holds nobody else's commands up.
    /// </summary>
    internal Task Telling { get; private set; } = Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Database.WaitAsync(stoppingToken);
        using var finishing = new CancellationTokenSource();
        await using var stopping = stoppingToken.Register(() => finishing.CancelAfter(FinishWithin));
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Again;
            try
            {
                wait = await Pass(stoppingToken, finishing.Token);
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

        await Telling;
    }

    /// <param name="stoppingToken">Nothing more is begun.</param>
    /// <param name="finishing">What was begun is given up too.</param>
    internal async Task<TimeSpan> Pass(CancellationToken stoppingToken, CancellationToken finishing)
    {
        if (lookedForExpired is not { } last || clock.GetElapsedTime(last) >= BetweenLooks)
        {
            await TakeBackExpired(stoppingToken);
            lookedForExpired = clock.GetTimestamp();
        }

        // From here on by the other token: a claim that is cancelled while it commits would leave steps under a lease that nobody has.
        stoppingToken.ThrowIfCancellationRequested();
        signal.AwaitsRoom = true;
        var findsBlocked = Telling.IsCompleted && (foundBlocked || clock.GetElapsedTime(lookedForBlocked) >= BetweenLooks);
        var dispatch = await claims.Claim(findsBlocked, finishing);
        if (findsBlocked)
        {
            (foundBlocked, lookedForBlocked) = (dispatch.Blocked.Count > 0, clock.GetTimestamp());
        }

        signal.AwaitsRoom = dispatch.AwaitsRoom;
        await Task.WhenAll(dispatch.Commands.Select(command => Send(command, dispatch.LeaseUntil[command.System], stoppingToken, finishing)));
        if (Telling.IsCompleted && (dispatch.HasToAsk || dispatch.Blocked.Count > 0))
        {
            Telling = Tell(dispatch, stoppingToken);
        }

        return dispatch.Wait < AtLast ? dispatch.Wait : AtLast;
    }

    /// <summary>Each commit wakes the next pass, which claims what was cleared, and finds more to tell of.</summary>
    private Task Tell(StepDispatch dispatch, CancellationToken stoppingToken)
        => Recorded(
            async () =>
            {
                if (dispatch.HasToAsk && await claims.ToAskAbout(stoppingToken) is { Count: > 0 } sagas)
                {
                    await writer.Commit(new Fact.StepsComeDue(sagas), stoppingToken);
                }

                foreach (var (obstacle, steps) in dispatch.Blocked)
                {
                    await writer.Commit(new Fact.StepsBlocked(steps, obstacle), stoppingToken);
                }
            },
            stoppingToken);

    private Task TellOfExpired(Task before, IReadOnlyList<(SagaId Saga, StepId Step)> expired, CancellationToken stoppingToken)
        => Recorded(
            async () =>
            {
                await before;
                foreach (var steps in expired.Chunk(ToldAtOnce))
                {
                    await writer.Commit(new Fact.StepsBlocked(steps, Reason: null), stoppingToken);
                }
            },
            stoppingToken);

    private async Task Recorded(Func<Task> record, CancellationToken stoppingToken)
    {
        try
        {
            await record();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Whoever goes on finds it as it was.
        }
        catch (Exception error)
        {
            log.LogError(error, "What a dispatch pass found could not be recorded; the next one finds it again.");
        }
    }

    private async Task TakeBackExpired(CancellationToken stoppingToken)
    {
        var expired = await claims.TakeBackExpired(stoppingToken);
        if (expired.Count > 0)
        {
            WorkerTelemetry.Expired(expired.Count);
            log.LogWarning("{Steps} steps were not answered within their lease and are sent again.", expired.Count);
            Telling = TellOfExpired(Telling, expired, stoppingToken);
        }
    }

    private async Task Send(ExecuteSteps command, DateTimeOffset leaseUntil, CancellationToken stoppingToken, CancellationToken finishing)
    {
        using var span = WorkerTelemetry.Sending(command);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(SendWithin);
        try
        {
            await sender.Send(command, leaseUntil - clock.GetUtcNow(), limit.Token).WaitAsync(limit.Token);
            WorkerTelemetry.Sent(command.System, command.Steps.Count);
        }
        catch (Exception error) when (!finishing.IsCancellationRequested)
        {
            // Another process has no reason to wait for a broker that this one only stopped talking to.
            var after = stoppingToken.IsCancellationRequested ? TimeSpan.Zero : Unsent;
            WorkerTelemetry.Unsent(command.System, command.Steps.Count);
            log.LogWarning("{Steps} steps for {System} could not be sent ({Error}); they are offered again in {Wait}.", command.Steps.Count, command.System, error.Message, after);
            await claims.HandBack(command, after, finishing);
            await writer.Commit(new Fact.StepsBlocked([.. command.Steps.Where(step => !step.Probe).Select(step => (step.SagaId, step.StepId))], Reason: null), stoppingToken);
        }
    }
}
