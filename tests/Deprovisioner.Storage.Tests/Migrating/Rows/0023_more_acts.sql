insert into operator_acts (kind, step_id, who, why, requested_at, status, answer, done_at) select 'skip', step_id, 'ann', 'the system is gone', '2026-01-23Z', 'refused', 'The step is settled.', '2026-01-23Z' from steps order by step_id limit 1;
insert into operator_acts (kind, system, who, why, requested_at, status, answer, done_at) values ('check', 'crm', 'ann', 'a new credential', '2026-01-24Z', 'done', 'crm is being looked at.', '2026-01-24Z');
insert into system_checks (check_id, system, status, asked_by, why, asked_at, ended_at, reachable, version, findings)
    select act_id, 'crm', 'answered', 'ann', 'a new credential', '2026-01-24Z', '2026-01-24 00:00:01Z', true, '2.0', '[{"subject": "canary", "ok": true}]' from operator_acts where kind = 'check';
update steps set candidates = '[{"id": "u-1", "name": "ada"}, {"id": "u-2", "name": "ada2"}]' where step_id = (select min(step_id::text)::uuid from steps);
insert into others_accounts (person_id, system, account_id, said_by, why, said_at) select person_id, 'crm', 'u-2', 'ann', 'it is her sister''s', '2026-01-25Z' from persons order by 1 limit 1;
