using System.Diagnostics;
using Deprovisioner.Chaos.Checks;
using Deprovisioner.Chaos.Faults;
using Deprovisioner.Chaos.Hr;
using Deprovisioner.Chaos.Systems;
using Deprovisioner.Chaos.Workers;
using Deprovisioner.Testing;

namespace Deprovisioner.Chaos;

/// <summary>One run, from starting the servers to the table.</summary>
internal sealed class ChaosRun(ChaosOptions options, TimeProvider clock)
{
    /// <summary>Faults go on for so long after HR's last decision, so that these meet some too.</summary>
    private static readonly TimeSpan FaultsOnly = TimeSpan.FromSeconds(8);

    private readonly Tally tally = new();
    private readonly Stopwatch watch = Stopwatch.StartNew();

    /// <returns>The exit code.</returns>
    public async Task<int> Run(CancellationToken stop)
    {
        Say($"seed {options.Seed}, {options.During.TotalMinutes:0.##} minutes, {options.People} people");
        await using var estate = await Estate.Start(options.People, clock);
        await using var product = new Installation(estate, clock);
        if (estate.DiskObstacle is { } noDisk)
        {
            tally.Note($"skipped: a full disk ({noDisk})");
        }

        if (SteppedClock.Obstacle is { } noClock)
        {
            tally.Note($"skipped: clocks that jump ({noClock})");
        }

        Say("the servers are up, everybody has accounts");
        var (code, output) = await product.Cli("migrate");
        if (code != 0)
        {
            throw new InvalidOperationException(output);
        }

        await product.StartAll();
        Say("five workers are ready");
        await using var hr = new HrSystem(estate.Broker.Uri, estate.StoreData, clock);
        var broker = new BrokerFaults(estate.Broker, estate.BrokerLink, AccountReader.Systems, hr.Emptied);
        var lost = new LostEvents(hr, broker, clock, Say);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var beside = Task.WhenAll(hr.Publish(over.Token), Watch(product, hr, lost, over.Token));
        var settling = new Settling(estate, product, hr, tally, Say, clock);
        bool quiet;
        try
        {
            await Hire(estate, hr, stop);
            await Disturb(estate, product, hr, broker, stop);
            Say("the faults are over; everything is brought back");
            ProcessFaults.MakeWhole(product);
            quiet = await settling.Wait(stop);
        }
        finally
        {
            await over.CancelAsync();
            await beside;
            WorkerLogs.Keep(options.Logs, product);
        }

        await new Comparison(estate, product, hr, tally, clock).Run();
        tally.Compare("HR messages: different ones, publications, tries without a confirm", $"{hr.Messages.Count}, {hr.Publications}, {hr.Unconfirmed}");
        if (hr.LostWithoutReason.Count > 0)
        {
            tally.Fault($"Events that the broker had confirmed were gone, and were not in it when it was emptied: {string.Join(' ', hr.LostWithoutReason)}.");
        }

        tally.Compare("HR events that were emptied out of the broker and published again", $"{hr.PublishedAgain}");
        tally.Compare("steps that on-call replayed", $"{settling.Replayed}");
        new Report(options, tally, product).Print(quiet, watch.Elapsed);
        return tally.Wrong.Count == 0 ? 0 : 1;
    }

    /// <summary>Everybody is hired before anything goes wrong, as most people were in most companies.</summary>
    private async Task Hire(Estate estate, HrSystem hr, CancellationToken stop)
    {
        foreach (var person in estate.People)
        {
            var now = clock.GetUtcNow();
            hr.Offer(HrMessage.Of(person, new Planned(TimeSpan.Zero, Decision.Hired, "E1", null, false, TimeSpan.Zero, null), now), now);
        }

        await Eventually.True("everybody to be hired", async () =>
        {
            await hr.LookAtInbox(stop);
            return hr.Messages.All(m => m.TakenInAt is not null);
        }, TimeSpan.FromMinutes(4));
        Say($"{estate.People.Count} people are hired");
    }

