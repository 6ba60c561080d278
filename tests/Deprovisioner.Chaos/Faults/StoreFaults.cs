using Deprovisioner.Chaos.Systems;

namespace Deprovisioner.Chaos.Faults;

/// <summary>What happens to the product's database.</summary>
internal static class StoreFaults
{
    public static IReadOnlyList<Fault> Of(Estate estate)
    {
        var faults = new List<Fault>
        {
            new("PostgreSQL restarted (fast)", () => estate.Store.Stop(), () => Start(estate), 0, 2),
            new("PostgreSQL restarted (immediate, with recovery)", () => estate.Store.Stop(crash: true), () => Start(estate), 0, 3),
            new("PostgreSQL: all connections cut", () => CutConnections(estate), () => Task.CompletedTask, 0, 0),
            new("PostgreSQL: all connections cut", () => CutConnections(estate), () => Task.CompletedTask, 0, 0),
            Fault.Of("PostgreSQL takes no new connections (frozen)", 1, 5, estate.Store.Freeze, estate.Store.Thaw),
        };
        if (estate.Disk is { } disk)
        {
            faults.Add(new("PostgreSQL's disk full", () => Run(disk.Fill), () => Freed(estate, disk), 2, 6));
        }

        return faults;
    }

    /// <summary>A server that gave up over a full disk is started by somebody.</summary>
    public static async Task Start(Estate estate)
    {
        if (!estate.Store.IsRunning)
        {
            await estate.Store.Stop(); // It may have ended by itself.
            await estate.Store.Start();
        }
    }

    private static async Task Freed(Estate estate, SmallDisk disk)
    {
        disk.Free();
        await Start(estate);
    }

    private static Task CutConnections(Estate estate)
        => estate.Store.Execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'");

    private static Task Run(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
