-- What the console takes in and has to know of those who use it.

-- HR events that came by HTTP, from the commit that the sender was told of until an orchestrator has decided them: then they are in the inbox or in quarantine.
create table ingress_events (
    ingress_id  bigint generated always as identity primary key,
    received_at timestamptz not null,
    received_by text not null check (length(received_by) > 0),
    raw         bytea not null
);

-- Keys of machines. The secret is 256 random bits, so its bare SHA-256 cannot be guessed back.
create table api_keys (
    key_id      text primary key check (key_id ~ '^[a-z2-7]{16}$'),
    secret_hash bytea not null check (length(secret_hash) = 32),
    -- Whose it is, as the audit names them; two of one name while the older one is given up.
    name        text not null check (length(name) between 1 and 100),
    roles       text[] not null check (roles <@ array['viewer', 'operator', 'approver', 'auditor', 'publisher'] and cardinality(roles) > 0),
    created_by  text not null,
    created_why text not null,
    created_at  timestamptz not null,
    expires_at  timestamptz not null check (expires_at > created_at),
    revoked_by  text,
    revoked_why text,
    revoked_at  timestamptz,
    check ((revoked_at is null) = (revoked_by is null) and (revoked_at is null) = (revoked_why is null))
);

-- Who sends the same request again, since no answer came, gets the acts of the first one.
create table request_keys (
    who         text not null,
    request_key text not null check (length(request_key) between 1 and 255),
    fingerprint bytea not null check (length(fingerprint) = 32),
    act_ids     bigint[] not null,
    created_at  timestamptz not null,
    primary key (who, request_key)
);

-- The kinds that other migrations added stay allowed, whichever they are.
do $$
declare allowed text := (select pg_get_constraintdef(oid) from pg_constraint where conname = 'operator_acts_kind_check' and conrelid = 'operator_acts'::regclass);
begin
    alter table operator_acts drop constraint operator_acts_kind_check;
    execute 'alter table operator_acts add constraint operator_acts_kind_check '
        || replace(replace(allowed, ' NOT VALID', ''), 'ARRAY[', 'ARRAY[''access-refused''::text, ''key-issue''::text, ''key-revoke''::text, ') || ' not valid';
end $$;
