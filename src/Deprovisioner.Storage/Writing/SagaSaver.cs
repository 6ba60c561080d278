using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Storage.Writing;

/// <summary>Saves sagas and their steps, many at a time.</summary>
internal sealed class SagaSaver(Work work, IReadOnlyDictionary<Guid, AuditHead> heads)
{
    public void Save(SqlBatch batch)
    {
        var added = work.Sagas.Values.Where(s => s.New).ToList();
        if (added.Count > 0)
        {
            Insert(batch, added);
            InsertSteps(batch, [.. added.SelectMany(s => s.Saga.Steps.Select(step => (s.Saga, step)))]);
        }

        var changed = work.Sagas.Values.Where(s => s is { New: false, Changed: true }).ToList();
        if (changed.Count > 0)
        {
            Update(batch, changed);
            UpdateSteps(batch, [.. changed.SelectMany(s => s.ChangedSteps.Select(id => (s, s.Saga.Steps.First(step => step.Id == id))))]);
        }
    }

    private void Insert(SqlBatch batch, List<SagaWork> sagas)
        => batch.Add(
            """
            insert into sagas (saga_id, kind, person_id, employment_id, fence, policy, policy_version, plan_hash, retry_first_ms, retry_max_ms, retry_for_ms,
                urgent, effective_at, effective_basis, status, planned_at, contained_at, completed_at, stages, trace_parent, audit_seq, audit_hash, returned_at, not_restored)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
            """,
            Sql.Uuids(sagas.Select(s => s.Saga.Id.Value)), Sql.Texts(sagas.Select(s => EnumText.Of(s.Saga.Kind))), Sql.Texts(sagas.Select(s => s.Saga.PersonId.Value)),
            Sql.Texts(sagas.Select(s => s.Saga.EmploymentId.Value)), Sql.Bigs(sagas.Select(s => s.Saga.Fence)), Sql.Texts(sagas.Select(s => s.Saga.Policy)),
            Sql.Texts(sagas.Select(s => s.Saga.PolicyVersion)), Sql.Texts(sagas.Select(s => s.Saga.PlanHash)),
            Sql.Bigs(sagas.Select(s => Milliseconds(s.Saga.Retry.First))), Sql.Bigs(sagas.Select(s => Milliseconds(s.Saga.Retry.Max))), Sql.Bigs(sagas.Select(s => Milliseconds(s.Saga.Retry.For))),
            Sql.Booleans(sagas.Select(s => s.Saga.Urgent)), Sql.Times(sagas.Select(s => (DateTimeOffset?)s.Saga.EffectiveAt)), Sql.Texts(sagas.Select(s => s.Saga.EffectiveBasis)),
            Sql.Texts(sagas.Select(s => EnumText.Of(s.Saga.Status))), Sql.Times(sagas.Select(s => (DateTimeOffset?)s.Saga.PlannedAt)), Sql.Times(sagas.Select(s => s.Saga.ContainedAt)),
            Sql.Times(sagas.Select(s => s.Saga.CompletedAt)), Sql.Jsons(sagas.Select(s => SagaRows.Stages(s.Saga))), Sql.Texts(sagas.Select(s => s.TraceParent)),
            Sql.Bigs(sagas.Select(s => Head(s).Sequence)), Sql.BytesMany(sagas.Select(s => Head(s).Hash)),
            Sql.Times(sagas.Select(s => s.Saga.ReturnedAt)), Sql.Jsons(sagas.Select(s => SagaRows.NotRestored(s.Saga))));

    private void Update(SqlBatch batch, List<SagaWork> sagas)
        => batch.Add(
            """
            update sagas s set status = t.status, urgent = t.urgent, effective_at = t.effective_at, effective_basis = t.basis, contained_at = t.contained_at,
                completed_at = t.completed_at, stages = t.stages, audit_seq = t.audit_seq, audit_hash = t.audit_hash, returned_at = t.returned_at
            from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as t(id, status, urgent, effective_at, basis, contained_at, completed_at, stages, audit_seq, audit_hash, returned_at)
            where s.saga_id = t.id
            """,
            Sql.Uuids(sagas.Select(s => s.Saga.Id.Value)), Sql.Texts(sagas.Select(s => EnumText.Of(s.Saga.Status))), Sql.Booleans(sagas.Select(s => s.Saga.Urgent)),
            Sql.Times(sagas.Select(s => (DateTimeOffset?)s.Saga.EffectiveAt)), Sql.Texts(sagas.Select(s => s.Saga.EffectiveBasis)), Sql.Times(sagas.Select(s => s.Saga.ContainedAt)),
            Sql.Times(sagas.Select(s => s.Saga.CompletedAt)), Sql.Jsons(sagas.Select(s => SagaRows.Stages(s.Saga))),
            Sql.Bigs(sagas.Select(s => Head(s).Sequence)), Sql.BytesMany(sagas.Select(s => Head(s).Hash)), Sql.Times(sagas.Select(s => s.Saga.ReturnedAt)));

