using System.CommandLine;
using System.Text.Json;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Reading;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>reconcile</c>, <c>reconcile list</c>, <c>reconcile show</c> and <c>reconcile cancel</c></summary>
internal static class ReconcileCommand
{
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
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var names = parsed.GetValue(systems) is { Length: > 0 } named ? named.Distinct().ToList() : await Listable(context, cancellationToken);
            if (names.Count == 0)
            {
                Terminal.Error("no system is configured whose accounts can be listed.");
                return DeprovisionerCommands.Failed;
            }

            var details = JsonSerializer.Serialize(new { shrunkIsRight = parsed.GetValue(shrunk) });
            var acts = names.Select(name => new OperatorActEntity
            {
                Kind = "reconcile",
                System = name,
                Details = details,
                Who = parsed.GetValue(who)!,
                Why = parsed.GetValue(why)!,
                RequestedAt = TimeProvider.System.GetUtcNow(),
            }).ToList();
            if (parsed.GetValue(noWait))
            {
                return await ActCommands.Ask(context, acts, parsed.GetValue(json), cancellationToken);
            }

            return await Wait(context, acts, parsed.GetValue(json), cancellationToken);
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
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var only = parsed.GetValue(system);
            var runs = await context.Reconciliations.Where(r => only == null || r.System == only).OrderByDescending(r => r.StartedAt).Take(200).ToListAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(runs.Select(Shape));
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
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var id = parsed.GetValue(run);
            var found = await context.Reconciliations.Where(r => r.RunId == id).ToListAsync(cancellationToken);
            if (found.Count == 0)
            {
                Terminal.Error($"no reconciliation {id}.");
                return DeprovisionerCommands.Failed;
            }

            await Print(context, found, parsed.GetValue(json), cancellationToken);
            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command Cancel()
    {
        var run = new Argument<Guid>("RUN") { Description = "The reconciliation's id." };
        var command = new Command("cancel", "Stop a reconciliation. What it found stays.") { run };
        var by = ActCommands.By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var details = JsonSerializer.Serialize(new { run = parsed.GetValue(run) });
            return await ActCommands.Ask(context, [by.Act(parsed, "reconcile-cancel", details: details)], parsed.GetValue(by.Json), cancellationToken);
        });
        return command;
    }

    private static async Task<List<string>> Listable(DeprovisionerContext context, CancellationToken cancellationToken)
    {
        var finding = ConnectorCatalogue.Descriptions.Where(c => c.FindsAccounts).Select(c => c.Connector).ToList();
        return await context.Systems.Where(s => s.Configured && finding.Contains(s.Connector)).OrderBy(s => s.System).Select(s => s.System).ToListAsync(cancellationToken);
    }

    /// <summary>Asks, and follows the runs to their end. What was refused is told and waited for no longer.</summary>
    private static async Task<int> Wait(DeprovisionerContext context, List<OperatorActEntity> acts, bool json, CancellationToken cancellationToken)
    {
        var ids = new List<long>();
        foreach (var act in acts)
        {
            ids.Add(await OperatorActs.Request(context, act, cancellationToken));
        }

        var answers = await ActCommands.Answers(context, ids, cancellationToken);
        foreach (var refused in answers.Where(a => a.Status != "done"))
        {
            Terminal.Error($"{refused.System}: {refused.Answer ?? "no orchestrator has taken it yet; the request stays, and is carried out once one runs."}");
        }

        var told = "";
        while (true)
        {
            var runs = await context.Reconciliations.Where(r => r.ActId != null && ids.Contains(r.ActId.Value)).OrderBy(r => r.System).ToListAsync(cancellationToken);
            var progress = string.Join("; ", runs.Select(r => $"{r.System}: {r.Status}, {r.Pages} pages, {r.Accounts} accounts"));
            if (progress != told && runs.Count > 0)
            {
                await Console.Error.WriteLineAsync(told = progress);
            }

            if (runs.TrueForAll(r => r.Status != "running"))
            {
                await Print(context, runs, json, cancellationToken);
                return answers.TrueForAll(a => a.Status == "done") && runs.TrueForAll(r => r.Status == "complete" && r.Orphans + r.LeaversActive + r.Unknown == 0)
                    ? DeprovisionerCommands.Done : DeprovisionerCommands.Failed;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static async Task Print(DeprovisionerContext context, IReadOnlyList<ReconciliationEntity> runs, bool json, CancellationToken cancellationToken)
    {
        var ids = runs.Select(r => r.RunId).ToList();
        var findings = await context.ReconciledAccounts.Where(f => ids.Contains(f.RunId)).OrderBy(f => f.Finding).ThenBy(f => f.Name).ThenBy(f => f.AccountId).ToListAsync(cancellationToken);
        if (json)
        {
            Terminal.Json(runs.Select(r => new { run = Shape(r), findings = findings.Where(f => f.RunId == r.RunId) }));
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

    private static void Table(IReadOnlyList<ReconciliationEntity> runs)
        => Terminal.Table("No reconciliation was ever asked for.", ["run", "system", "status", "reason", "pages", "accounts", "orphans", "leavers active", "unknown", "began", "asked by"], runs.Select(r => new[]
        {
            r.RunId.ToString(), r.System, r.Status, r.Reason, $"{r.Pages}", $"{r.Accounts}", $"{r.Orphans}", $"{r.LeaversActive}", $"{r.Unknown}", TimeText.Of(r.StartedAt), r.AskedBy,
        }));

    private static object Shape(ReconciliationEntity r) => new
    {
        r.RunId,
        r.System,
        r.Status,
        r.Reason,
        r.Detail,
        r.Pages,
        r.Accounts,
        r.AccountedFor,
        r.Disabled,
        r.Protected,
        r.Orphans,
        r.LeaversActive,
        r.Unknown,
        r.StartedAt,
        r.FinishedAt,
        r.AskedBy,
        r.Why,
    };
}
