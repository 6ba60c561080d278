insert into persons (person_id, updated_at, look_at, look_cause) values ('dan', '2026-01-08Z', '2026-02-08Z', 'leave-ended');
insert into employments (person_id, employment_id, status, version, last_event_at, starts_at, leave_from, leave_until, seen) values ('dan', 'dan-1', 'on-leave', 1, '2026-01-08Z', '2020-01-01Z', '2026-01-08Z', '2026-02-08Z',
    '{"presence":{"at":"2026-01-08T00:00:00+00:00","sequences":{}},"leave":{"at":"2026-01-08T00:00:00+00:00","sequences":{"/hr":3}},"attributes":{"at":"2026-01-08T00:00:00+00:00","sequences":{}}}');
insert into sagas (saga_id, kind, person_id, employment_id, fence, policy, policy_version, plan_hash, retry_first_ms, retry_max_ms, retry_for_ms, urgent, effective_at, effective_basis, status, planned_at, contained_at,
    completed_at, stages, audit_seq, audit_hash, returned_at, not_restored) values
    ('00000000-0000-0000-0001-000000000004', 'leave', 'dan', 'dan-1', 1, 'leave', repeat('b', 64), repeat('4', 64), 30000, 3600000, 259200000, false, '2026-01-08Z', 'at once', 'completed', '2026-01-08Z', '2026-01-08Z',
        '2026-01-08Z', '[{"ordinal":0,"name":"contain","after":"00:00:00","within":null,"approvalRequired":false}]', 0, decode(repeat('00', 32), 'hex'), null, '[]');
insert into steps (step_id, saga_id, ordinal, stage, system, action, status, priority, sends, first_due_at, outcome, settled_at) values
    ('00000000-0000-0000-0002-000000000041', '00000000-0000-0000-0001-000000000004', 0, 0, 'crm', 'disable-account', 'succeeded', 100, 1, '2026-01-08Z', 'already', '2026-01-08Z');
select pg_temp.record('00000000-0000-0000-0000-000000000000', 'saga-opened', '{"saga":"00000000-0000-0000-0001-000000000004"}');
select pg_temp.record('00000000-0000-0000-0001-000000000004', 'event-decided', '{"verdict":"planned"}');
