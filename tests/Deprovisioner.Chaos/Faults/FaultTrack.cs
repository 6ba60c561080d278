namespace Deprovisioner.Chaos.Faults;

/// <summary>
/// Faults of one kind of thing, one after the other, with pauses. They are dealt like cards: each comes once, in an order of chance, before any comes again, so that a short run has all of them.
/// </summary>
internal sealed class FaultTrack(string name, Random random, IReadOnlyList<Fault> faults, (double Least, double Most) pause, Tally tally, Action<string> say, TimeProvider clock)
{
    private const int MostTries = 3;

    private readonly Queue<Fault> deck = new();

    /// <summary>Until told to stop; then everything is healed.</summary>
    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Wait(Between(pause.Least, pause.Most), stop);
            if (!stop.IsCancellationRequested)
            {
                await Once(Next(), stop);
            }
        }
    }

    private async Task Once(Fault fault, CancellationToken stop)
    {
        var lasts = Between(fault.Least, fault.Most);
        try
        {
            await fault.Strike();
            tally.Inject(fault.Name);
            say($"{name}: {fault.Name}{(fault.Most > 0 ? $" for {lasts.TotalSeconds:0.0} s" : "")}");
            await Wait(lasts, stop);
        }
        catch (Exception error)
        {
            // A fault on top of another one (a broker that is starting is told to empty itself) may be impossible; what is broken is healed all the same.
            say($"{name}: {fault.Name} was not possible: {error.Message.Split('\n')[0]}");
            tally.Inject("(not possible at that moment)");
        }

        await Heal(fault);
    }

    /// <summary>Tried again: on top of another fault a server may need a second start.</summary>
    private async Task Heal(Fault fault)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await fault.Heal();
                return;
            }
            catch (Exception error) when (tries < MostTries)
            {
                say($"{name}: {fault.Name} could not be healed, and is tried again: {error.Message.Split('\n')[0]}");
            }
        }
    }

    private Fault Next()
    {
        if (deck.Count == 0)
        {
            var shuffled = faults.ToArray();
            random.Shuffle(shuffled);
            Array.ForEach(shuffled, deck.Enqueue);
        }

        return deck.Dequeue();
    }

    private TimeSpan Between(double least, double most) => TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least)));

    private async Task Wait(TimeSpan time, CancellationToken stop) => await Task.Delay(time, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
