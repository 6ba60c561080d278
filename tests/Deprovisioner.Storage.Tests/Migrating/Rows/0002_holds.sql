update sagas set holds = '[{"reason":"guard","detail":"More than five left.","since":"2026-01-06T09:00:00Z"}]', status = 'held' where saga_id = '00000000-0000-0000-0001-000000000002';
update steps set ask_first = true where step_id = '00000000-0000-0000-0002-000000000011';
insert into operator_acts (kind, saga_id, target, details, who, why, requested_at) values ('approve', '00000000-0000-0000-0001-000000000002', 7, '{"hash":"x"}', 'bea', 'agreed', '2026-01-06 09:00Z');
insert into guard_transitions (saga_id, person_id, employment_id, at, effective_at) values ('00000000-0000-0000-0001-00000000000f', 'bob', 'bob-0', '2026-01-06 09:00Z', '2026-01-06 09:00Z');
insert into guard_announcements (size, starts_at, ends_at, asked_by, why, asked_at, approved_by, approved_why, approved_at) values (50, '2026-02-01Z', '2026-02-02Z', 'ann', 'layoff', '2026-01-06Z', 'bea', 'agreed', '2026-01-06Z');
update inbox set dismissed_by = 'ann', dismissed_why = 'test data', dismissed_at = '2026-01-06 09:00Z' where event_id = 'e3';
