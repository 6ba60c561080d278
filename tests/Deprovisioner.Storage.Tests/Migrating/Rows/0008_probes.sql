insert into probes (probe_id, step_id, system, purpose, status, outcome, answered_at) values
    ('00000000-0000-0000-0003-000000000001', '00000000-0000-0000-0002-000000000031', 'crm', 'drift', 'answered', 'already', '2026-01-09Z');
