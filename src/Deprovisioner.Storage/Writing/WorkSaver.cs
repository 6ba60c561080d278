using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Drift;
using Npgsql;

namespace Deprovisioner.Storage.Writing;

/// <summary>Saves a transaction's work: one round trip, and a second one where the installation's audit stream grows.</summary>
internal sealed class WorkSaver(NpgsqlConnection connection, NpgsqlTransaction transaction, Work work, DriftSettings? drift)
{
    private readonly AuditAppender audit = new(work.Now);

    public async Task Save(CancellationToken cancellationToken)
    {
        using var batch = new SqlBatch(connection, transaction);
        SavePeople(batch);
        var heads = work.Sagas.Values
            .Where(s => s.Audit.Count > 0)
            .ToDictionary(s => s.Saga.Id.Value, s => audit.Append(
                s.Saga.Id.Value, s.Head, s.Audit, s.Saga.PersonId.Value, work.AuditKeys.GetValueOrDefault(s.Saga.PersonId.Value)));
        new SagaSaver(work, heads).Save(batch);
        SaveSystems(batch);
        ProbeRows.Save(batch, work.ChangedProbes.Select(id => work.Probes[id]));
        ReplaySaver.Save(batch, work);
        DriftRows.Save(batch, work, drift);
        SaveArrivals(batch);
        SaveActs(batch);
        work.Access.Save(batch, work.Now);
        new GuardSaver(work).Save(batch);
        new ReconciliationSaver(work).Save(batch);
        work.SystemChecks.Save(batch, work.Now);
        work.Choices.Save(batch, work.Now);
        SaveOutbox(batch);
        if (work.InstallationAudit.Count == 0)
        {
            SaveAudit(batch);
            await batch.Execute(cancellationToken);
            return;
        }

        // The one row that all replicas share is locked last, and held only until the commit.
        await batch.Execute(cancellationToken);
        using var last = new SqlBatch(connection, transaction);
        var head = audit.Append(AuditChain.Installation, await InstallationHead(cancellationToken), work.InstallationAudit, null, null);
        last.Add("update audit_heads set seq = $2, hash = $3 where stream = $1", Sql.Uuid(AuditChain.Installation), Sql.Big(head.Sequence), Sql.Bytes(head.Hash));
        SaveAudit(last);
        await last.Execute(cancellationToken);
    }

    private async Task<AuditHead> InstallationHead(CancellationToken cancellationToken)
    {
        var heads = new List<AuditHead>();
        using var batch = new SqlBatch(connection, transaction);
        batch.Add("select seq, hash from audit_heads where stream = $1 for update", Sql.Uuid(AuditChain.Installation));
        await batch.Read([row => heads.Add(new AuditHead(row.GetInt64(0), row.GetFieldValue<byte[]>(1)))], cancellationToken);
        return heads.Count == 1
            ? heads[0]
            : throw new InvalidOperationException("The head of the installation's audit stream is gone: somebody removed it. Run 'deprovisioner audit verify'.");
    }

