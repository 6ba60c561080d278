-- An installation as the first version left it: one saga that waits for its second stage, one that failed, one that is done.
insert into persons (person_id, email, user_name, given_name, family_name, audit_key, updated_at) values
    ('ada', 'ada@example.test', 'ada', 'Ada', 'Byron', decode(repeat('ab', 32), 'hex'), '2026-01-05 09:00Z'),
    ('bob', 'bob@example.test', 'bob', 'Bob', 'Noyce', null, '2026-01-05 09:00Z'),
    ('cyd', 'cyd@example.test', 'cyd', 'Cyd', 'Moore', decode(repeat('cd', 32), 'hex'), '2026-01-05 09:00Z');
insert into employments (person_id, employment_id, status, department, title, location, manager_id, worker_type, time_zone, ends_at, end_reason, end_urgent, version, last_sequence, last_event_at) values
    ('ada', 'ada-1', 'terminated', 'Finance', 'Analyst', 'Berlin', 'cyd', 'employee', 'Europe/Berlin', '2026-01-05 09:00Z', 'voluntary', false, 2, 42, '2026-01-05 09:00Z'),
    ('bob', 'bob-1', 'terminated', null, null, null, null, null, null, '2026-01-05 09:00Z', null, true, 1, null, '2026-01-05 09:00Z'),
    ('cyd', 'cyd-1', 'active', 'Finance', 'Head', 'Berlin', null, 'employee', null, null, null, false, 1, null, '2026-01-01 09:00Z');
insert into known_accounts values ('ada', 'crm', 'u-1'), ('bob', 'ldap', 'uid=bob');
insert into inbox (source, event_id, type, person_id, employment_id, event_at, received_at, raw, verdict, reason, saga_id) values
    ('/hr', 'e1', 'hr.employment.terminated.v1', 'ada', 'ada-1', '2026-01-05 09:00Z', '2026-01-05 09:00Z', '{}', 'planned', 'It takes effect at once.', '00000000-0000-0000-0001-000000000001'),
    ('/hr', 'e2', 'hr.employment.terminated.v1', 'bob', 'bob-1', '2026-01-05 09:00Z', '2026-01-05 09:00Z', '{}', 'planned', 'It takes effect at once.', '00000000-0000-0000-0001-000000000002'),
    ('/hr', 'e3', 'hr.employment.terminated.v1', 'cyd', 'cyd-9', '2026-01-05 09:00Z', '2026-01-05 09:00Z', '{}', 'held', 'No policy.', null);
insert into quarantine (received_at, raw, raw_length, content_hash, reason, detail) values ('2026-01-05 09:00Z', 'junk', 4, sha256('junk'), 'not-json', 'It is not JSON.');
insert into configurations values (repeat('b', 64), 'systems: {}', '2026-01-01 09:00Z');
insert into systems (system, connector, configured, per_second, concurrency, lease_ms, tokens, tokens_at, gate) values
    ('crm', 'directory', true, 1000, 1000, 120000, 1, '2026-01-05 09:00Z', 'open'), ('gone', 'directory', false, 10, 10, 120000, 1, '2026-01-05 09:00Z', 'open');
insert into sagas (saga_id, kind, person_id, employment_id, fence, policy, policy_version, plan_hash, retry_first_ms, retry_max_ms, retry_for_ms, urgent, effective_at, effective_basis, status, planned_at,
    contained_at, completed_at, stages, trace_parent, audit_seq, audit_hash) values
    ('00000000-0000-0000-0001-000000000001', 'leaver', 'ada', 'ada-1', 2, 'leaver', repeat('b', 64), repeat('1', 64), 30000, 3600000, 259200000, false, '2026-01-05 09:00Z', 'at once', 'running', '2026-01-05 09:00Z',
        null, null, '[{"ordinal":0,"name":"contain","after":"00:00:00","within":"00:05:00","approvalRequired":false},{"ordinal":1,"name":"revoke","after":"00:00:00","within":"04:00:00","approvalRequired":false}]', null, 0, decode(repeat('00', 32), 'hex')),
    ('00000000-0000-0000-0001-000000000002', 'leaver', 'bob', 'bob-1', 1, 'leaver', repeat('b', 64), repeat('2', 64), 30000, 3600000, 259200000, true, '2026-01-05 09:00Z', 'at once', 'needs-attention', '2026-01-05 09:00Z',
        null, null, '[{"ordinal":0,"name":"contain","after":"00:00:00","within":null,"approvalRequired":false}]', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 0, decode(repeat('00', 32), 'hex')),
    ('00000000-0000-0000-0001-000000000003', 'leaver', 'cyd', 'cyd-0', 1, 'leaver', repeat('b', 64), repeat('3', 64), 30000, 3600000, 259200000, false, '2025-06-01 09:00Z', 'at once', 'completed', '2025-06-01 09:00Z',
        '2025-06-01 09:00Z', '2025-06-01 09:01Z', '[{"ordinal":0,"name":"contain","after":"00:00:00","within":"1.00:00:00","approvalRequired":false}]', null, 0, decode(repeat('00', 32), 'hex'));
