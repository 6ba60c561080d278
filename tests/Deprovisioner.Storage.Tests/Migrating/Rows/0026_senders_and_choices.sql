update inbox set sender = 'hr-system';
update quarantine set sender = 'hr-system';
insert into others_accounts (person_id, system, account_id, said_by, why, said_at, saga_id) select person_id, 'crm', 'u-2', 'ben', 'it is her sister''s', '2026-01-26Z', saga_id from sagas order by saga_id limit 1;