    private void SavePeople(SqlBatch batch)
    {
        var persons = work.ChangedPersons.Order(StringComparer.Ordinal).Select(id => work.Persons[id]).ToList();
        if (persons.Count > 0)
        {
            batch.Add(
                """
                update persons p set email = t.e, user_name = t.u, given_name = t.g, family_name = t.f, updated_at = $6, look_at = t.l, look_cause = t.c
                from unnest($1, $2, $3, $4, $5, $7, $8) as t(id, e, u, g, f, l, c) where p.person_id = t.id
                """,
                Sql.Texts(persons.Select(p => p.Id.Value)), Sql.Texts(persons.Select(p => p.Attributes?.Email)), Sql.Texts(persons.Select(p => p.Attributes?.UserName)),
                Sql.Texts(persons.Select(p => p.Attributes?.GivenName)), Sql.Texts(persons.Select(p => p.Attributes?.FamilyName)), Sql.Time(work.Now),
                Sql.Times(persons.Select(p => p.NextLook?.At)), Sql.Texts(persons.Select(p => p.NextLook?.Cause)));
            var employments = persons.SelectMany(p => p.Employments).ToList();
            batch.Add(
                """
                insert into employments (employment_id, person_id, status, department, title, location, manager_id, worker_type, time_zone, ends_at, version, seen, last_event_at, end_reason, end_urgent,
                    starts_at, leave_from, leave_until, relinquished)
                select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
                on conflict (person_id, employment_id) do update set status = excluded.status, department = excluded.department, title = excluded.title,
                    location = excluded.location, manager_id = excluded.manager_id, worker_type = excluded.worker_type, time_zone = excluded.time_zone,
                    ends_at = excluded.ends_at, version = excluded.version, seen = excluded.seen, last_event_at = excluded.last_event_at,
                    end_reason = excluded.end_reason, end_urgent = excluded.end_urgent, starts_at = excluded.starts_at, leave_from = excluded.leave_from, leave_until = excluded.leave_until,
                    relinquished = excluded.relinquished
                where employments.version < excluded.version or employments.status <> excluded.status or employments.ends_at is distinct from excluded.ends_at
                    or employments.relinquished <> excluded.relinquished
                """,
                Sql.Texts(employments.Select(e => e.Id.Value)), Sql.Texts(employments.Select(e => e.PersonId.Value)), Sql.Texts(employments.Select(e => EnumText.Of(e.Status))),
                Sql.Texts(employments.Select(e => e.Assignment?.Department)), Sql.Texts(employments.Select(e => e.Assignment?.Title)), Sql.Texts(employments.Select(e => e.Assignment?.Location)),
                Sql.Texts(employments.Select(e => e.Assignment?.ManagerId?.Value)), Sql.Texts(employments.Select(e => e.Assignment?.WorkerType)), Sql.Texts(employments.Select(e => e.TimeZone)),
                Sql.Times(employments.Select(e => e.EndsAt)), Sql.Bigs(employments.Select(e => e.Version)), Sql.Jsons(employments.Select(PersonRows.Seen)),
                Sql.Times(employments.Select(e => (DateTimeOffset?)e.LastEventAt)),
                Sql.Texts(employments.Select(e => e.EndReason)), Sql.Booleans(employments.Select(e => e.EndUrgent)),
                Sql.Times(employments.Select(e => e.StartsAt)), Sql.Times(employments.Select(e => e.LeaveFrom)), Sql.Times(employments.Select(e => e.LeaveUntil)), Sql.Booleans(employments.Select(e => e.Relinquished)));
        }

        LegalHoldRows.Save(batch, persons);
        var accounts = persons.SelectMany(p => p.Accounts.Select(a => (p.Id, a))).Concat(work.FoundAccounts).Distinct().ToList();
        if (accounts.Count > 0)
        {
            batch.Add(
                "insert into known_accounts (person_id, system, account_id) select * from unnest($1, $2, $3) order by 1, 2, 3 on conflict do nothing",
                Sql.Texts(accounts.Select(a => a.Item1.Value)), Sql.Texts(accounts.Select(a => a.Item2.System.Value)), Sql.Texts(accounts.Select(a => a.Item2.AccountId)));
        }
    }

    private void SaveSystems(SqlBatch batch)
    {
        foreach (var state in work.ChangedSystems.Order(StringComparer.Ordinal).Select(name => work.Systems[name]))
        {
            batch.Add(
                """
                update systems set gate = $2, gate_until = $3, gate_since = $4, failures = $5, last_error = $6, last_error_at = $7, last_success_at = $8,
                    paused_by = $9, paused_why = $10, paused_at = $11
                where system = $1
                """,
                Sql.Text(state.System.Value), Sql.Text(EnumText.Of(state.Gate)), Sql.Time(state.GateUntil), Sql.Time(state.GateSince), Sql.Int(state.Failures),
                Sql.Text(state.LastError), Sql.Time(state.LastErrorAt), Sql.Time(state.LastSuccessAt),
                Sql.Text(state.Pause?.By), Sql.Text(state.Pause?.Why), Sql.Time(state.Pause?.At));
        }

        if (work.GuardWork.ResumedSystems.Count > 0)
        {
            // What piled up during a pause may be a lot, and old: guard and approvals are asked again. The loader has locked these steps.
            batch.Add("update steps set ask_first = true where system = any($1) and status = 'due'", Sql.Texts(work.GuardWork.ResumedSystems));
        }

        if (work.RecoveredSystems.Count > 0)
        {
            // What waited for its next retry need not wait any more. What was never sent waits for its stage, and stays where it is. The loader has locked these steps.
            batch.Add(
                "update steps set due_at = $2 where system = any($1) and status = 'due' and due_at > $2 and sends > 0",
                Sql.Texts(work.RecoveredSystems), Sql.Time(work.Now));
        }
    }