    private async Task Disturb(Estate estate, Installation product, HrSystem hr, BrokerFaults broker, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        over.CancelAfter(options.During);
        FaultTrack Track(string name, int number, IReadOnlyList<Fault> faults, double least, double most)
            => new(name, new Random(HashCode(options.Seed, number)), faults, (least, most), tally, Say, clock);
        var tracks = new List<FaultTrack>
        {
            Track("workers", 1, ProcessFaults.Of(product, new Random(HashCode(options.Seed, 101)), tally), 1, 5),
            Track("broker", 2, broker.All, 3, 9),
            Track("store", 3, StoreFaults.Of(estate), 3, 8),
            Track("crm", 4, SystemFaults.OfCrm(estate, product, tally), 1, 4),
            Track("directory", 5, SystemFaults.OfDirectory(estate), 1, 5),
            Track("warehouse", 6, SystemFaults.OfWarehouse(estate), 1, 5),
        };
        if (SteppedClock.Obstacle is null)
        {
            tracks.Add(Track("clocks", 7, ClockFaults.Of(product), 2, 8));
        }

        await Task.WhenAll([Decide(estate, hr, over.Token), .. tracks.Select(track => track.Run(over.Token))]);
        await StoreFaults.Start(estate);
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>HR decides about people, each at their time.</summary>
    private async Task Decide(Estate estate, HrSystem hr, CancellationToken over)
    {
        var random = new Random(HashCode(options.Seed, 0));
        var during = options.During > 2 * FaultsOnly ? options.During - FaultsOnly : options.During;
        var plan = estate.People.SelectMany(person => Life.Of(random, during).Select(planned => (person, planned))).OrderBy(p => p.planned.At).ToList();
        var garbage = 0;
        var began = watch.Elapsed;
        foreach (var (person, planned) in plan)
        {
            if (planned.At - (watch.Elapsed - began) is var wait && wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, clock, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (over.IsCancellationRequested)
            {
                return;
            }

            var now = clock.GetUtcNow();
            var message = HrMessage.Of(person, planned, now);
            hr.Offer(message, now + planned.Late, now + planned.Late + planned.Again);
            tally.Inject($"HR: {planned.Decision}");
            Count(planned);
            if (random.Next(12) == 0)
            {
                hr.Offer(HrMessage.Garbage(random, ++garbage), now);
                tally.Inject("HR: garbage");
            }
        }

        void Count(Planned planned)
        {
            tally.Inject("HR: told late", planned.Late > TimeSpan.Zero ? 1 : 0);
            tally.Inject("HR: published twice", planned.Again is null ? 0 : 1);
            tally.Inject("HR: takes effect later", planned.In is null ? 0 : 1);
        }
    }

    /// <summary>Looks at the inbox and at the processes every second, and publishes again what was emptied out of the broker.</summary>
    private async Task Watch(Installation product, HrSystem hr, LostEvents lost, CancellationToken over)
    {
        for (var second = 0; !over.IsCancellationRequested; second++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), clock, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var worker in product.All.Where(w => w.HasFallen))
            {
                tally.Fault($"{worker.Name} ended by itself: {string.Join(" | ", worker.Log.Split('\n').TakeLast(5))}");
                worker.Start();
            }

            if (second % 5 == 0)
            {
                foreach (var worker in product.All)
                {
                    worker.Measure();
                }
            }

            try
            {
                await hr.LookAtInbox(over);
                await lost.Look(over);
            }
            catch (Exception) when (!over.IsCancellationRequested)
            {
                // The database or the broker is away: at the next second.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>A seed for each part, so that one more fault in one of them does not change all others.</summary>
    private static int HashCode(int seed, int part) => unchecked((seed * 1_000_003) + (part * 7919));

    private void Say(string what) => Console.WriteLine($"{watch.Elapsed.TotalSeconds,6:0.0} s  {what}");
}
