using System.CommandLine;
using System.Text.Json;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Worker.Commands;

/// <summary>What people ask the orchestrator to do. Each request is a row, and in the audit with who and why.</summary>
internal static class ActCommands
{
    /// <summary>Without any answer for so long, no orchestrator is running.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static Command Resolve()
    {
        var step = new Argument<Guid>("STEP") { Description = "A step that failed, or that a person has." };
        var evidence = new Option<string>("--evidence") { Required = true, Description = "What shows that it is done: a ticket, a name, a date." };
        var command = new Command("resolve", "Settle a step by hand: it was done outside.") { step, evidence };
        var by = By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            return await Ask(context, [by.Act(parsed, "resolve", step: parsed.GetValue(step), evidence: parsed.GetValue(evidence))], parsed.GetValue(by.Json), cancellationToken);
        });
        return command;
    }

    public static Command Verify()
    {
        var step = new Argument<Guid>("STEP") { Description = "A task that somebody else has done." };
        var evidence = new Option<string>("--evidence") { Required = true, Description = "What shows that it was done." };
        var command = new Command("verify", "Vouch for a task that somebody else has done.") { step, evidence };
        var by = By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            return await Ask(context, [by.Act(parsed, "verify", step: parsed.GetValue(step), evidence: parsed.GetValue(evidence))], parsed.GetValue(by.Json), cancellationToken);
        });
        return command;
    }

    public static Command Cancel()
    {
        var saga = new Argument<Guid>("SAGA") { Description = "The saga's id." };
        var command = new Command("cancel", "Cancel what a saga has not done yet. What it has done stays done.") { saga };
        var by = By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            return await Ask(context, [by.Act(parsed, "cancel", saga: parsed.GetValue(saga))], parsed.GetValue(by.Json), cancellationToken);
        });
        return command;
    }

    /// <summary><c>approve</c>: for exactly what was looked at.</summary>
    public static Command Approve()
    {
        var saga = new Argument<Guid>("SAGA") { Description = "The saga's id." };
        var stage = new Option<string?>("--stage") { Description = "The stage's name; the first that waits for its approval unless told." };
        var hash = new Option<string>("--plan") { Required = true, Description = "The hash that 'sagas show' gives for the stage: this plan and these accounts, and no others." };
        var command = new Command("approve", "Agree to a stage that waits for it. Whoever asked for what the saga does cannot.") { saga, stage, hash };
        var by = By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var details = JsonSerializer.Serialize(new { stage = parsed.GetValue(stage), hash = parsed.GetValue(hash) });
            return await Ask(context, [by.Act(parsed, "approve", saga: parsed.GetValue(saga), details: details)], parsed.GetValue(by.Json), cancellationToken);
        });
        return command;
    }

    /// <summary><c>systems pause</c> or <c>systems resume</c>.</summary>
    public static Command OnSystem(string kind, string description)
    {
        var system = new Argument<string>("SYSTEM") { Description = "The system's name in the configuration." };
        var command = new Command(kind, description) { system };
        var by = By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            return await Ask(context, [by.Act(parsed, kind, system: parsed.GetValue(system))], parsed.GetValue(by.Json), cancellationToken);
        });
        return command;
    }

    /// <summary>An act on a person, such as <c>people hold</c>.</summary>
    public static Command OnPerson(string name, string kind, string description)
    {
        var person = new Argument<string>("PERSON") { Description = "The person's id." };
        var command = new Command(name, description) { person };
        var by = By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            return await Ask(context, [by.Act(parsed, kind, person: parsed.GetValue(person))], parsed.GetValue(by.Json), cancellationToken);
        });
        return command;
    }

    /// <summary>Writes the requests and waits for an orchestrator to answer them.</summary>
    internal static async Task<int> Ask(DeprovisionerContext context, IEnumerable<OperatorActEntity> acts, bool json, CancellationToken cancellationToken)
    {
        var ids = new List<long>();
        foreach (var act in acts)
        {
            ids.Add(await OperatorActs.Request(context, act, cancellationToken));
        }

        var answers = await Answers(context, ids, cancellationToken);
        if (json)
        {
            Terminal.Json(answers);
        }
        else
        {
            Terminal.Table("Nothing was asked.", ["request", "about", "status", "answer"], answers.Select(a => new[]
            {
                a.ActId.ToString(), (a.StepId ?? a.SagaId)?.ToString() ?? a.System ?? a.PersonId ?? a.Target?.ToString(), a.Status, a.Answer ?? "No orchestrator has taken it yet; the request stays, and is carried out once one runs.",
            }));
        }

        return answers.TrueForAll(a => a.Status != "refused") ? DeprovisionerCommands.Done : DeprovisionerCommands.Failed;
    }

    /// <summary>Waits while answers come in; of many requests, tells on the error output how far they are.</summary>
    internal static async Task<List<OperatorActEntity>> Answers(DeprovisionerContext context, List<long> ids, CancellationToken cancellationToken)
    {
        var (last, done) = (TimeProvider.System.GetTimestamp(), 0);
        while (true)
        {
            var answers = await context.OperatorActs.Where(a => ids.Contains(a.ActId)).OrderBy(a => a.ActId).ToListAsync(cancellationToken);
            var answered = answers.Count(a => a.Status != "requested");
            if (answered > done)
            {
                (last, done) = (TimeProvider.System.GetTimestamp(), answered);
                if (ids.Count > 1)
                {
                    await Console.Error.WriteLineAsync($"{done} of {ids.Count}, {answers.Count(a => a.Status == "refused")} refused");
                }
            }

            if (done == ids.Count || TimeProvider.System.GetElapsedTime(last) > Patience)
            {
                return answers;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Who asks, and why: the same options for every act.</summary>
    internal sealed record By(Option<string> Who, Option<string> Why, Option<bool> Json)
    {
        public static By AddTo(Command command)
        {
            var by = new By(
                new Option<string>("--as") { Description = "Who asks, for the audit; the signed-in user unless told.", DefaultValueFactory = _ => Environment.UserName },
                new Option<string>("--why") { Required = true, Description = "The reason, for the audit." },
                Terminal.JsonOption());
            command.Add(by.Who);
            command.Add(by.Why);
            command.Add(by.Json);
            return by;
        }

        public OperatorActEntity Act(ParseResult parsed, string kind, Guid? saga = null, Guid? step = null, string? system = null, string? evidence = null, long? target = null, string? details = null, string? person = null)
            => new()
            {
                Kind = kind,
                SagaId = saga,
                StepId = step,
                System = system,
                PersonId = person,
                Evidence = evidence,
                Target = target,
                Details = details,
                Who = parsed.GetValue(Who)!,
                Why = parsed.GetValue(Why)!,
                RequestedAt = TimeProvider.System.GetUtcNow(),
            };
    }
}