    private void SaveArrivals(SqlBatch batch)
    {
        var arrived = work.Inbox.Values.Where(i => i.Arrived is not null).ToList();
        if (arrived.Count > 0)
        {
            var events = arrived.Select(i => i.Arrived!.Event).ToList();
            batch.Add(
                """
                insert into inbox (source, event_id, type, person_id, employment_id, event_at, received_at, raw, verdict, reason, saga_id, deliveries, sender)
                select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                """,
                Sql.Texts(events.Select(e => e.Source)), Sql.Texts(events.Select(e => e.Id)), Sql.Texts(events.Select(e => e.Type)), Sql.Texts(events.Select(e => e.PersonId.Value)),
                Sql.Texts(events.Select(e => e.EmploymentId.Value)), Sql.Times(events.Select(e => (DateTimeOffset?)e.Time)), Sql.Times(arrived.Select(i => (DateTimeOffset?)i.Arrived!.ReceivedAt)),
                Sql.BytesMany(arrived.Select(i => i.Arrived!.Raw.ToArray())), Sql.Texts(arrived.Select(i => EnumText.Of(i.Decision!.Verdict))), Sql.Texts(arrived.Select(i => i.Decision!.Reason)),
                Sql.UuidsOrNull(arrived.Select(i => i.Decision!.Main?.Saga.Id.Value)),
                Sql.Ints(arrived.Select(i => i.Deliveries)), Sql.Texts(arrived.Select(i => i.Arrived!.Sender)));
        }

        var again = work.Inbox.Values.Where(i => i is { ExistingId: not null, Deliveries: > 0 }).ToList();
        if (again.Count > 0)
        {
            batch.Add(
                "update inbox i set deliveries = i.deliveries + t.n from unnest($1, $2) as t(id, n) where i.inbox_id = t.id",
                Sql.Bigs(again.Select(i => i.ExistingId!.Value)), Sql.Ints(again.Select(i => i.Deliveries)));
        }

        foreach (var (hash, row) in work.Quarantine.Where(q => q.Value.Deliveries > 0).OrderBy(q => q.Key, StringComparer.Ordinal))
        {
            QuarantineRows.Save(batch, Convert.FromHexString(hash), row);
        }

        work.Resubmissions.Save(batch, work.Now);
    }

    private void SaveActs(SqlBatch batch)
    {
        foreach (var (id, answer) in work.AnsweredActs)
        {
            batch.Add(
                "update operator_acts set status = $2, answer = $3, done_at = $4 where act_id = $1",
                Sql.Big(id), Sql.Text(answer.Verdict), Sql.Text(answer.Reason), Sql.Time(work.Now));
        }
    }

    private void SaveOutbox(SqlBatch batch)
    {
        if (work.Notices.Count > 0)
        {
            batch.Add(
                "insert into outbox (type, saga_id, payload, created_at) select t, s, p, $4 from unnest($1, $2, $3) as x(t, s, p)",
                Sql.Texts(work.Notices.Select(n => $"deprovisioning.{EnumText.Of(n.Notice)}.v1")),
                Sql.Uuids(work.Notices.Select(n => n.Saga.Id.Value)),
                Sql.Jsons(work.Notices.Select(n => JsonSerializer.Serialize(SagaNoticeContent.Of(n.Notice, n.Saga, work.Now), JsonSerializerOptions.Web))),
                Sql.Time(work.Now));
        }
    }

    private void SaveAudit(SqlBatch batch)
    {
        if (audit.Rows.Count > 0)
        {
            batch.Add(
                "insert into audit (stream, seq, at, type, payload, hash) select * from unnest($1, $2, $3, $4, $5, $6)",
                Sql.Uuids(audit.Rows.Select(r => r.Stream)), Sql.Bigs(audit.Rows.Select(r => r.Sequence)), Sql.Times(audit.Rows.Select(r => (DateTimeOffset?)r.At)),
                Sql.Texts(audit.Rows.Select(r => r.Type)), Sql.BytesMany(audit.Rows.Select(r => r.Payload)), Sql.BytesMany(audit.Rows.Select(r => r.Hash)));
        }

        if (audit.Private.Count > 0)
        {
            batch.Add(
                "insert into audit_private (stream, seq, person_id, sealed) select * from unnest($1, $2, $3, $4)",
                Sql.Uuids(audit.Private.Select(p => p.Stream)), Sql.Bigs(audit.Private.Select(p => p.Sequence)),
                Sql.Texts(audit.Private.Select(p => p.Person)), Sql.BytesMany(audit.Private.Select(p => p.Sealed)));
        }
    }
}
