using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Storage.Asking;

/// <summary>Waits for orchestrators, who usually answer within a tenth of a second.</summary>
public static class AnswersInTime
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>What became of requests; after <paramref name="most"/> as far as it is known by then.</summary>
    public static async Task<IReadOnlyList<Act>> Answered(this IOperations operations, IReadOnlyList<Act> asked, TimeSpan most, TimeProvider clock, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (!asked.All(act => act.IsAnswered()) && clock.GetElapsedTime(began) < most)
        {
            await Task.Delay(Pause, clock, cancellationToken);
            asked = await operations.Acts([.. asked.Select(act => act.ActId)], cancellationToken);
        }

        return asked;
    }
}
