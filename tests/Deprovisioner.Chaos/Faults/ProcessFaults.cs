using Deprovisioner.Chaos.Workers;

namespace Deprovisioner.Chaos.Faults;

/// <summary>What happens to the product's own processes.</summary>
internal static class ProcessFaults
{
    public static IReadOnlyList<Fault> Of(Installation product, Random random, Tally tally) =>
    [
        Killed("kill -9 of an orchestrator", product.Orchestrators, random),
        Killed("kill -9 of a connectors host", product.Hosts, random),
        Killed("kill -9 of a connectors host", product.Hosts, random),
        Frozen("an orchestrator stopped and continued", product.Orchestrators, random, 1, 9),
        Frozen("a connectors host stopped and continued", product.Hosts, random, 1, 7),

        // Longer than a lease: others take over what it has, and then it goes on.
        Frozen("a connectors host stopped for longer than a lease, and continued", product.Hosts, random, Installation.Lease.TotalSeconds + 1, Installation.Lease.TotalSeconds + 4),
        Restarted("an orchestrator told to stop, and started", product.Orchestrators, random, tally),
        Restarted("a connectors host told to stop, and started", product.Hosts, random, tally),
        new Fault("kill -9 of all workers at once", () => Each(product.All, w => w.Kill()), () => Each(product.All, StartIfEnded), 0.2, 2),
    ];

    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(30);

    /// <summary>Whatever was stopped goes on, whatever had ended is started.</summary>
    public static void MakeWhole(Installation product)
    {
        foreach (var worker in product.All)
        {
            worker.Thaw();
            StartIfEnded(worker);
        }
    }

    private static Fault Killed(string name, IReadOnlyList<WorkerProcess> workers, Random random)
    {
        var one = workers[0];
        return Fault.Of(name, 0, 3, () => (one = workers[random.Next(workers.Count)]).Kill(), () => StartIfEnded(one));
    }

    private static Fault Frozen(string name, IReadOnlyList<WorkerProcess> workers, Random random, double least, double most)
    {
        var one = workers[0];
        return Fault.Of(name, least, most, () => (one = workers[random.Next(workers.Count)]).Freeze(), () => one.Thaw());
    }

    private static Fault Restarted(string name, IReadOnlyList<WorkerProcess> workers, Random random, Tally tally)
    {
        var one = workers[0];
        return new Fault(name, Strike, () => Each([one], StartIfEnded), 0, 1);

        async Task Strike()
        {
            one = workers[random.Next(workers.Count)];
            var hadTime = one.Age > StartsWithin;
            var code = await one.Stop();

            // Before it listens to signals, one ends it at once.
            if (code != 0 && hadTime)
            {
                tally.Fault($"{one.Name} was told to stop and ended with {code}.");
            }
        }
    }

    private static Task Each(IEnumerable<WorkerProcess> workers, Action<WorkerProcess> act)
    {
        foreach (var worker in workers)
        {
            act(worker);
        }

        return Task.CompletedTask;
    }

    private static void StartIfEnded(WorkerProcess worker)
    {
        if (!worker.IsRunning && !worker.HasFallen)
        {
            worker.Start();
        }
    }
}
