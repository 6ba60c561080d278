using System.CommandLine;
using System.Text.Json;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Writing;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>replay</c>, and what is done with a replay: <c>list</c>, <c>show</c>, <c>start</c>, <c>resume</c> and <c>cancel</c></summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var options = new ReplayOptions(TimeProvider.System.GetUtcNow());
        var preview = new Option<bool>("--preview") { Description = "Only ask the systems what each step would do now; start it afterwards with 'replay start'." };
        var all = new Option<bool>("--preview-all") { Description = $"The same, of every step; of more than {ReplayJob.Sample} else a sample over systems and codes." };
        var yes = new Option<bool>("--yes") { Description = $"Start at once, also more than {ReplayJob.Few} steps." };
        var noWait = NoWait();
        var command = new Command("replay", "Try failed steps again: one, then ten, then the rest. Stops when the error comes back.") { preview, all, yes, noWait };
        options.AddTo(command);
        var by = ActCommands.By.AddTo(command);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(yes) is { Implicit: false } && (parsed.GetResult(preview) is { Implicit: false } || parsed.GetResult(all) is { Implicit: false }))
            {
                parsed.AddError("--yes starts at once, --preview does not start: not both.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var only = parsed.GetValue(preview) || parsed.GetValue(all);
            var start = only ? ReplayStart.AfterPreview : parsed.GetValue(yes) ? ReplayStart.AtOnce : ReplayStart.IfFew;
            var details = JsonSerializer.Serialize(new NewReplay(options.Of(parsed), start, parsed.GetValue(all)), JsonSerializerOptions.Web);
            var act = await ReplayProgress.Ask(context, by.Act(parsed, "replay-job", details: details), cancellationToken);
            return act is { Status: "done" }
                ? await new ReplayProgress(context, act.ActId, parsed.GetValue(by.Json)).Follow(parsed.GetValue(noWait), only, cancellationToken)
                : Refused(act);
        });
        command.Add(List());
        command.Add(Show());
        command.Add(OnJob("start", "Start a previewed replay, with exactly the steps that it selected."));
        command.Add(OnJob("resume", "Let a stopped replay go on: it begins with one again, and with what failed."));
        command.Add(OnJob("cancel", "End a replay: nothing more is sent. What is under way ends by itself."));
        return command;
    }

    private static Command List()
    {
        var json = Terminal.JsonOption();
        var command = new Command("list", "List replays, the newest first.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var jobs = await context.ReplayJobs.OrderByDescending(j => j.JobId).Take(ReplayWords.MostLines).ToListAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(jobs);
            }
            else
            {
                Terminal.Table("Nothing was replayed.", ["job", "status", "selection", "steps", "so far", "by", "why", "since"], jobs.Select(j => new[]
                {
                    j.JobId.ToString(), j.Status, j.Filter, j.Total.ToString(), ReplayWords.Counts(j), j.Who, j.Why, TimeText.Of(j.CreatedAt),
                }));
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command Show()
    {
        var job = Job();
        var state = new Option<string?>("--state") { Description = "Only steps in this state." };
        state.AcceptOnlyFromAmong([.. Contracts.EnumText.All<ReplayItemState>()]);
        var lines = new Option<int>("--lines") { Description = $"At most so many steps; {ReplayWords.MostLines} unless told.", DefaultValueFactory = _ => ReplayWords.MostLines };
        var json = Terminal.JsonOption();
        var command = new Command("show", "Show how far a replay is, and each of its steps.") { job, state, lines, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            return await new ReplayProgress(context, parsed.GetValue(job), parsed.GetValue(json)).Print(parsed.GetValue(state), parsed.GetValue(lines), cancellationToken)
                ? DeprovisionerCommands.Done
                : DeprovisionerCommands.Failed;
        });
        return command;
    }

    private static Command OnJob(string name, string description)
    {
        var job = Job();
        var noWait = NoWait();
        var command = new Command(name, description) { job };
        if (name != "cancel")
        {
            command.Add(noWait);
        }

        var by = ActCommands.By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var id = parsed.GetValue(job);
            var act = await ReplayProgress.Ask(context, by.Act(parsed, $"replay-{name}", target: id), cancellationToken);
            var progress = new ReplayProgress(context, id, parsed.GetValue(by.Json));
            return act is not { Status: "done" } ? Refused(act)
                : name != "cancel" ? await progress.Follow(parsed.GetValue(noWait), previewOnly: false, cancellationToken)
                : await progress.Print(null, ReplayWords.MostLines, cancellationToken) ? DeprovisionerCommands.Done : DeprovisionerCommands.Failed;
        });
        return command;
    }

    private static int Refused(OperatorActEntity act)
    {
        Terminal.Error(act.Answer ?? $"No orchestrator has taken it yet; the request stays, and is carried out once one runs: see 'replay list', where it will be job {act.Target ?? act.ActId}.");
        return DeprovisionerCommands.Failed;
    }

    private static Argument<long> Job() => new("JOB") { Description = "The replay's number, as 'replay list' gives it." };

    private static Option<bool> NoWait() => new("--no-wait") { Description = "Do not wait until it has ended." };
}
