insert into ingress_events (received_at, received_by, raw) values ('2026-01-10Z', 'key:hris', '{}');
insert into api_keys (key_id, secret_hash, name, roles, created_by, created_why, created_at, expires_at)
    values ('abcdefghijklmnop', decode(repeat('00', 32), 'hex'), 'hris', '{publisher}', 'ann', 'the HR system', '2026-01-10Z', '2027-01-10Z');
insert into operator_acts (kind, details, who, why, requested_at, status, answer, done_at) values ('access-refused', '{}', 'key:hris', 'refused', '2026-01-10Z', 'done', 'It is recorded.', '2026-01-10Z');
insert into request_keys (who, request_key, fingerprint, act_ids, created_at) values ('ann', 'a', decode(repeat('00', 32), 'hex'), '{1}', '2026-01-10Z');
