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

return await root.Parse(args).InvokeAsync();
