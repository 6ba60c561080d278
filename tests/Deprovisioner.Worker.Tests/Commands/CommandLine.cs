using Deprovisioner.Worker.Commands;

namespace Deprovisioner.Worker.Tests.Commands;

/// <summary>
/// The command line as a shell sees it, within this process. Console and environment belong to the whole process: its users stand in
/// the collection of <see cref="OneAtATime"/>.
/// </summary>
internal static class CommandLine
{
    private static readonly string[] Settings =
        ["ConnectionStrings__Deprovisioner", "ConnectionStrings__RabbitMq", "Deprovisioner__Config", "Deprovisioner__Roles", "Deprovisioner__HealthUrl"];

    public static Task<CommandResult> Run(IReadOnlyDictionary<string, string> environment, params string[] arguments) => Run(environment, TimeProvider.System, arguments);

    public static async Task<CommandResult> Run(IReadOnlyDictionary<string, string> environment, TimeProvider clock, params string[] arguments)
    {
        var before = Settings.ToDictionary(name => name, Environment.GetEnvironmentVariable);
        var (output, errors) = (Console.Out, Console.Error);
        using var written = new StringWriter();
        using var complained = new StringWriter();
        try
        {
            foreach (var name in Settings)
            {
                Environment.SetEnvironmentVariable(name, environment.GetValueOrDefault(name));
            }

            Console.SetOut(written);
            Console.SetError(complained);
            var code = await DeprovisionerCommands.Invoke(arguments, clock);
            return new CommandResult(code, written.ToString(), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(errors);
            foreach (var (name, value) in before)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }

    public static Task<CommandResult> Run(params string[] arguments) => Run(new Dictionary<string, string>(), arguments);
}

internal sealed record CommandResult(int ExitCode, string Output, string Errors);

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneAtATime
{
    public const string Name = "console and environment of the process";
}
