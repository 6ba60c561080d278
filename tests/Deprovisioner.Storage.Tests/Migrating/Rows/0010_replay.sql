insert into operator_acts (kind, details, who, why, requested_at, status, answer, done_at) values ('replay-job', '{}', 'ann', 'is mended', '2026-01-10Z', 'done', 'One step.', '2026-01-10Z');
insert into replay_jobs (job_id, who, why, gone_who, gone_why, filter, status, wave, untouched, created_at, changed_at)
    select act_id, 'ann', 'is mended', 'ann', 'is mended', 'all that failed', 'ready', 'one', 1, '2026-01-10Z', '2026-01-10Z' from operator_acts where kind = 'replay-job';
insert into replay_items (job_id, ordinal, step_id, saga_id, system, before, state, asked)
    select job_id, 0, '00000000-0000-0000-0002-000000000021', '00000000-0000-0000-0001-000000000002', 'crm', 'policy', 'listed', true from replay_jobs;
