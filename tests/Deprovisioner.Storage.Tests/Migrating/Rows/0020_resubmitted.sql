insert into operator_acts (kind, target, details, who, why, requested_at, status, answer, done_at) values ('resubmit', 1, '{"raw": "e30="}', 'ann', 'a typing error', '2026-01-11Z', 'done', 'planned: Access ends.', '2026-01-11Z');
update quarantine set resubmitted_act = (select act_id from operator_acts where kind = 'resubmit'), resubmitted_at = '2026-01-11Z' where quarantine_id = 1;
