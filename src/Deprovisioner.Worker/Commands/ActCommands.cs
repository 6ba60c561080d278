using System.CommandLine;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Worker.Commands.Server;
using Deprovisioner.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary>What people ask the orchestrator to do. Each request is a row, and in the audit with who and why.</summary>
internal static class ActCommands
{
    public static Command Resolve()
    {
        var step = new Argument<Guid>("STEP") { Description = "A step that failed, or that a person has." };
        var evidence = new Option<string>("--evidence") { Required = true, Description = "What shows that it is done: a ticket, a name, a date." };
        var command = new Command("resolve", "Settle a step by hand: it was done outside.") { step, evidence };
        var by = By.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Ask(parsed, by, ActRequest.Resolve(by.Of(parsed), parsed.GetValue(step), parsed.GetValue(evidence)!), cancellationToken));
        return command;
    }

    public static Command Verify()
    {
        var step = new Argument<Guid>("STEP") { Description = "A task that somebody else has done." };
        var evidence = new Option<string>("--evidence") { Required = true, Description = "What shows that it was done." };
        var command = new Command("verify", "Vouch for a task that somebody else has done.") { step, evidence };
        var by = By.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Ask(parsed, by, ActRequest.Verify(by.Of(parsed), parsed.GetValue(step), parsed.GetValue(evidence)!), cancellationToken));
        return command;
    }

    /// <summary><c>choose</c>: whose an account is, where a step could not tell.</summary>
    public static Command Choose()
    {
        var step = new Argument<Guid>("STEP") { Description = "A step that failed as ambiguous." };
        var account = new Option<string[]>("--account") { Description = "The id of an account that is theirs, out of those that 'sagas show' names; once for each.", AllowMultipleArgumentsPerToken = true };
        var none = new Option<bool>("--none") { Description = "None of them is theirs." };
        var command = new Command("choose", "Say which of the accounts that a step could not tell apart are the person's. The others are left alone, and the step is tried again.") { step, account, none };
        command.Validators.Add(result =>
        {
            if ((result.GetValue(account) is { Length: > 0 }) == result.GetValue(none))
            {
                result.AddError("Say whose they are: --account ID for each that is theirs, or --none.");
            }
        });
        var by = By.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Ask(parsed, by, ActRequest.Choose(by.Of(parsed), parsed.GetValue(step), parsed.GetValue(account) ?? []), cancellationToken));
        return command;
    }

    public static Command Skip()
    {
        var step = new Argument<Guid>("STEP") { Description = "A step that failed, or that a person has." };
        var command = new Command("skip", "Go on without a step: it need not be done. What needs it, and what destroys on its system, is skipped with it.") { step };
        var by = By.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Ask(parsed, by, ActRequest.Skip(by.Of(parsed), parsed.GetValue(step)), cancellationToken));
        return command;
    }

    public static Command Cancel()
    {
        var saga = new Argument<Guid>("SAGA") { Description = "The saga's id." };
        var command = new Command("cancel", "Cancel what a saga has not done yet. What it has done stays done.") { saga };
        var by = By.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Ask(parsed, by, ActRequest.Cancel(by.Of(parsed), parsed.GetValue(saga)), cancellationToken));
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
        command.SetAction((parsed, cancellationToken) => Ask(parsed, by, ActRequest.Approve(by.Of(parsed), parsed.GetValue(saga), parsed.GetValue(stage), parsed.GetValue(hash)!), cancellationToken));
        return command;
    }

    /// <summary><c>systems pause</c> or <c>systems resume</c>.</summary>
    public static Command OnSystem(string name, string description, Func<Asker, string, ActRequest> request)
    {
        var system = new Argument<string>("SYSTEM") { Description = "The system's name in the configuration." };
        var command = new Command(name, description) { system };
        var by = By.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Ask(parsed, by, request(by.Of(parsed), parsed.GetValue(system)!), cancellationToken));
        return command;
    }

    /// <summary>An act on a person, such as <c>people hold</c>.</summary>
    public static Command OnPerson(string name, string description, Func<Asker, string, ActRequest> request)
    {
        var person = new Argument<string>("PERSON") { Description = "The person's id." };
        var command = new Command(name, description) { person };
        var by = By.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Ask(parsed, by, request(by.Of(parsed), parsed.GetValue(person)!), cancellationToken));
        return command;
    }

    /// <summary>Asks for one act and waits for the answer.</summary>
    internal static async Task<int> Ask(ParseResult parsed, By by, ActRequest request, CancellationToken cancellationToken)
    {
        await using var services = CommandServices.WithOperations(parsed);
        return await Ask(services.GetRequiredService<IOperations>(), [request], parsed.GetValue(by.Json), cancellationToken);
    }

    /// <summary>Asks, waits for the answers and prints them.</summary>
    internal static async Task<int> Ask(IOperations operations, IReadOnlyList<ActRequest> requests, bool json, CancellationToken cancellationToken)
    {
        var answers = await ActAnswers.Of(operations, requests, ActAnswers.Patience, cancellationToken);
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

        return answers.All(a => a.Status != "refused") ? DeprovisionerCommands.Done : DeprovisionerCommands.Failed;
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

        /// <exception cref="SettingsException">A console knows who asks, and takes nobody's word for it.</exception>
        public Asker Of(ParseResult parsed)
            => parsed.GetValue(ServerOption.Option) is not null && parsed.GetResult(Who) is { Implicit: false }
                ? throw new SettingsException("--as goes with the database only: over --server the token says who asks.")
                : new(parsed.GetValue(Who)!, parsed.GetValue(Why)!);
    }
}
