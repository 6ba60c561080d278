using System.CommandLine;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;
using ActRequest = Deprovisioner.Storage.Asking.ActRequest;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>systems list</c>, <c>check</c>, <c>conform</c>, <c>pause</c>, <c>resume</c></summary>
internal static class SystemsCommand
{
    public static Command Create() => new("systems", "Look at target systems, and pause or resume them.")
    {
        List(),
        SystemsCheckCommand.Create(),
        SystemsConformCommand.Create(),
        ActCommands.OnSystem("pause", "Send nothing more to a system until it is resumed.", ActRequest.Pause),
        ActCommands.OnSystem("resume", "Send to a system again, whatever paused it, and at once.", ActRequest.Resume),
    };

    private static Command List()
    {
        var json = Terminal.JsonOption();
        var command = new Command("list", "List systems with their condition and what waits for them.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var systems = await services.GetRequiredService<IOperations>().Systems(cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(systems);
            }
            else
            {
                if (systems.Count > 0 && systems.All(s => s.Observe))
                {
                    Terminal.Line("Every system is only observed: nothing is changed anywhere.");
                }

                Terminal.Table("No systems yet: the worker takes them from its configuration when it starts.", ["system", "connector", "state", "since", "due", "in flight", "failed", "last error"], systems.Select(s => new[]
                {
                    s.System, s.Connector + (s.Observe ? " (observe)" : ""), s.State, TimeText.Of(s.Since),
                    s.Due.ToString(), s.InFlight.ToString(), s.Failed.ToString(),
                    s.PausedWhy ?? (s.LastError is null ? null : $"{TimeText.Of(s.LastErrorAt)} {s.LastError}"),
                }));
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }
}
