using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Storage.Writing;

/// <summary>Saves sagas and their steps, many at a time.</summary>
internal sealed class SagaSaver(Work work, IReadOnlyDictionary<Guid, AuditHead> heads)
{
    private static readonly SqlColumns<(SagaWork Work, AuditHead Head, LeaverFigures? Figures)> Sagas = new(
        "sagas",
        new("saga_id", s => Sql.Uuids(s.Select(x => x.Work.Saga.Id.Value))),
        new("kind", s => Sql.Texts(s.Select(x => EnumText.Of(x.Work.Saga.Kind)))),
        new("person_id", s => Sql.Texts(s.Select(x => x.Work.Saga.PersonId.Value))),
        new("employment_id", s => Sql.Texts(s.Select(x => x.Work.Saga.EmploymentId.Value))),
        new("fence", s => Sql.Bigs(s.Select(x => x.Work.Saga.Fence))),
        new("policy", s => Sql.Texts(s.Select(x => x.Work.Saga.Policy))),
        new("policy_version", s => Sql.Texts(s.Select(x => x.Work.Saga.PolicyVersion))),
        new("plan_hash", s => Sql.Texts(s.Select(x => x.Work.Saga.PlanHash))),
        new("retry_first_ms", s => Sql.Bigs(s.Select(x => Milliseconds(x.Work.Saga.Retry.First)))),
        new("retry_max_ms", s => Sql.Bigs(s.Select(x => Milliseconds(x.Work.Saga.Retry.Max)))),
        new("retry_for_ms", s => Sql.Bigs(s.Select(x => Milliseconds(x.Work.Saga.Retry.For)))),
        new("urgent", s => Sql.Booleans(s.Select(x => x.Work.Saga.Urgent)), Changes: true),
        new("effective_at", s => Sql.Times(s.Select(x => (DateTimeOffset?)x.Work.Saga.EffectiveAt)), Changes: true),
        new("effective_basis", s => Sql.Texts(s.Select(x => x.Work.Saga.EffectiveBasis)), Changes: true),
        new("status", s => Sql.Texts(s.Select(x => EnumText.Of(x.Work.Saga.Status))), Changes: true),
        new("planned_at", s => Sql.Times(s.Select(x => (DateTimeOffset?)x.Work.Saga.PlannedAt))),
        new("contained_at", s => Sql.Times(s.Select(x => x.Work.Saga.ContainedAt)), Changes: true),
        new("completed_at", s => Sql.Times(s.Select(x => x.Work.Saga.CompletedAt)), Changes: true),
        new("stages", s => Sql.Jsons(s.Select(x => SagaRows.Stages(x.Work.Saga))), Changes: true),
        new("next_deadline_at", s => Sql.Times(s.Select(x => StageDeadlines.Next(x.Work.Saga))), Changes: true),
        new("ended_hours", s => Sql.DoublesOrNull(s.Select(x => x.Figures?.EndedHours)), Changes: true),
        new("live_systems", s => Sql.Ints(s.Select(x => x.Figures?.LiveSystems ?? 0)), Changes: true),
        new("late", s => Sql.Booleans(s.Select(x => x.Figures?.Late ?? false)), Changes: true),
        new("licences_reclaimed", s => Sql.Ints(s.Select(x => x.Figures?.LicencesReclaimed ?? 0)), Changes: true),
        new("steps_by_hand", s => Sql.Ints(s.Select(x => x.Figures?.StepsByHand ?? 0)), Changes: true),
        new("returned_at", s => Sql.Times(s.Select(x => x.Work.Saga.ReturnedAt)), Changes: true),
        new("not_restored", s => Sql.Jsons(s.Select(x => SagaRows.NotRestored(x.Work.Saga)))),
        new("holds", s => Sql.Jsons(s.Select(x => SagaRows.Holds(x.Work.Saga))), Changes: true),
        new("trace_parent", s => Sql.Texts(s.Select(x => x.Work.TraceParent))),
        new("audit_seq", s => Sql.Bigs(s.Select(x => x.Head.Sequence)), Changes: true),
        new("audit_hash", s => Sql.BytesMany(s.Select(x => x.Head.Hash)), Changes: true));

