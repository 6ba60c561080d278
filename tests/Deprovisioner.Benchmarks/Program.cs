using System.CommandLine;
using Deprovisioner.Benchmarks;

var root = new RootCommand(
    """
    Measures Deprovisioner on this machine. Each scenario starts a PostgreSQL and a RabbitMQ of its own, runs the real worker in processes of its own against
    simulated systems, and prints what it measured. Nothing is written elsewhere, and nothing runs on afterwards.
    """);
foreach (var command in ScenarioCatalogue.Commands)
{
    root.Add(command);
}

// A worker in this program has the time to stop that the product gives it, and is not ended two seconds after it was told to.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
