using Deprovisioner.Chaos.Faults;

namespace Deprovisioner.Chaos.Hr;

/// <summary>
/// Finds events that the broker had confirmed and that neither it nor the product has any more, and publishes them again. Looks only where nothing has changed for a while: what a worker is at (frozen, or waiting for
/// the database) is not lost.
/// </summary>
internal sealed class LostEvents(HrSystem hr, BrokerFaults broker, TimeProvider clock, Action<string> say)
{
    /// <summary>Looks in a row, about a second apart, that must find the same events missing and none waiting.</summary>
    private const int SameLooks = 20;

    private int looks;
    private string missingBefore = "";

    /// <summary>One look. Where the broker or the database is away it throws, and nothing was said.</summary>
    public async Task Look(CancellationToken stop)
    {
        var missing = string.Join(' ', hr.Messages.Where(m => m.ConfirmedAt is not null && m.TakenInAt is null).Select(m => m.Id));
        looks = missing.Length > 0 && missing == missingBefore ? looks + 1 : 0;
        missingBefore = missing;
        if (looks < SameLooks)
        {
            return;
        }

        looks = 0;
        var now = clock.GetUtcNow();
        if (await broker.Waiting() == 0 && await broker.WaitingOrUnderWay() == 0 && await hr.PublishMissing(now, stop) is var again and > 0)
        {
            say($"{again} events are in neither broker nor inbox: HR publishes them again");
        }
    }
}
