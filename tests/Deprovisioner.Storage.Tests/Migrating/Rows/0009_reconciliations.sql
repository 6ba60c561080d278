insert into reconciliations (run_id, system, status, page, started_at, updated_at, finished_at, asked_by, why, orphans) values
    ('00000000-0000-0000-0004-000000000001', 'crm', 'complete', 3, '2026-01-09Z', '2026-01-09Z', '2026-01-09Z', 'schedule', 'It is time.', 1);
insert into reconciled_accounts (run_id, account_id, name, finding, detail, seen_at) values ('00000000-0000-0000-0004-000000000001', 'x-1', 'x', 'orphan', 'Nobody has it.', '2026-01-09Z');
insert into operator_acts (kind, system, who, why, requested_at, status, answer, done_at) values ('reconcile', 'crm', 'ann', 'audit', '2026-01-09Z', 'done', 'It runs.', '2026-01-09Z');
