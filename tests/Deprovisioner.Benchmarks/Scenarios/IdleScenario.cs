using System.CommandLine;
using System.Globalization;
using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Site;

namespace Deprovisioner.Benchmarks.Scenarios;

/// <summary>What a worker costs that has nothing to do.</summary>
internal static class IdleScenario
{
    /// <summary>After the start and the last leaver: the runtime compiles what was used, and the pools settle.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(30);

    private static readonly ServerOptions Options = new(CountStatements: true);

    /// <summary>How long it is watched, unless told.</summary>
    public static TimeSpan Usual { get; } = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "How long it is watched.", DefaultValueFactory = _ => (int)Usual.TotalSeconds };
        var command = new Command("idle", "CPU and statements of a worker of both roles that has nothing to do, connected to PostgreSQL and RabbitMQ.") { seconds };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Console.WriteLine(Machine.ToText(Options));
            await Measure(TimeSpan.FromSeconds(parsed.GetValue(seconds)), cancellationToken);
            return 0;
        });
        return command;
    }

    public static async Task Measure(TimeSpan span, CancellationToken cancellationToken)
    {
        await using var servers = await Servers.Start(Options);
        await using var product = await Product.Install(servers, new SimulatedCompany());
        await product.StartWorker();
        await using var database = servers.Open();
        await using var session = await database.OpenConnectionAsync(cancellationToken);
        await using var hr = await HrPublisher.Connect(servers.Broker.Uri, TimeProvider.System);
        var load = new Load(product, hr, session, TimeProvider.System);
        await load.Publish(100, 20);
        await load.Drain();
        await Task.Delay(Settle, TimeProvider.System, cancellationToken);
        var from = await Reading.Take(servers, product, session, TimeProvider.System);
        await Task.Delay(span, TimeProvider.System, cancellationToken);
        var until = await Reading.Take(servers, product, session, TimeProvider.System);
        var watched = (until.At - from.At).TotalSeconds;

        // A reading is two statements of its own.
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            watched for {watched:0.0} s
              worker, share of a core            {(until.WorkerCpu - from.WorkerCpu).TotalSeconds / watched:P2}
              PostgreSQL, share of a core        {(until.PostgresCpu - from.PostgresCpu).TotalSeconds / watched:P2}
              RabbitMQ, share of a core          {(until.BrokerCpu - from.BrokerCpu).TotalSeconds / watched:P2}
              statements a second                {(until.Statements - from.Statements - 2) / watched:0.00}
            """));
    }
}
