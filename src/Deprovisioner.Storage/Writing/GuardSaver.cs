using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Storage.Writing;

/// <summary>Saves who counts, whom a person let pass, and what was announced, approved or dismissed. Without a configured guard it counts too, so that one that is configured later knows the past.</summary>
internal sealed class GuardSaver(Work work)
{
    public void Save(SqlBatch batch)
    {
        SaveTransitions(batch);
        SaveActs(batch);
    }

    private void SaveTransitions(SqlBatch batch)
    {
        var leavers = work.Sagas.Values.Where(s => s.Saga.Kind is SagaKind.Leaver).ToList();
        var added = leavers.Where(s => s.New && !s.Saga.IsOver && !work.Guard.IsRepeat(s.Saga)).OrderBy(s => s.Saga.PlannedAt).ThenBy(s => Place(s.Saga)).Select(s => s.Saga).ToList();
        if (added.Count > 0)
        {
            batch.Add(
                """
                insert into guard_transitions (saga_id, person_id, employment_id, at, effective_at)
                select s, p, e, a, f from unnest($1, $2, $3, $4, $5) with ordinality as t(s, p, e, a, f, n) order by n
                """,
                Sql.Uuids(added.Select(s => s.Id.Value)), Sql.Texts(added.Select(s => s.PersonId.Value)), Sql.Texts(added.Select(s => s.EmploymentId.Value)),
                Sql.Times(added.Select(s => (DateTimeOffset?)s.PlannedAt)), Sql.Times(added.Select(s => (DateTimeOffset?)s.EffectiveAt)));
        }

        var changed = leavers.Where(s => s.Changed && CountsOtherwise(s)).OrderBy(s => s.Saga.Id.Value).Select(s => s.Saga).ToList();
        if (changed.Count > 0)
        {
            batch.Add(
                """
                update guard_transitions g set effective_at = t.e, live = g.live and t.l, released = g.released or t.r from unnest($1, $2, $3, $4) as t(s, e, l, r)
                where g.saga_id = t.s and (g.effective_at <> t.e or (g.live and not t.l) or (t.r and not g.released))
                """,
                Sql.Uuids(changed.Select(s => s.Id.Value)), Sql.Times(changed.Select(s => (DateTimeOffset?)s.EffectiveAt)),
                Sql.Booleans(changed.Select(s => s.Status is not SagaStatus.Cancelled)), Sql.Booleans(changed.Select(s => work.GuardWork.Released.Contains(s.Id.Value))));
        }

        // Whoever came back has not left, whatever became of the saga. The person is locked, and with them their sagas' rows here.
        var back = work.ChangedPersons.Order(StringComparer.Ordinal).SelectMany(id => work.Persons[id].Employments).Where(e => e.Status is not EmploymentStatus.Terminated).ToList();
        if (back.Count > 0)
        {
            batch.Add(
                "update guard_transitions g set live = false from unnest($1, $2) as t(p, e) where g.live and g.person_id = t.p and g.employment_id = t.e",
                Sql.Texts(back.Select(e => e.PersonId.Value)), Sql.Texts(back.Select(e => e.Id.Value)));
        }
    }

    private bool CountsOtherwise(SagaWork saga)
        => saga.Saga.EffectiveAt != saga.Stored.EffectiveAt || (saga.Saga.Status is SagaStatus.Cancelled && saga.Stored.Status is not SagaStatus.Cancelled) || work.GuardWork.Released.Contains(saga.Saga.Id.Value);

    /// <summary>In the order in which they were decided; without a guard in any.</summary>
    private int Place(Saga saga) => work.Guard.Transitions.FindIndex(t => t.Saga == saga.Id);

    private void SaveActs(SqlBatch batch)
    {
        foreach (var (act, said) in work.GuardWork.Announced)
        {
            batch.Add(
                "insert into guard_announcements (size, starts_at, ends_at, asked_by, why, asked_at) values ($1, $2, $3, $4, $5, $6)",
                Sql.Int(said.Size), Sql.Time(said.From), Sql.Time(said.Until), Sql.Text(act.Who), Sql.Text(act.Why), Sql.Time(work.Now));
        }

        foreach (var (id, act) in work.GuardWork.ApprovedAnnouncements.OrderBy(a => a.Key))
        {
            batch.Add(
                "update guard_announcements set approved_by = $2, approved_why = $3, approved_at = $4 where announcement_id = $1",
                Sql.Big(id), Sql.Text(act.Who), Sql.Text(act.Why), Sql.Time(work.Now));
        }

        foreach (var (id, act) in work.GuardWork.Dismissed.OrderBy(d => d.Key))
        {
            batch.Add(
                "update inbox set dismissed_by = $2, dismissed_why = $3, dismissed_at = $4 where inbox_id = $1",
                Sql.Big(id), Sql.Text(act.Who), Sql.Text(act.Why), Sql.Time(work.Now));
        }
    }
}
