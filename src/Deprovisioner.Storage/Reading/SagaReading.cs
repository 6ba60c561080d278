using System.Text.Json.Nodes;
using Deprovisioner.Storage.Auditing;
using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>Sagas for people: lists, and one with all that is known of it.</summary>
internal sealed class SagaReading(IDbContextFactory<DeprovisionerContext> contexts, AuditReader audit, TimeProvider clock)
{
    /// <summary>The newest first.</summary>
    /// <exception cref="UnknownPlaceException">The list never gave the place that is asked for.</exception>
    public async Task<Page<SagaLine>> List(SagaFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var wanted = Wanted(context.Sagas, context, filter);
        if (page.After is { } place)
        {
            var (at, id) = PlaceInList.TimeAndId(place);
            wanted = wanted.Where(s => s.PlannedAt <= at && (s.PlannedAt < at || s.SagaId > id));
        }

        var sagas = await wanted.OrderByDescending(s => s.PlannedAt).ThenBy(s => s.SagaId).Take(page.Size + 1).WithSteps(context, cancellationToken);
        var now = clock.GetUtcNow();
        var shown = sagas.Take(page.Size).ToList();
        return new(shown.ConvertAll(s => SagaText.Line(s, now)), sagas.Count > shown.Count ? PlaceInList.Of(shown[^1].PlannedAt, shown[^1].SagaId) : null);
    }

    /// <summary>Null where there is none.</summary>
    public async Task<SagaView?> Find(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Sagas.Where(s => s.SagaId == id).WithSteps(context, cancellationToken) is not [var saga])
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var events = await context.Inbox.Where(e => e.PersonId == saga.PersonId && e.SagaId == id).OrderBy(e => e.InboxId).ToListAsync(cancellationToken);
        var rows = await audit.Lines(id, cancellationToken);
        return new SagaView(
            SagaText.Line(saga, now),
            saga.EffectiveBasis,
            saga.PolicyVersion,
            saga.PlanHash,
            saga.ReturnedAt,
            saga.LegalHold,
            saga.ProtectionReleased,
            saga.TraceParent,
            SagaText.StagesOf(saga),
            SagaText.Deadlines(saga, now),
            SagaText.Holds(saga),
            await PendingApprovals.Of(context, saga, SagaText.Stages(saga), cancellationToken),
            SagaText.NotRestored(saga),
            await DriftReading.Of(context, saga.PersonId, [saga], cancellationToken) is { Answers.Count: > 0 } drift ? drift : null,
            events.ConvertAll(EventText.Line),
            [.. rows.Select(row => new AuditRowView(row.Sequence, row.At, row.Type, JsonNode.Parse(row.Payload), row.Evidence is null ? null : JsonNode.Parse(row.Evidence)))]);
    }

    private static IQueryable<SagaEntity> Wanted(IQueryable<SagaEntity> sagas, DeprovisionerContext context, SagaFilter filter)
    {
        var (status, kind, person, policy, system) = (filter.Status, filter.Kind, filter.Person, filter.Policy, filter.System);
        if (status is not null)
        {
            sagas = sagas.Where(s => s.Status == EF.Constant(status));
        }

        if (kind is not null)
        {
            sagas = sagas.Where(s => s.Kind == kind);
        }

        if (person is not null)
        {
            sagas = sagas.Where(s => s.PersonId == person);
        }

        if (policy is not null)
        {
            sagas = sagas.Where(s => s.Policy == policy);
        }

        if (system is not null)
        {
            sagas = sagas.Where(s => context.Steps.Any(step => step.SagaId == s.SagaId && step.System == system));
        }

        if (filter.Urgent is { } urgent)
        {
            sagas = sagas.Where(s => s.Urgent == urgent);
        }

        if (filter.Late is { } late)
        {
            sagas = sagas.Where(s => s.Status != "completed" && s.Status != "cancelled" && DeprovisionerContext.JsonPathExists(s.Stages, "$[*].deadlineMissedAt ? (@ != null)") == late);
        }

        if (filter.PlannedFrom is { } from)
        {
            sagas = sagas.Where(s => s.PlannedAt >= from);
        }

        if (filter.PlannedBefore is { } before)
        {
            sagas = sagas.Where(s => s.PlannedAt < before);
        }

        if (filter.DeadlineBefore is { } deadline)
        {
            sagas = sagas.Where(s => s.NextDeadlineAt < deadline);
        }

        return sagas;
    }
}
