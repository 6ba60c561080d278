using System.Diagnostics;
using Deprovisioner.Chaos.Hr;
using Deprovisioner.Chaos.Systems;
using Deprovisioner.Chaos.Workers;

namespace Deprovisioner.Chaos.Checks;

/// <summary>After the faults: waits until nothing moves any more, and does what on-call would do meanwhile.</summary>
internal sealed class Settling(Estate estate, Installation product, HrSystem hr, Tally tally, Action<string> say, TimeProvider clock)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Looks that must all find the same calm: between two states of the product there is a moment that looks like an end.</summary>
    private const int CalmLooks = 4;

    /// <summary>What still moves; null: nothing.</summary>
    private const string Moving = """
        select concat_ws(', ',
            nullif((select count(*) from sagas where status in ('running', 'scheduled')), 0) || ' sagas open',
            nullif((select count(*) from steps where status in ('due', 'in-flight')), 0) || ' steps due or under way',
            nullif((select count(*) from persons where look_at is not null), 0) || ' people to be looked at',
            nullif((select count(*) from outbox where published_at is null), 0) || ' events out unpublished',
            nullif((select count(*) from operator_acts where status = 'requested'), 0) || ' requests unanswered')
        """;

    /// <summary>Steps that were replayed.</summary>
    public int Replayed { get; private set; }

    /// <returns>Whether it became quiet.</returns>
    public async Task<bool> Wait(CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var calm = 0;
        var said = TimeSpan.Zero;
        var moving = "";
        while (watch.Elapsed < Limit)
        {
            await hr.LookAtInbox(stop);
            moving = await StillMoving(stop);
            calm = moving.Length == 0 ? calm + 1 : 0;
            if (calm >= CalmLooks)
            {
                if (await Failed(stop) is var failed and > 0)
                {
                    await Replay(failed);
                    calm = 0;
                    continue;
                }

                say($"quiet after {watch.Elapsed.TotalSeconds:0} s");
                return true;
            }

            if (watch.Elapsed - said > TimeSpan.FromSeconds(10) && moving.Length > 0)
            {
                said = watch.Elapsed;
                say($"waiting: {moving}");
            }

            await Task.Delay(Pause, clock, stop);
        }

        tally.Fault($"Not quiet {Limit.TotalMinutes:0} minutes after the last fault: {moving}.");
        return false;
    }

    private async Task<string> StillMoving(CancellationToken stop)
    {
        var missing = hr.Messages.Count(m => m.TakenInAt is null);
        await using var command = estate.StoreData.CreateCommand(Moving);
        var moving = (string?)await command.ExecuteScalarAsync(stop) ?? "";
        return missing > 0 ? $"{missing} HR messages not taken in{(moving.Length > 0 ? ", " : "")}{moving}" : moving;
    }

    private async Task<long> Failed(CancellationToken stop)
    {
        await using var command = estate.StoreData.CreateCommand("select count(*) from steps s join sagas g using (saga_id) where s.status = 'failed' and g.status <> 'cancelled'");
        return (long)(await command.ExecuteScalarAsync(stop))!;
    }

    private async Task Replay(long failed)
    {
        // The connector says "repair memberOf", and on-call does.
        if (await MemberOfRepair.Run(estate.Directory, Estate.StaffDn) is var repaired and > 0)
        {
            tally.Inject("on-call: memberOf of the directory repaired", repaired);
        }

        Replayed += (int)failed;
        tally.Inject("on-call: replay", 1);
        var (code, output) = await product.Cli("replay", "--since", "2h", "--why", "the systems are whole again", "--as", "on-call", "--yes");
        say($"on-call replayed {failed} failed steps: exit code {code}, {output.Trim().Split('\n')[^1]}");
    }
}
