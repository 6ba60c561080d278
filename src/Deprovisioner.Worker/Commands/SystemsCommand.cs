using System.CommandLine;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;
using ActRequest = Deprovisioner.Storage.Asking.ActRequest;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>systems list</c>, <c>check</c>, <c>pause</c>, <c>resume</c></summary>
internal static class SystemsCommand
{
    public static Command Create() => new("systems", "Look at target systems, and pause or resume them.")
    {
        List(),
        Check(),
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

    private static Command Check()
    {
        var name = new Argument<string?>("SYSTEM") { Arity = ArgumentArity.ZeroOrOne, Description = "Only this one." };
        var json = Terminal.JsonOption();
        var command = new Command("check", "Reach each system from here with its credential, and say what is missing. Changes nothing; needs no database.") { name, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithSystems();
            var checks = services.GetRequiredService<SystemChecks>();
            var wanted = parsed.GetValue(name);
            var systems = checks.Systems.Where(s => wanted is null || s.Value == wanted).ToList();
            if (systems.Count == 0)
            {
                Terminal.Error(wanted is null ? "the configuration has no systems." : $"the configuration has no system {wanted}; it has {string.Join(", ", checks.Systems)}.");
                return DeprovisionerCommands.Failed;
            }

            var results = await Task.WhenAll(systems.Select(async system => (System: system, Check: await checks.CheckAsync(system, cancellationToken))));
            Print(results, parsed.GetValue(json));
            return results.All(r => r.Check.Reachable && r.Check.Findings.All(f => f.Ok)) ? DeprovisionerCommands.Done : DeprovisionerCommands.Failed;
        });
        return command;
    }

    private static void Print(IReadOnlyList<(SystemName System, SystemCheck Check)> results, bool json)
    {
        if (json)
        {
            Terminal.Json(results.Select(r => new { system = r.System.Value, r.Check.Reachable, r.Check.Version, r.Check.Findings }));
            return;
        }

        Terminal.Table("", ["system", "looked at", "", "what to do"], results.SelectMany(r => r.Check.Findings
            .Select(f => new[] { r.System.Value, f.Subject, f.Ok ? "ok" : "FAULT", f.Remedy })
            .Prepend([r.System.Value, "reached", r.Check.Reachable ? "ok" : "FAULT", r.Check.Version])));
    }
}
