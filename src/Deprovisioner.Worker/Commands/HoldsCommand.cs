using System.CommandLine;
using System.Text.Json.Nodes;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>holds list</c>, <c>holds release</c> and <c>holds reject</c></summary>
internal static class HoldsCommand
{
    public static Command Create() => new("holds", "What waits for a person's decision: sagas and events.")
    {
        List(),
        Decide("release", "Let held sagas go on where they stood, with the same times.", "release"),
        Decide("reject", "Cancel held sagas, or dismiss held events: what has not run will not run.", "reject"),
    };

    private static Command List()
    {
        var reason = Reason();
        var json = Terminal.JsonOption();
        var command = new Command("list", "List held sagas and held events, the oldest first.") { reason, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var wanted = parsed.GetValue(reason);
            var holds = (await Held(context, cancellationToken)).Where(h => wanted is null || h.Reasons.Contains(wanted)).ToList();
            if (parsed.GetValue(json))
            {
                Terminal.Json(holds);
            }
            else
            {
                Terminal.Table("Nothing is held.", ["id", "person", "reason", "since", "detail", "what would happen", "hash"], holds.Select(h => new[]
                {
                    h.Id, h.Person, string.Join(", ", h.Reasons), Terminal.Time(h.Since), h.Detail, h.WouldHappen, h.Hash,
                }));
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command Decide(string name, string description, string kind)
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
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var held = await Held(context, cancellationToken);
            var wanted = parsed.GetValue(ids)!;
            var chosen = parsed.GetValue(all)
                ? held.Where(h => h.Reasons.Contains(parsed.GetValue(reason)!)).Take(parsed.GetValue(count) ?? int.MaxValue).ToList()
                : held.Where(h => wanted.Contains(h.Id, StringComparer.OrdinalIgnoreCase)).ToList();
            if (wanted.Except(chosen.Select(h => h.Id), StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } unknown)
            {
                Terminal.Error($"{unknown} is not held; see 'holds list'.");
                return DeprovisionerCommands.Failed;
            }

            if (kind == "release" && chosen.Find(h => h.Event is not null) is { } held1)
            {
                Terminal.Error($"{held1.Id} is an event: send HR's correction, then 'holds reject {held1.Id}' puts it aside.");
                return DeprovisionerCommands.Failed;
            }

            if (chosen.Find(h => h.Reasons.Contains("approval")) is { } pending && kind == "release")
            {
                Terminal.Error($"{pending.Id} waits for an approval: 'deprovisioner approve {pending.Id} --plan {pending.Hash}'.");
                return DeprovisionerCommands.Failed;
            }

            var acts = chosen.Select(h => h.Event is { } inbox ? by.Act(parsed, "dismiss", target: inbox) : by.Act(parsed, kind, saga: Guid.Parse(h.Id)));
            return await ActCommands.Ask(context, acts, parsed.GetValue(by.Json), cancellationToken);
        });
        return command;
    }

    private static Option<string?> Reason()
    {
        var reason = new Option<string?>("--reason") { Description = "Only what is held for this: guard, protected, drift, approval, event." };
        reason.AcceptOnlyFromAmong("guard", "protected", "drift", "approval", "event");
        return reason;
    }

    private static async Task<List<HeldItem>> Held(DeprovisionerContext context, CancellationToken cancellationToken)
    {
        var sagas = await context.Sagas.Where(s => s.Status == "held").Include(s => s.Steps).AsSplitQuery().OrderBy(s => s.PlannedAt).ThenBy(s => s.SagaId).ToListAsync(cancellationToken);
        var ids = sagas.ConvertAll(s => s.SagaId);
        var order = await context.GuardTransitions.Where(t => ids.Contains(t.SagaId)).ToDictionaryAsync(t => t.SagaId, t => t.Seq, cancellationToken);
        var held = new List<HeldItem>();
        foreach (var saga in sagas.OrderBy(s => s.PlannedAt).ThenBy(s => order.GetValueOrDefault(s.SagaId)))
        {
            var holds = JsonNode.Parse(saga.Holds)!.AsArray();
            var approval = holds.Count == 0 ? await ApprovalHashes.Of(context, saga, cancellationToken) is [var first, ..] ? first : null : null;
            held.Add(new HeldItem(
                saga.SagaId.ToString(),
                saga.PersonId,
                holds.Count == 0 ? ["approval"] : [.. holds.Select(h => h!["reason"]!.GetValue<string>())],
                holds.Count == 0 ? null : holds.Min(h => h!["since"]!.GetValue<DateTimeOffset>()),
                holds.Count == 0 ? $"stage {approval?.Stage}" : string.Join(' ', holds.Select(h => h!["detail"]!.GetValue<string>())),
                WouldHappen(saga),
                approval?.Hash ?? saga.PlanHash,
                null));
        }

        var events = await context.Inbox.Where(e => e.Verdict == "held" && e.DismissedAt == null).OrderBy(e => e.InboxId).ToListAsync(cancellationToken);
        held.AddRange(events.Select(e => new HeldItem($"event-{e.InboxId}", e.PersonId, ["event"], e.ReceivedAt, e.Reason, $"{e.Type} {e.EventId}", null, e.InboxId)));
        return held;
    }

    private static string WouldHappen(SagaEntity saga)
    {
        var open = saga.Steps.Where(s => s.Status is not ("succeeded" or "failed" or "cancelled")).GroupBy(s => s.Action).Select(g => $"{g.Key} on {string.Join(", ", g.Select(s => s.System).Order(StringComparer.Ordinal))}");
        return $"{saga.Policy}, {Terminal.Time(saga.EffectiveAt)}: {string.Join("; ", open)}";
    }

    /// <summary>Something that waits for a person.</summary>
    /// <param name="Hash">Of the plan; of plan and accounts where an approval is what it waits for.</param>
    /// <param name="Event">The number of a held event; null: a saga.</param>
    private sealed record HeldItem(string Id, string Person, IReadOnlyList<string> Reasons, DateTimeOffset? Since, string Detail, string WouldHappen, string? Hash, long? Event);
}