insert into steps (step_id, saga_id, ordinal, stage, system, action, status, priority, sends, due_at, first_due_at, lease_until, outcome, code, message, settled_at, snapshots) values
    ('00000000-0000-0000-0002-000000000011', '00000000-0000-0000-0001-000000000001', 0, 0, 'crm', 'disable-account', 'due', 100, 0, '2026-01-05 09:00Z', '2026-01-05 09:00Z', null, null, null, null, null, null),
    ('00000000-0000-0000-0002-000000000012', '00000000-0000-0000-0001-000000000001', 1, 0, 'crm', 'revoke-sessions', 'in-flight', 100, 1, null, '2026-01-05 09:00Z', '2026-01-05 09:02Z', null, null, null, null, null),
    ('00000000-0000-0000-0002-000000000013', '00000000-0000-0000-0001-000000000001', 2, 1, 'crm', 'remove-entitlements', 'waiting', 90, 0, null, null, null, null, null, null, null, null),
    ('00000000-0000-0000-0002-000000000021', '00000000-0000-0000-0001-000000000002', 0, 0, 'crm', 'disable-account', 'failed', 200, 3, null, '2026-01-05 09:00Z', null, 'rejected', 'policy', 'It refuses.', '2026-01-05 09:03Z', null),
    ('00000000-0000-0000-0002-000000000022', '00000000-0000-0000-0001-000000000002', 1, 0, 'badge', 'manual-task', 'open-task', 200, 0, null, '2026-01-05 09:00Z', null, null, null, null, null, null),
    ('00000000-0000-0000-0002-000000000031', '00000000-0000-0000-0001-000000000003', 0, 0, 'crm', 'disable-account', 'succeeded', 100, 1, null, '2025-06-01 09:00Z', null, 'changed', null, null, '2025-06-01 09:01Z',
        '{"c-1":{"accountId":"c-1","name":"cyd","enabled":true,"entitlements":[]}}');
insert into operator_acts (kind, step_id, who, why, requested_at, status, answer, done_at) values
    ('replay', '00000000-0000-0000-0002-000000000021', 'ann', 'is mended', '2026-01-05 09:05Z', 'done', 'The saga is running.', '2026-01-05 09:05Z');
insert into operator_acts (kind, system, who, why, requested_at) values ('resume', 'crm', 'ann', 'is back', '2026-01-05 09:06Z');
insert into outbox (type, saga_id, payload, created_at) values ('deprovisioning.started.v1', '00000000-0000-0000-0001-000000000001', '{}', '2026-01-05 09:00Z');
select pg_temp.record('00000000-0000-0000-0000-000000000000', 'saga-opened', '{"saga":"00000000-0000-0000-0001-000000000001"}');
select pg_temp.record('00000000-0000-0000-0000-000000000000', 'saga-opened', '{"saga":"00000000-0000-0000-0001-000000000002"}');
select pg_temp.record('00000000-0000-0000-0000-000000000000', 'saga-opened', '{"saga":"00000000-0000-0000-0001-000000000003"}');
select pg_temp.record('00000000-0000-0000-0001-000000000001', 'event-decided', '{"verdict":"planned"}');
select pg_temp.record('00000000-0000-0000-0001-000000000001', 'step-sent', '{}');
select pg_temp.record('00000000-0000-0000-0001-000000000002', 'event-decided', '{"verdict":"planned"}');
select pg_temp.record('00000000-0000-0000-0001-000000000003', 'event-decided', '{"verdict":"planned"}');
select pg_temp.record('00000000-0000-0000-0001-000000000003', 'step-reported', '{"outcome":"changed"}');
