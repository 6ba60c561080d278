update persons set legal_hold = true, legal_hold_since = '2026-01-07Z', legal_hold_by = 'law', legal_hold_why = 'case 7', legal_hold_said_at = '2026-01-07Z' where person_id = 'bob';
update sagas set legal_hold = true where saga_id = '00000000-0000-0000-0001-000000000002';
update steps set task_owner = 'facilities', task_due_at = '2026-01-08Z', task_verify = true where step_id = '00000000-0000-0000-0002-000000000022';
insert into operator_acts (kind, person_id, who, why, requested_at) values ('legal-hold-set', 'bob', 'law', 'case 7', '2026-01-07Z');
