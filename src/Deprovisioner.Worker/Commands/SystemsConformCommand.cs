using System.CommandLine;
using Deprovisioner.Connectors.Conforming;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>systems conform</c>: what every connector must stand, tried on a running system with an account that may be changed.</summary>
internal static class SystemsConformCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("SYSTEM") { Description = "The system, as the configuration names it." };
        var person = new Option<string>("--person") { Required = true, Description = "Finds an account for trials: the value of what match.value names, such as trial@example.test. It is disabled and stripped again and again, and put back each time." };
        var once = new Option<StepAction[]>("--once")
        {
            CustomParser = result => [.. result.Tokens.SelectMany(t => t.Value.Split(',')).Select(EnumText.Parse<StepAction>)],
            AllowMultipleArgumentsPerToken = true,
            Description = "Also try these actions, which cannot be put back: revoke-sessions, revoke-credentials, transfer-data, reclaim-licence, delete-account.",
        };
        var facts = new Option<string[]>("--fact") { Description = "What steps need beside it, such as person.manager.email=boss@example.test. May be given again." };
        var yes = new Option<bool>("--yes") { Description = "Do it. Without this only what would be tried is shown." };
        var json = Terminal.JsonOption();
        var command = new Command("conform", "Try on a running system what every connector must stand: double runs, lost answers, lag, throttling, a refused credential. Changes the one account that it is given.")
        {
            name, person, once, facts, yes, json,
        };
        command.SetAction((parsed, cancellationToken) => Try(
            parsed.GetValue(name)!, parsed.GetValue(person)!, parsed.GetValue(once) ?? [], Facts(parsed.GetValue(facts) ?? []), parsed.GetValue(yes), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> Try(
        string name, string person, StepAction[] once, Dictionary<string, string> facts, bool yes, bool json, CancellationToken cancellationToken)
    {
        var path = CommandServices.Settings().ConfigPath;
        var configuration = ConfigurationFile.Load(path);
        if (configuration.Systems.FirstOrDefault(s => s.Name.Value == name) is not { } system)
        {
            Terminal.Error($"the configuration has no system {name}; it has {string.Join(", ", configuration.Systems.Select(s => s.Name.Value))}.");
            return DeprovisionerCommands.Failed;
        }

        var kind = KnownConnectors.Beside(path).Single(k => k.Description.Connector == system.Connector);
        if (system.Match is null)
        {
            Terminal.Error($"{name} finds no accounts: there is nothing to try.");
            return DeprovisionerCommands.Failed;
        }

        if (once.Where(action => !kind.Description.Actions.Contains(action)).Select(EnumText.Of).ToList() is { Count: > 0 } lacking)
        {
            Terminal.Error($"{system.Connector} has no {string.Join(", ", lacking)}.");
            return DeprovisionerCommands.WrongUsage;
        }

        await using var services = new ServiceCollection().AddSecrets().BuildServiceProvider();
        var kit = ConformanceKit.For(kind, system, services.GetRequiredService<ISecrets>(), TimeProvider.System, person, facts);
        if (!yes)
        {
            Terminal.Line($"On {name}, the account of {person} would go through {Words(kit.CanBePutBack)}, several times, and be put back each time{(once.Length == 0 ? "" : $"; and through {Words(once)} once, for good")}.");
            Terminal.Line("Nothing was done: add --yes.");
            return DeprovisionerCommands.WrongUsage;
        }

        var findings = new List<ConformanceFinding>();
        await foreach (var finding in kit.RunAsync(once, cancellationToken))
        {
            findings.Add(finding);
            if (!json)
            {
                Terminal.Line($"{(finding.Fault is null ? "ok   " : "FAULT")}  {(finding.Action is { } action ? $"{EnumText.Of(action)}: " : "")}{finding.Case}{(finding.Fault is null ? "" : $": {finding.Fault}")}");
            }
        }

        var faults = findings.Count(f => f.Fault is not null);
        if (json)
        {
            Terminal.Json(findings);
        }
        else
        {
            Terminal.Line($"{name}: {findings.Count - faults} of {findings.Count} hold");
        }

        return faults == 0 ? DeprovisionerCommands.Done : DeprovisionerCommands.Failed;
    }

    private static string Words(IReadOnlyList<StepAction> actions) => actions.Count == 0 ? "nothing" : string.Join(", ", actions.Select(EnumText.Of));

    private static Dictionary<string, string> Facts(string[] texts) => texts.Select(text => text.Split('=', 2)).ToDictionary(
        parts => parts[0], parts => parts.Length == 2 ? parts[1] : throw new SettingsException($"--fact {parts[0]} has no value: write it as person.manager.email=boss@example.test."), StringComparer.Ordinal);
}
