using System.CommandLine;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Contracts;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Worker.Commands.Server;
using Deprovisioner.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;
using ActRequest = Deprovisioner.Storage.Asking.ActRequest;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>systems check</c>: from here with the configuration that is here, or by the installation's own connector hosts, through a console.</summary>
internal static class SystemsCheckCommand
{
    /// <summary>A host tries a system for half a minute at most, and looks at one after the other.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var name = new Argument<string?>("SYSTEM") { Arity = ArgumentArity.ZeroOrOne, Description = "Only this one." };
        var why = new Option<string?>("--why") { Description = "With --server: the reason, for the audit." };
        var record = new Option<bool>("--record") { Description = "Show what was said to each declared system and what it answered, without secrets; people's names and addresses are shown." };
        var json = Terminal.JsonOption();
        var command = new Command("check", "Reach each system with its credential, and say what is missing: from here, without a database; with --server by the installation's connector hosts. Changes nothing.") { name, record, why, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var isElsewhere = parsed.GetValue(ServerOption.Option) is not null;
            if (isElsewhere && string.IsNullOrWhiteSpace(parsed.GetValue(why)))
            {
                throw new SettingsException("--why is missing: over --server a check is a request, and its reason stands in the audit.");
            }

            if (isElsewhere && parsed.GetValue(record))
            {
                throw new SettingsException("--record shows what this process says to a system: leave --server out, and run it where the configuration is.");
            }

            var (known, looked) = isElsewhere
                ? await Elsewhere(parsed, parsed.GetValue(name), parsed.GetValue(why)!, cancellationToken)
                : await Here(parsed.GetValue(name), parsed.GetValue(record), cancellationToken);
            if (looked.Count == 0)
            {
                Terminal.Error(parsed.GetValue(name) is { } wanted ? $"the configuration has no system {wanted}; it has {string.Join(", ", known)}." : "the configuration has no systems.");
                return DeprovisionerCommands.Failed;
            }

            Print(looked, parsed.GetValue(json));
            return looked.All(l => l.Reachable == true && l.Findings.All(f => f.Ok)) ? DeprovisionerCommands.Done : DeprovisionerCommands.Failed;
        });
        return command;
    }

    private static async Task<(IEnumerable<string> Known, IReadOnlyList<Looked> Looked)> Here(string? wanted, bool record, CancellationToken cancellationToken)
    {
        await using var services = CommandServices.WithSystems();
        var checks = services.GetRequiredService<SystemChecks>();
        return (checks.Systems.Select(s => s.Value), await Task.WhenAll(checks.Systems.Where(s => wanted is null || s.Value == wanted).Select(async system =>
        {
            var check = await checks.CheckAsync(system, cancellationToken, record ? exchange => Terminal.Line($"{system}:{Environment.NewLine}{exchange}") : null);
            return new Looked(system.Value, check.Reachable, check.Version, [.. check.Findings.Select(f => new CheckedRight(f.Subject, f.Ok, f.Remedy))]);
        })));
    }

    private static async Task<(IEnumerable<string> Known, IReadOnlyList<Looked> Looked)> Elsewhere(ParseResult parsed, string? wanted, string why, CancellationToken cancellationToken)
    {
        await using var services = CommandServices.WithOperations(parsed);
        var operations = services.GetRequiredService<IOperations>();
        var known = (await operations.Systems(cancellationToken)).Select(s => s.System).ToList();
        var asked = await operations.Ask([.. known.Where(s => wanted is null || s == wanted).Select(s => ActRequest.Check(new Asker(Environment.UserName, why), s))], cancellationToken);
        var first = asked.Select(act => act.ActId).DefaultIfEmpty().Min();
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var systems = (await operations.Systems(cancellationToken)).Where(s => asked.Any(act => act.System == s.System)).ToList();
            if (systems.TrueForAll(s => s.LastCheck is { } last && last.CheckId >= first && last.Status != "asked") || TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                return (known, systems.ConvertAll(s => s.LastCheck is { Status: "answered" } last && last.CheckId >= first
                    ? new Looked(s.System, last.Reachable, last.Version, last.Findings)
                    : new Looked(s.System, Reachable: null, Version: null, [])));
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static void Print(IReadOnlyList<Looked> looked, bool json)
    {
        if (json)
        {
            Terminal.Json(looked);
            return;
        }

        Terminal.Table("", ["system", "looked at", "", "what to do"], looked.SelectMany(l => l.Findings
            .Select(f => new[] { l.System, f.Subject, f.Ok ? "ok" : "FAULT", f.Remedy })
            .Prepend([l.System, "reached", l.Reachable switch { true => "ok", false => "FAULT", null => "no answer" }, l.Reachable is null ? "No connector host has answered: see whether one runs that serves it." : l.Version])));
    }

    /// <param name="Reachable">Null: nobody has answered.</param>
    private sealed record Looked(string System, bool? Reachable, string? Version, IReadOnlyList<CheckedRight> Findings);
}
