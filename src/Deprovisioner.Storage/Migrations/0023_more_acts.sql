-- What people asked to be looked at: whether a connector host reaches a system, and what its credential lacks.
create table system_checks (
    -- That of the request.
    check_id    bigint primary key,
    system      text not null,
    status      text not null check (status in ('asked', 'answered', 'unanswered')),
    -- When a host is asked: at once, and again where no answer came.
    ask_at      timestamptz,
    asked_by    text not null,
    why         text not null,
    asked_at    timestamptz not null,
    ended_at    timestamptz,
    reachable   boolean,
    version     text,
    findings    jsonb not null default '[]',
    check ((status = 'asked') = (ask_at is not null)),
    check ((status = 'asked') = (ended_at is null)),
    check ((status = 'answered') = (reachable is not null))
);
create index system_checks_asked on system_checks (ask_at) where status = 'asked';
create index system_checks_system on system_checks (system, check_id desc);

-- The accounts that a step found and could not tell apart, as [{"id", "name"}]; a person says which of them are theirs.
alter table steps add column candidates jsonb;

-- Accounts that a person's match finds, and of which somebody has said that they are not this person's: they are left alone. The opposite stands in known_accounts.
create table others_accounts (
    person_id  text not null references persons,
    system     text not null,
    account_id text not null,
    said_by    text not null,
    why        text not null,
    said_at    timestamptz not null,
    primary key (person_id, system, account_id)
);

-- A person may skip a step, choose among accounts, and have a system looked at. The kinds that other migrations added stay allowed, whichever they are. Rows that are there had a kind that was allowed before, so nobody has to read them again.
do $$
declare allowed text := (select replace(pg_get_constraintdef(oid), ' NOT VALID', '') from pg_constraint where conname = 'operator_acts_kind_check' and conrelid = 'operator_acts'::regclass);
begin
    alter table operator_acts drop constraint operator_acts_kind_check;
    execute 'alter table operator_acts add constraint operator_acts_kind_check ' || replace(allowed, 'ARRAY[', 'ARRAY[''skip''::text, ''choose''::text, ''check''::text, ') || ' not valid';
end $$;
