using System.CommandLine;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>holds list</c>, <c>holds release</c> and <c>holds reject</c></summary>
internal static class HoldsCommand
{
    public static Command Create() => new("holds", "What waits for a person's decision: sagas and events.")
    {
        List(),
        Decide("release", "Let held sagas go on where they stood, with the same times.", isRelease: true),
        Decide("reject", "Cancel held sagas, or dismiss held events: what has not run will not run.", isRelease: false),
    };

    private static Command List()
    {
        var reason = Reason();
        var json = Terminal.JsonOption();
        var command = new Command("list", "List held sagas and held events, the oldest first.") { reason, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var holds = await services.GetRequiredService<IOperations>().Holds(parsed.GetValue(reason), cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(holds);
            }
            else
            {
                Terminal.Table("Nothing is held.", ["id", "person", "reason", "since", "detail", "what would happen", "hash"], holds.Select(h => new[]
                {
                    h.Id, h.PersonId, string.Join(", ", h.Reasons), TimeText.Of(h.Since), h.Detail, h.WouldHappen, h.Hash,
                }));
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command Decide(string name, string description, bool isRelease)
    {
        var ids = new Argument<string[]>("ID") { Arity = ArgumentArity.ZeroOrMore, Description = "Ids that 'holds list' gives." };
        var all = new Option<bool>("--all") { Description = "All that are held for the reason, the oldest first." };
        var reason = Reason();
        var count = new Option<int?>("--count") { Description = "With --all: only so many." };
        var command = new Command(name, description) { ids, all, reason, count };
        command.Validators.Add(result =>
        {
            var named = result.GetValue(ids) is { Length: > 0 };
            if (named == result.GetValue(all))
            {
                result.AddError("Name ids, or say --all --reason REASON; not both.");
            }
            else if (!named && result.GetValue(reason) is null)
            {
                result.AddError("--all needs --reason: nobody decides about everything at once by mistake.");
            }
            else if (result.GetValue(count) is { } most && (named || most < 1))
            {
                result.AddError("--count goes with --all, and is at least 1.");
            }
        });
        var by = ActCommands.By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var operations = services.GetRequiredService<IOperations>();
            var held = await operations.Holds(reason: null, cancellationToken);
            var wanted = parsed.GetValue(ids)!;
            var chosen = parsed.GetValue(all)
                ? held.Where(h => h.Reasons.Contains(parsed.GetValue(reason)!)).Take(parsed.GetValue(count) ?? int.MaxValue).ToList()
                : held.Where(h => wanted.Contains(h.Id, StringComparer.OrdinalIgnoreCase)).ToList();
            if (wanted.Except(chosen.Select(h => h.Id), StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } unknown)
            {
                Terminal.Error($"{unknown} is not held; see 'holds list'.");
                return DeprovisionerCommands.Failed;
            }

            if (isRelease && chosen.Find(h => h.InboxId is not null) is { } held1)
            {
                Terminal.Error($"{held1.Id} is an event: send HR's correction, then 'holds reject {held1.Id}' puts it aside.");
                return DeprovisionerCommands.Failed;
            }

            if (chosen.Find(h => h.Reasons.Contains("approval")) is { } pending && isRelease)
            {
                Terminal.Error($"{pending.Id} waits for an approval: 'deprovisioner approve {pending.Id} --plan {pending.Hash}'.");
                return DeprovisionerCommands.Failed;
            }

            var asker = by.Of(parsed);
            var requests = chosen.ConvertAll(h => h.InboxId is { } inbox ? ActRequest.Dismiss(asker, inbox) : isRelease ? ActRequest.Release(asker, Guid.Parse(h.Id)) : ActRequest.Reject(asker, Guid.Parse(h.Id)));
            return await ActCommands.Ask(operations, requests, parsed.GetValue(by.Json), cancellationToken);
        });
        return command;
    }

    private static Option<string?> Reason()
    {
        var reason = new Option<string?>("--reason") { Description = "Only what is held for this: guard, protected, drift, approval, event." };
        reason.AcceptOnlyFromAmong("guard", "protected", "drift", "approval", "event");
        return reason;
    }
}
