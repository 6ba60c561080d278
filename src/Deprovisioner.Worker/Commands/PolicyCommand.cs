using System.CommandLine;
using Deprovisioner.Worker.Settings;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>policy check</c>; <c>policy explain</c> stands in <see cref="PolicyExplainCommand"/>.</summary>
internal static class PolicyCommand
{
    public static Command Create(TimeProvider clock)
    {
        var file = new Argument<string?>("FILE") { Arity = ArgumentArity.ZeroOrOne, Description = "The organisation's YAML file; the configured one unless told." };
        var json = Terminal.JsonOption();
        var check = new Command("check", "Check a configuration file: every fault with its line, column and remedy. Exit code 2 where there is one.") { file, json };
        check.SetAction((parsed, _) =>
        {
            var path = parsed.GetValue(file) ?? CommandServices.Settings().ConfigPath;
            var reading = ConfigurationFile.Read(path);
            if (parsed.GetValue(json))
            {
                Terminal.Json(new { file = path, version = reading.Configuration?.Version, reading.Faults });
            }
            else if (reading.Configuration is { } configuration)
            {
                Terminal.Line($"{path}: good: {configuration.Systems.Count} systems, {configuration.Policies.Count} policies, version {configuration.Version[..12]}");
                if (configuration.Guard is null)
                {
                    Terminal.Line($"{path}: warning: it has no guard: any number of people may leave at once, and nobody is asked");
                }
            }
            else
            {
                foreach (var fault in reading.Faults)
                {
                    Terminal.Line($"{path}:{fault}");
                }

                Terminal.Line($"{path}: {reading.Faults.Count} {(reading.Faults.Count == 1 ? "fault" : "faults")}");
            }

            return Task.FromResult(reading.Configuration is null ? DeprovisionerCommands.WrongUsage : DeprovisionerCommands.Done);
        });
        return new Command("policy", "Check and explain policies.") { check, PolicyExplainCommand.Create(clock) };
    }
}
