-- What each role may do with each table. Run after the migrations, each time: so no new table is forgotten, and what was granted by hand is taken back.
-- Roles that an installation does not have (deploy/postgres/roles.sql makes them) are passed over.
--
-- All of it is one transaction, so a running process never sees a moment without its rights. While an older worker may still run, it must keep what it needs: a right
-- that a new version has no use for goes one version later, as its columns do.
do $$
declare
    present text[] := array(select rolname::text from pg_roles where rolname in ('deprovisioner_orchestrator', 'deprovisioner_console', 'deprovisioner_auditor'));
    role text;
    frozen record;
begin
    foreach role in array present loop
        -- Rights on single columns go with it.
        execute format('revoke all on all tables in schema public from %I', role);
        execute format('revoke all on all sequences in schema public from %I', role);
        -- Everything may be read, and by this statement a table that is made later cannot be forgotten by a backup.
        execute format('grant select on all tables in schema public to %I', role);
    end loop;
    revoke all on all tables in schema public from public;
    revoke execute on all functions in schema public from public;

    if 'deprovisioner_auditor' = any(present) then
        -- pg_dump asks for them.
        grant select on all sequences in schema public to deprovisioner_auditor;
    end if;

    if 'deprovisioner_console' = any(present) then
        -- To ask, and not to say that it was done.
        grant insert (kind, saga_id, step_id, system, person_id, evidence, target, details, who, why, requested_at) on operator_acts to deprovisioner_console;
        grant insert on request_keys to deprovisioner_console;
        -- To take in what comes by HTTP, and not to look at it again.
        grant insert (received_at, received_by, raw) on ingress_events to deprovisioner_console;
        -- Tokens pass through it: what was brought stays as it was until it is settled, and goes a while after.
        grant insert, update (token, state, kept_at, next_at, settled_at, err, description), delete on signals to deprovisioner_console;
    end if;

    if not 'deprovisioner_orchestrator' = any(present) then
        return;
    end if;

    -- The audit: append, and read. The head of the installation's chain moves with each append, as those of the sagas do.
    grant insert on audit, audit_private to deprovisioner_orchestrator;
    grant update (seq, hash) on audit_heads to deprovisioner_orchestrator;

    -- What came in, and what was decided of it, stays as it was written.
    grant insert, update (deliveries, dismissed_by, dismissed_why, dismissed_at) on inbox to deprovisioner_orchestrator;
    grant insert, update (deliveries, resubmitted_act, resubmitted_at) on quarantine to deprovisioner_orchestrator;
    -- Requests are made by others; it answers them.
    grant update (status, answer, done_at) on operator_acts to deprovisioner_orchestrator;
    grant insert, update (published_at) on outbox to deprovisioner_orchestrator;
    grant delete on ingress_events to deprovisioner_orchestrator;
    -- To lock the rows that it takes; nothing of them is changed.
    grant update (received_by) on ingress_events to deprovisioner_orchestrator;
    grant insert, update (revoked_by, revoked_why, revoked_at) on api_keys to deprovisioner_orchestrator;
    grant insert on known_accounts, others_accounts to deprovisioner_orchestrator;
    grant insert, update (effective_at, live, released) on guard_transitions to deprovisioner_orchestrator;
    grant insert, update (approved_by, approved_why, approved_at) on guard_announcements to deprovisioner_orchestrator;
    -- To lock the row; there is nothing in it to change.
    grant update on guard_lock to deprovisioner_orchestrator;

    -- Its own notes. A lock of the whole table asks for the right to update it (https://www.postgresql.org/docs/15/sql-lock.html).
    grant insert, update on configurations, systems, drift_watches, reconciliations, replay_items to deprovisioner_orchestrator;
    grant insert, update, delete on probes, replay_jobs to deprovisioner_orchestrator;
    grant insert, delete on reconciled_accounts to deprovisioner_orchestrator;
    -- Its queue is filled by a trigger; what was told stays as it was written but for how it went.
    grant delete on notification_queue to deprovisioner_orchestrator;
    grant insert, update (status, attempts, next_at, last_code, last_error, done_at, last_at, closed_at) on notification_deliveries to deprovisioner_orchestrator;
    grant insert, update (status, ask_at, ended_at, reachable, version, findings) on system_checks to deprovisioner_orchestrator;
    grant insert on notification_mail_sagas to deprovisioner_orchestrator;
    grant insert, update on notification_receivers to deprovisioner_orchestrator;

    -- These change in all columns but those that say what they are: whose, and what was planned. The key that seals evidence is given once; to erase it is the owner's.
    for frozen in
        values ('persons', array['person_id', 'audit_key']),
               ('employments', array['person_id', 'employment_id']),
               ('sagas', array['saga_id', 'kind', 'person_id', 'employment_id', 'fence', 'policy', 'policy_version', 'plan_hash', 'retry_first_ms', 'retry_max_ms', 'retry_for_ms',
                               'planned_at', 'not_restored', 'trace_parent']),
               ('steps', array['step_id', 'saga_id', 'ordinal', 'stage', 'system', 'action', 'instruction', 'owner', 'reversible', 'needs'])
    loop
        execute (
            select format('grant insert, update (%s) on %I to deprovisioner_orchestrator', string_agg(quote_ident(attname), ', ' order by attnum), frozen.column1)
            from pg_attribute
            where attrelid = format('public.%I', frozen.column1)::regclass and attnum > 0 and not attisdropped and attname <> all(frozen.column2));
    end loop;
end $$;
