using System.CommandLine;
using System.Globalization;
using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Site;
using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Benchmarks.Scenarios;

/// <summary>An urgent termination behind a great many others: when is that person contained, and how much memory does the worker take meanwhile?</summary>
internal static class BacklogScenario
{
    /// <summary>Unless told.</summary>
    public const int Events = 100_000;

    public static Command Create()
    {
        var events = new Option<int>("--events") { Description = "How many ordinary terminations are in the queue before the urgent one.", DefaultValueFactory = _ => Events };
        var down = new Option<bool>("--worker-down") { Description = "The worker starts when all of them are in the queue." };
        var command = new Command("backlog", "An urgent termination behind 100,000 others, published as fast as the broker takes them.") { events, down };
        command.SetAction(async (parsed, _) =>
        {
            Console.WriteLine(Machine.ToText(new ServerOptions()));
            await Measure(parsed.GetValue(events), parsed.GetValue(down));
            return 0;
        });
        return command;
    }

    public static async Task Measure(int events, bool workerDown)
    {
        var clock = TimeProvider.System;
        await using var servers = await Servers.Start(new ServerOptions());
        await using var database = servers.Open();
        await using var product = await Product.Install(servers, new SimulatedCompany());

        // Once, so that the queues are there; and warm.
        var worker = await product.StartWorker();
        await using var hr = await HrPublisher.Connect(servers.Broker.Uri, clock);
        await hr.Leavers(500);
        await Reached(database, "select count(*) from sagas where status = 'completed'", 500, TimeSpan.FromMinutes(2));
        if (workerDown)
        {
            await product.Stop();
        }

        var since = clock.GetTimestamp();
        await hr.Leavers(events);
        Tell($"{events:N0} events published in {clock.GetElapsedTime(since).TotalSeconds:0.0} s; {await Count(database, "select count(*) from inbox") - 500:N0} of them were taken in by then");
        var urgent = await hr.Leaver(urgent: true);
        var published = clock.GetTimestamp();
        worker = workerDown ? await product.StartWorker() : worker;
        if (workerDown)
        {
            Tell($"the worker was ready {clock.GetElapsedTime(published).TotalSeconds:0.0} s after it was started");
        }

        await Reached(database, $"select count(*) from inbox where person_id = '{urgent}'", 1, TimeSpan.FromMinutes(20));
        Tell($"urgent: decided {clock.GetElapsedTime(published).TotalSeconds:0.00} s after it was published{(workerDown ? " and the worker started" : "")}");
        await Reached(database, $"select count(*) from sagas where person_id = '{urgent}' and contained_at is not null", 1, TimeSpan.FromMinutes(20));
        var taken = await Count(database, "select count(*) from inbox");
        Tell($"urgent: contained {clock.GetElapsedTime(published).TotalSeconds:0.00} s after it was published, on all systems; {events + 501 - taken:N0} events were still to be taken in");
        await Reached(database, "select count(*) from inbox", events + 501, TimeSpan.FromMinutes(30));
        Tell($"all taken in {clock.GetElapsedTime(since).TotalSeconds:0.0} s after the first was published");
        Tell($"the worker's memory: {Peak(worker.Id) / 1048576.0:0} MB at most, {ProcessTree.Memory(worker.Id) / 1048576.0:0} MB at the end");
    }

    private static async Task Reached(NpgsqlDataSource database, string count, long number, TimeSpan limit)
        => await Eventually.True($"{number:N0} from: {count}", async () => await Count(database, count) >= number, limit);

    private static async Task<long> Count(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The most that a process ever had resident, bytes. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html</summary>
    private static long Peak(int id)
        => long.Parse(File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    private static void Tell(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