    private static readonly SqlColumns<(SagaWork Work, Step Step)> Steps = new(
        "steps",
        new("step_id", s => Sql.Uuids(s.Select(x => x.Step.Id.Value))),
        new("saga_id", s => Sql.Uuids(s.Select(x => x.Work.Saga.Id.Value))),
        new("ordinal", s => Sql.Ints(s.Select(x => x.Step.Ordinal))),
        new("stage", s => Sql.Ints(s.Select(x => x.Step.Stage))),
        new("system", s => Sql.Texts(s.Select(x => x.Step.System.Value))),
        new("action", s => Sql.Texts(s.Select(x => EnumText.Of(x.Step.Action)))),
        new("instruction", s => Sql.Texts(s.Select(x => x.Step.Instruction))),
        new("owner", s => Sql.Texts(s.Select(x => x.Step.Owner))),
        new("reversible", s => Sql.Texts(s.Select(x => x.Step.Reversible?.ToString()))),

        // As text: unnest takes an array of arrays apart to its last number.
        new("needs", s => Sql.Texts(s.Select(x => $"{{{string.Join(',', x.Step.Needs)}}}")), Type: "integer[]"),
        new("selection", s => Sql.Jsons(s.Select(x => SelectionText.Of(x.Step.Selection))), Changes: true),
        new("status", s => Sql.Texts(s.Select(x => EnumText.Of(x.Step.Status))), Changes: true),
        new("priority", s => Sql.Ints(s.Select(x => StepPriority.Of(x.Work.Saga.Urgent, x.Step.Stage))), Changes: true),
        new("failures", s => Sql.Ints(s.Select(x => x.Step.Failures)), Changes: true),
        new("deferred", s => Sql.Booleans(s.Select(x => x.Step.Deferred)), Changes: true),
        new("ask_first", s => Sql.Booleans(s.Select(x => x.Step.AskFirst)), Changes: true),
        new("due_at", s => Sql.Times(s.Select(x => x.Step.DueAt)), Changes: true),
        new("first_due_at", s => Sql.Times(s.Select(x => x.Step.FirstDueAt)), Changes: true),

        // An in-flight step that the decision leaves in flight keeps its lease; every other status has none.
        new("lease_until", s => Sql.Times(s.Select(_ => (DateTimeOffset?)null)), Changes: true, Inserted: false, Set: "case when t.status = 'in-flight' then s.lease_until end"),
        new("outcome", s => Sql.Texts(s.Select(x => x.Step.Outcome is { } outcome ? EnumText.Of(outcome) : null)), Changes: true),
        new("code", s => Sql.Texts(s.Select(x => x.Step.Code)), Changes: true),
        new("message", s => Sql.Texts(s.Select(x => x.Step.Message)), Changes: true),
        new("residual_until", s => Sql.Times(s.Select(x => x.Step.ResidualUntil)), Changes: true),
        new("settled_at", s => Sql.Times(s.Select(x => x.Step.SettledAt)), Changes: true),

        // By account id; what an earlier attempt found before it acted is never overwritten by what a later one finds.
        new("snapshots", s => Sql.Jsons(s.Select(x => Snapshots(x.Work, x.Step))), Changes: true, Set: "case when t.snapshots is null then s.snapshots else t.snapshots || coalesce(s.snapshots, '{}') end"));

    public void Save(SqlBatch batch)
    {
        var added = work.Sagas.Values.Where(s => s.New).ToList();
        Sagas.Insert(batch, [.. added.Select(Row)]);
        Steps.Insert(batch, [.. added.SelectMany(s => s.Saga.Steps.Select(step => (s, step)))]);

        var changed = work.Sagas.Values.Where(s => s is { New: false, Changed: true }).ToList();
        Sagas.Update(batch, [.. changed.Select(Row)]);
        var steps = changed.SelectMany(s => s.ChangedSteps.Select(id => (Work: s, Step: s.Saga.Steps.First(step => step.Id == id)))).ToList();
        TaskRows.Save(batch, steps.Select(s => s.Step));
        Steps.Update(batch, steps);
        AccountChoices.Offer(batch, changed.SelectMany(s => s.Candidates));
        LegalHoldRows.Save(batch, work.Sagas.Values);
    }

    /// <summary>What shall be put back is stored from the start; what an attempt found is added.</summary>
    private static string? Snapshots(SagaWork saga, Step step)
        => SnapshotText.Write(saga.New ? step.Restores : saga.Snapshots.GetValueOrDefault(step.Id, []));

    private (SagaWork Work, AuditHead Head, LeaverFigures? Figures) Row(SagaWork saga)
        => (saga, heads.TryGetValue(saga.Saga.Id.Value, out var head) ? head : saga.Head, LeaverFigures.Of(saga.Saga));

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}
