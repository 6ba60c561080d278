using System.CommandLine;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>replay</c>, and what is done with a replay: <c>list</c>, <c>show</c>, <c>start</c>, <c>resume</c> and <c>cancel</c></summary>
internal static class ReplayCommand
{
    /// <summary>Selecting very many steps takes its time; without any answer for so long, no orchestrator is running.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

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
            await using var services = CommandServices.WithOperations(parsed);
            var operations = services.GetRequiredService<IOperations>();
            var only = parsed.GetValue(preview) || parsed.GetValue(all);
            var start = only ? ReplayStart.AfterPreview : parsed.GetValue(yes) ? ReplayStart.AtOnce : ReplayStart.IfFew;
            var act = await Ask(operations, ActRequest.Replay(by.Of(parsed), options.Of(parsed), start, parsed.GetValue(all)), cancellationToken);
            return act is { Status: "done" }
                ? await new ReplayProgress(operations, act.ActId, parsed.GetValue(by.Json)).Follow(parsed.GetValue(noWait), only, cancellationToken)
                : Refused(act);
        });
        command.Add(List());
        command.Add(Show());
        command.Add(OnJob("start", "Start a previewed replay, with exactly the steps that it selected.", ActRequest.StartReplay));
        command.Add(OnJob("resume", "Let a stopped replay go on: it begins with one again, and with what failed.", ActRequest.ResumeReplay));
        command.Add(OnJob("cancel", "End a replay: nothing more is sent. What is under way ends by itself.", ActRequest.CancelReplay));
        return command;
    }

    private static Command List()
    {
        var json = Terminal.JsonOption();
        var command = new Command("list", "List replays, the newest first.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var jobs = (await services.GetRequiredService<IOperations>().Replays(new PageRequest(ReplayWords.MostLines), cancellationToken)).Items;
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
            await using var services = CommandServices.WithOperations(parsed);
            return await new ReplayProgress(services.GetRequiredService<IOperations>(), parsed.GetValue(job), parsed.GetValue(json)).Print(parsed.GetValue(state), parsed.GetValue(lines), cancellationToken)
                ? DeprovisionerCommands.Done
                : DeprovisionerCommands.Failed;
        });
        return command;
    }

    private static Command OnJob(string name, string description, Func<Asker, long, ActRequest> request)
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
            await using var services = CommandServices.WithOperations(parsed);
            var operations = services.GetRequiredService<IOperations>();
            var id = parsed.GetValue(job);
            var act = await Ask(operations, request(by.Of(parsed), id), cancellationToken);
            var progress = new ReplayProgress(operations, id, parsed.GetValue(by.Json));
            return act is not { Status: "done" } ? Refused(act)
                : name != "cancel" ? await progress.Follow(parsed.GetValue(noWait), previewOnly: false, cancellationToken)
                : await progress.Print(null, ReplayWords.MostLines, cancellationToken) ? DeprovisionerCommands.Done : DeprovisionerCommands.Failed;
        });
        return command;
    }

    private static async Task<Act> Ask(IOperations operations, ActRequest request, CancellationToken cancellationToken) => (await ActAnswers.Of(operations, [request], Patience, cancellationToken))[0];

    private static int Refused(Act act)
    {
        Terminal.Error(act.Answer ?? $"No orchestrator has taken it yet; the request stays, and is carried out once one runs: see 'replay list', where it will be job {act.Target ?? act.ActId}.");
        return DeprovisionerCommands.Failed;
    }

    private static Argument<long> Job() => new("JOB") { Description = "The replay's number, as 'replay list' gives it." };

    private static Option<bool> NoWait() => new("--no-wait") { Description = "Do not wait until it has ended." };
}