    private static void InsertSteps(SqlBatch batch, List<(Saga Saga, Step Step)> steps)
        => batch.Add(
            """
            insert into steps (step_id, saga_id, ordinal, stage, system, action, instruction, status, priority, due_at, first_due_at, settled_at, snapshots)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """,
            Sql.Uuids(steps.Select(s => s.Step.Id.Value)), Sql.Uuids(steps.Select(s => s.Saga.Id.Value)), Sql.Ints(steps.Select(s => s.Step.Ordinal)), Sql.Ints(steps.Select(s => s.Step.Stage)),
            Sql.Texts(steps.Select(s => s.Step.System.Value)), Sql.Texts(steps.Select(s => EnumText.Of(s.Step.Action))), Sql.Texts(steps.Select(s => s.Step.Instruction)),
            Sql.Texts(steps.Select(s => EnumText.Of(s.Step.Status))), Sql.Ints(steps.Select(s => StepPriority.Of(s.Saga.Urgent, s.Step.Stage))),
            Sql.Times(steps.Select(s => s.Step.DueAt)), Sql.Times(steps.Select(s => s.Step.FirstDueAt)), Sql.Times(steps.Select(s => s.Step.SettledAt)),
            Sql.Jsons(steps.Select(s => SnapshotText.Write(s.Step.Restores))));

    /// <summary>An in-flight step that the decision leaves in flight keeps its lease; every other status has none.</summary>
    private static void UpdateSteps(SqlBatch batch, List<(SagaWork Work, Step Step)> steps)
    {
        if (steps.Count == 0)
        {
            return;
        }

        batch.Add(
            """
            update steps s set status = t.status, priority = t.priority, failures = t.failures, deferred = t.deferred, due_at = t.due_at, first_due_at = t.first_due_at,
                lease_until = case when t.status = 'in-flight' then s.lease_until end, outcome = t.outcome, code = t.code, message = t.message,
                residual_until = t.residual_until, settled_at = t.settled_at,
                snapshots = case when t.snapshots is null then s.snapshots else t.snapshots || coalesce(s.snapshots, '{}') end
            from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                as t(id, status, priority, failures, deferred, due_at, first_due_at, outcome, code, message, residual_until, settled_at, snapshots)
            where s.step_id = t.id
            """,
            Sql.Uuids(steps.Select(s => s.Step.Id.Value)), Sql.Texts(steps.Select(s => EnumText.Of(s.Step.Status))),
            Sql.Ints(steps.Select(s => StepPriority.Of(s.Work.Saga.Urgent, s.Step.Stage))), Sql.Ints(steps.Select(s => s.Step.Failures)),
            Sql.Booleans(steps.Select(s => s.Step.Deferred)), Sql.Times(steps.Select(s => s.Step.DueAt)), Sql.Times(steps.Select(s => s.Step.FirstDueAt)),
            Sql.Texts(steps.Select(s => s.Step.Outcome is { } outcome ? EnumText.Of(outcome) : null)), Sql.Texts(steps.Select(s => s.Step.Code)), Sql.Texts(steps.Select(s => s.Step.Message)),
            Sql.Times(steps.Select(s => s.Step.ResidualUntil)), Sql.Times(steps.Select(s => s.Step.SettledAt)),
            Sql.Jsons(steps.Select(s => Snapshots(s.Work, s.Step))));
    }

    /// <summary>What an earlier attempt found before it acted is never overwritten by what a later one finds.</summary>
    private static string? Snapshots(SagaWork saga, Step step) => SnapshotText.Write(saga.Snapshots.GetValueOrDefault(step.Id, []));

    private AuditHead Head(SagaWork saga) => heads.TryGetValue(saga.Saga.Id.Value, out var head) ? head : saga.Head;

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}
