insert into signals (stream, jti, token, state, kept_at, next_at) values ('crm', 's-1', 'a.b.c', 'waiting', '2026-01-27Z', '2026-01-27Z');
insert into signals (stream, jti, token, state, kept_at, next_at, settled_at, err) values ('crm', 's-2', 'a.b.c', 'refused', '2026-01-27Z', '2026-01-27Z', '2026-01-27Z', 'invalid_key');
insert into api_keys (key_id, secret_hash, name, roles, created_by, created_why, created_at, expires_at)
    values ('bcdefghijklmnopa', decode(repeat('00', 32), 'hex'), 'crm', '{receiver}', 'ann', 'the CRM', '2026-01-27Z', '2027-01-27Z');
