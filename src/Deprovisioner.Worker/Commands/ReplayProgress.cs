using Deprovisioner.Storage;
using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Worker.Commands;

/// <summary>A replay as somebody watches it at the command line. It goes on by itself, watched or not.</summary>
internal sealed class ReplayProgress(DeprovisionerContext context, long job, bool json)
{
    /// <summary>Selecting very many steps takes its time; without any answer for so long, no orchestrator is running.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>After so long without a change it is said what may be the reason.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Writes the request and waits for an orchestrator to answer it.</summary>
    public static async Task<OperatorActEntity> Ask(DeprovisionerContext context, OperatorActEntity request, CancellationToken cancellationToken)
    {
        var id = await OperatorActs.Request(context, request, cancellationToken);
        for (var asked = TimeProvider.System.GetTimestamp(); ; await Task.Delay(Pause, cancellationToken))
        {
            var act = await context.OperatorActs.SingleAsync(a => a.ActId == id, cancellationToken);
            if (act.Status != "requested" || TimeProvider.System.GetElapsedTime(asked) > Patience)
            {
                return act;
            }
        }
    }

    /// <summary>Waits, with progress on the error output, until a person is needed or nothing is left; then prints what there is.</summary>
    /// <param name="previewOnly">A preview was asked for, and is enough.</param>
    public async Task<int> Follow(bool noWait, bool previewOnly, CancellationToken cancellationToken)
    {
        try
        {
            var now = await Wait(noWait, cancellationToken);
            await Print(null, ReplayWords.MostLines, cancellationToken);
            return now.Status switch
            {
                "ready" => previewOnly ? DeprovisionerCommands.Done : DeprovisionerCommands.Failed,
                "running" or "previewing" => DeprovisionerCommands.Done,
                "completed" when now.Succeeded == now.Total => DeprovisionerCommands.Done,
                _ => DeprovisionerCommands.Failed,
            };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"Replay {job} goes on. Look at it: deprovisioner replay show {job}. End it: deprovisioner replay cancel {job} --why …");
            return DeprovisionerCommands.Failed;
        }
    }

    /// <summary>Prints the replay and its steps; false where there is no such replay.</summary>
    public async Task<bool> Print(string? state, int most, CancellationToken cancellationToken)
    {
        if (await context.ReplayJobs.SingleOrDefaultAsync(j => j.JobId == job, cancellationToken) is not { } now)
        {
            Terminal.Error($"There is no replay {job}: see 'replay list'.");
            return false;
        }

        var items = await context.ReplayItems.Where(i => i.JobId == job && (state == null || i.State == state))
            .Join(context.Steps, i => i.StepId, s => s.StepId, (item, step) => new { item, step.Action })
            .Join(context.Sagas, i => i.item.SagaId, g => g.SagaId, (i, saga) => new { i.item, i.Action, saga.PersonId })
            .OrderBy(i => i.item.Ordinal).Take(most).ToListAsync(cancellationToken);
        ReplayWords.Print(now, await Obstacles(now, cancellationToken), [.. items.Select(i => new ReplayLine(i.item, i.Action, i.PersonId))], json);
        return true;
    }

    private async Task<ReplayJobEntity> Wait(bool noWait, CancellationToken cancellationToken)
    {
        var (said, last, quiet) = ("", TimeProvider.System.GetTimestamp(), false);
        while (true)
        {
            var now = await context.ReplayJobs.SingleAsync(j => j.JobId == job, cancellationToken);
            if (noWait || now.Status is "ready" or "stopped" || (now.Status is "completed" or "cancelled" && now.Sent == 0))
            {
                return now;
            }

            if (ReplayWords.Progress(now) is var progress && progress != said)
            {
                (said, last, quiet) = (progress, TimeProvider.System.GetTimestamp(), false);
                await Console.Error.WriteLineAsync(progress);
            }
            else if (!quiet && TimeProvider.System.GetElapsedTime(last) > Quiet)
            {
                quiet = true;
                var obstacles = await Obstacles(now, cancellationToken);
                await Console.Error.WriteLineAsync(obstacles.Count > 0 ? $"waits for {string.Join("; ", obstacles)}" : "waits for its systems to answer, or for an orchestrator to run");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Systems that are shut and have steps of the replay that are not over.</summary>
    private async Task<List<string>> Obstacles(ReplayJobEntity now, CancellationToken cancellationToken)
    {
        if (now.Untouched + now.Sent == 0 || now.Status is not ("running" or "previewing"))
        {
            return [];
        }

        var shut = await context.Systems.Where(s => s.PausedBy != null || s.Gate != "open")
            .Where(s => context.ReplayItems.Any(i => i.JobId == job && i.System == s.System && (i.State == "listed" || i.State == "previewed" || i.State == "sent"))).OrderBy(s => s.System).ToListAsync(cancellationToken);
        return [.. shut.Select(s => s.PausedBy is { } by ? $"{s.System} (paused by {by}: {s.PausedWhy})" : $"{s.System} ({s.Gate}: {s.LastError})")];
    }
}
