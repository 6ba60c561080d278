using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>What waits for a person.</summary>
internal sealed class HoldReading(IDbContextFactory<DeprovisionerContext> contexts)
{
    /// <summary>Sagas in the order in which the guard decided about them, then events; the oldest first.</summary>
    /// <param name="reason">Null: whatever the reason.</param>
    public async Task<IReadOnlyList<HeldItem>> List(string? reason, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var sagas = await context.Sagas.Where(s => s.Status == "held").OrderBy(s => s.PlannedAt).ThenBy(s => s.SagaId).WithSteps(context, cancellationToken);
        var ids = sagas.ConvertAll(s => s.SagaId);
        var order = await context.GuardTransitions.Where(t => ids.Contains(t.SagaId)).ToDictionaryAsync(t => t.SagaId, t => t.Seq, cancellationToken);
        var held = new List<HeldItem>();
        foreach (var saga in sagas.OrderBy(s => s.PlannedAt).ThenBy(s => order.GetValueOrDefault(s.SagaId)))
        {
            held.Add(await Held(context, saga, cancellationToken));
        }

        var events = await context.Inbox.Where(e => e.Verdict == "held" && e.DismissedAt == null).OrderBy(e => e.InboxId).ToListAsync(cancellationToken);
        held.AddRange(events.Select(e => new HeldItem($"event-{e.InboxId}", e.PersonId, ["event"], e.ReceivedAt, e.Reason, $"{e.Type} {e.EventId}", null, e.InboxId)));
        return reason is null ? held : held.FindAll(h => h.Reasons.Contains(reason));
    }

    private static async Task<HeldItem> Held(DeprovisionerContext context, SagaEntity saga, CancellationToken cancellationToken)
    {
        var (id, would) = (saga.SagaId.ToString(), WouldHappen(saga));
        if (SagaText.Holds(saga) is { Count: > 0 } holds)
        {
            return new HeldItem(id, saga.PersonId, [.. holds.Select(h => h.Reason)], holds.Min(h => h.Since), string.Join(' ', holds.Select(h => h.Detail)), would, saga.PlanHash, null);
        }

        // One that is held for no reason waits for an approval; the first is the one that its next stage needs. It may have been given since the saga was read.
        var approvals = await PendingApprovals.Of(context, saga, SagaText.Stages(saga), cancellationToken);
        var (stage, hash) = approvals.Count > 0 ? (approvals[0].Stage, approvals[0].Hash) : ("", saga.PlanHash);
        return new HeldItem(id, saga.PersonId, ["approval"], null, $"stage {stage}", would, hash, null);
    }

    private static string WouldHappen(SagaEntity saga)
    {
        var open = saga.Steps.Where(s => s.Status is not ("succeeded" or "failed" or "cancelled")).GroupBy(s => s.Action).Select(g => $"{g.Key} on {string.Join(", ", g.Select(s => s.System).Order(StringComparer.Ordinal))}");
        return $"{saga.Policy}, {TimeText.Of(saga.EffectiveAt)}: {string.Join("; ", open)}";
    }
}
