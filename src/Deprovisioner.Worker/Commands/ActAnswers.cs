using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Worker.Commands;

/// <summary>Asks, and waits for an orchestrator's answers.</summary>
internal static class ActAnswers
{
    /// <summary>Without any answer for so long, no orchestrator is running.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits while answers come in; of many requests, tells on the error output how far they are.</summary>
    /// <param name="patience">For how long no answer may come; then those that are not answered are given as they stand.</param>
    public static async Task<IReadOnlyList<Act>> Of(IOperations operations, IReadOnlyList<ActRequest> requests, TimeSpan patience, CancellationToken cancellationToken)
    {
        var acts = (await operations.Ask(requests, cancellationToken)).ToDictionary(act => act.ActId);
        var (last, done) = (TimeProvider.System.GetTimestamp(), 0);
        while (true)
        {
            var waiting = acts.Values.Where(act => !act.IsAnswered()).Select(act => act.ActId).ToList();
            if (acts.Count - waiting.Count > done)
            {
                (last, done) = (TimeProvider.System.GetTimestamp(), acts.Count - waiting.Count);
                if (acts.Count > 1)
                {
                    await Console.Error.WriteLineAsync($"{done} of {acts.Count}, {acts.Values.Count(act => act.Status == "refused")} refused");
                }
            }

            if (waiting.Count == 0 || TimeProvider.System.GetElapsedTime(last) > patience)
            {
                return [.. acts.Values.OrderBy(act => act.ActId)];
            }

            await Task.Delay(Pause, cancellationToken);
            foreach (var act in await operations.Acts(waiting, cancellationToken))
            {
                acts[act.ActId] = act;
            }
        }
    }
}
