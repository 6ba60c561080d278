using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Worker.Commands;

/// <summary>A replay as somebody watches it at the command line. It goes on by itself, watched or not.</summary>
internal sealed class ReplayProgress(IOperations operations, long job, bool json)
{
    /// <summary>After so long without a change it is said what may be the reason.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

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
        if (await operations.Replay(job, cancellationToken) is not { } now)
        {
            Terminal.Error($"There is no replay {job}: see 'replay list'.");
            return false;
        }

        ReplayWords.Print(now, await Steps(state, most, cancellationToken), json);
        return true;
    }

    private async Task<IReadOnlyList<ReplayStepLine>> Steps(string? state, int most, CancellationToken cancellationToken)
    {
        var steps = new List<ReplayStepLine>();
        string? place = null;
        while (steps.Count < most)
        {
            var page = await operations.ReplaySteps(job, state, new PageRequest(Math.Min(most - steps.Count, PageRequest.Limit), place), cancellationToken);
            steps.AddRange(page.Items);
            if ((place = page.Next) is null)
            {
                break;
            }
        }

        return steps;
    }

    private async Task<ReplayLine> Wait(bool noWait, CancellationToken cancellationToken)
    {
        var (said, last, quiet) = ("", TimeProvider.System.GetTimestamp(), false);
        while (true)
        {
            var view = await operations.Replay(job, cancellationToken) ?? throw new InvalidOperationException($"Replay {job} is gone.");
            var now = view.Job;
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
                await Console.Error.WriteLineAsync(view.WaitsFor.Count > 0 ? $"waits for {string.Join("; ", view.WaitsFor)}" : "waits for its systems to answer, or for an orchestrator to run");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }
}
