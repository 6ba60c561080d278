using System.CommandLine;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>reconcile</c>, <c>reconcile list</c>, <c>reconcile show</c> and <c>reconcile cancel</c></summary>
internal static class ReconcileCommand
{
    private const int MostRuns = 200;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var systems = new Argument<string[]>("SYSTEM") { Arity = ArgumentArity.ZeroOrMore, Description = "Only these; all whose accounts can be listed unless told." };
        var noWait = new Option<bool>("--no-wait") { Description = "Only begin." };
        var shrunk = new Option<bool>("--shrunk-is-right") { Description = "Believe a list that is far shorter than the last one: accounts were cleared up." };

        // Not required by the parser, which would ask the commands below for it too.
        var who = new Option<string>("--as") { Description = "Who asks, for the audit; the signed-in user unless told.", DefaultValueFactory = _ => Environment.UserName };
        var why = new Option<string?>("--why") { Description = "The reason, for the audit. Required." };
        var json = Terminal.JsonOption();
        var command = new Command("reconcile", "Compare the accounts of systems with the registry: orphans, leavers who are still active, unknown ones. Changes nothing there.")
        {
            systems, noWait, shrunk, who, why, json, List(), Show(), Cancel(),
        };
        command.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValue(why)) && !result.Children.OfType<System.CommandLine.Parsing.CommandResult>().Any())
            {
                result.AddError("Option '--why' is required.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var operations = services.GetRequiredService<IOperations>();
            var names = parsed.GetValue(systems) is { Length: > 0 } named ? named.Distinct().ToList() : await Listable(operations, cancellationToken);
            if (names.Count == 0)
            {
                Terminal.Error("no system is configured whose accounts can be listed.");
                return DeprovisionerCommands.Failed;
            }

            var asker = new Asker(parsed.GetValue(who)!, parsed.GetValue(why)!);
            var requests = names.ConvertAll(name => ActRequest.Reconcile(asker, name, parsed.GetValue(shrunk)));
            return parsed.GetValue(noWait)
                ? await ActCommands.Ask(operations, requests, parsed.GetValue(json), cancellationToken)
                : await Wait(operations, requests, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static Command List()
    {
        var system = new Option<string?>("--system") { Description = "Only this system's." };
        var json = Terminal.JsonOption();
        var command = new Command("list", "List reconciliations, the newest first.") { system, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var runs = (await services.GetRequiredService<IOperations>().Reconciliations(new ReconciliationFilter(parsed.GetValue(system)), new PageRequest(MostRuns), cancellationToken)).Items;
            if (parsed.GetValue(json))
            {
                Terminal.Json(runs);
            }
            else
            {
                Table(runs);
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command Show()
    {
        var run = new Argument<Guid>("RUN") { Description = "The reconciliation's id." };
        var json = Terminal.JsonOption();
        var command = new Command("show", "Show one reconciliation and what it found.") { run, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var operations = services.GetRequiredService<IOperations>();
            var id = parsed.GetValue(run);
            if (await operations.Reconciliation(id, cancellationToken) is not { } found)
            {
                Terminal.Error($"no reconciliation {id}.");
                return DeprovisionerCommands.Failed;
            }

            await Print(operations, [found], parsed.GetValue(json), cancellationToken);
            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command Cancel()
    {
        var run = new Argument<Guid>("RUN") { Description = "The reconciliation's id." };
        var command = new Command("cancel", "Stop a reconciliation. What it found stays.") { run };
        var by = ActCommands.By.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ActCommands.Ask(parsed, by, ActRequest.CancelReconciliation(by.Of(parsed), parsed.GetValue(run)), cancellationToken));
        return command;
    }

    private static async Task<List<string>> Listable(IOperations operations, CancellationToken cancellationToken)
    {
        // Of what an installation declares itself, this process need not know: all of that has accounts.
        var withoutAccounts = ConnectorCatalogue.Descriptions.Where(c => !c.FindsAccounts).Select(c => c.Connector).ToHashSet();
        return [.. (await operations.Systems(cancellationToken)).Where(s => !withoutAccounts.Contains(s.Connector)).Select(s => s.System)];
    }

    /// <summary>Asks, and follows the runs to their end. What was refused is told and waited for no longer.</summary>
    private static async Task<int> Wait(IOperations operations, IReadOnlyList<ActRequest> requests, bool json, CancellationToken cancellationToken)
    {
        var answers = await ActAnswers.Of(operations, requests, ActAnswers.Patience, cancellationToken);
        foreach (var refused in answers.Where(a => a.Status != "done"))
        {
            Terminal.Error($"{refused.System}: {refused.Answer ?? "no orchestrator has taken it yet; the request stays, and is carried out once one runs."}");
        }

        var begun = new ReconciliationFilter(Acts: [.. answers.Select(a => a.ActId)]);
        var told = "";
        while (true)
        {
            var runs = (await operations.Reconciliations(begun, new PageRequest(PageRequest.Limit), cancellationToken)).Items.OrderBy(r => r.System, StringComparer.Ordinal).ToList();
            var progress = string.Join("; ", runs.Select(r => $"{r.System}: {r.Status}, {r.Pages} pages, {r.Accounts} accounts"));
            if (progress != told && runs.Count > 0)
            {
                await Console.Error.WriteLineAsync(told = progress);
            }

            if (runs.TrueForAll(r => r.Status != "running"))
            {
                await Print(operations, runs, json, cancellationToken);
                return answers.All(a => a.Status == "done") && runs.TrueForAll(r => r.Status == "complete" && r.Orphans + r.LeaversActive + r.Unknown == 0)
                    ? DeprovisionerCommands.Done : DeprovisionerCommands.Failed;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static async Task Print(IOperations operations, IReadOnlyList<ReconciliationLine> runs, bool json, CancellationToken cancellationToken)
    {
        var found = new List<FindingLine>();
        foreach (var run in runs)
        {
            await foreach (var finding in Pages.All(page => operations.Findings(run.RunId, null, page, cancellationToken)))
            {
                found.Add(finding);
            }
        }

        var findings = found.OrderBy(f => f.Finding, StringComparer.Ordinal).ThenBy(f => f.Name, StringComparer.Ordinal).ThenBy(f => f.AccountId, StringComparer.Ordinal).ToList();
        if (json)
        {
            Terminal.Json(runs.Select(r => new { run = r, findings = findings.Where(f => f.RunId == r.RunId) }));
            return;
        }

        Table(runs);
        foreach (var run in runs)
        {
            Terminal.Line($"{run.System}: {run.Status}. {run.Detail}");
        }

        var systems = runs.ToDictionary(r => r.RunId, r => r.System);
        Terminal.Table("No findings.", ["finding", "system", "account", "id", "person", "why", "next"], findings.Select(f => new[]
        {
            f.Finding, systems[f.RunId], f.Name, f.AccountId, f.PersonId, f.Detail, f.Next,
        }));
    }

    private static void Table(IReadOnlyList<ReconciliationLine> runs)
        => Terminal.Table("No reconciliation was ever asked for.", ["run", "system", "status", "reason", "pages", "accounts", "orphans", "leavers active", "unknown", "began", "asked by"], runs.Select(r => new[]
        {
            r.RunId.ToString(), r.System, r.Status, r.Reason, $"{r.Pages}", $"{r.Accounts}", $"{r.Orphans}", $"{r.LeaversActive}", $"{r.Unknown}", TimeText.Of(r.StartedAt), r.AskedBy,
        }));
}
