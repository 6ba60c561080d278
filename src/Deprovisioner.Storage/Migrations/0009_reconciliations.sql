-- Comparisons of a system's accounts with the registry. One row for each run on one system.
create table reconciliations (
    run_id          uuid primary key,
    system          text not null,
    status          text not null check (status in ('running', 'complete', 'inconclusive', 'cancelled')),
    -- The question that is open. An answer to another one is late.
    page            integer not null check (page > 0),
    cursor          text,
    -- When the page is asked for: at once, after a pause, or again where the lease of the question that is under way runs out.
    ask_at          timestamptz,
    restarts        integer not null default 0,
    failures        integer not null default 0,
    shrunk_is_right boolean not null default false,
    -- Of the list, since it began the last time.
    pages           integer not null default 0,
    accounts        integer not null default 0,
    accounted_for   integer not null default 0,
    disabled        integer not null default 0,
    protected       integer not null default 0,
    canaries        integer not null default 0,
    -- Of the whole run.
    orphans         integer not null default 0,
    leavers_active  integer not null default 0,
    unknown         integer not null default 0,
    started_at      timestamptz not null,
    updated_at      timestamptz not null,
    finished_at     timestamptz,
    asked_by        text not null,
    why             text not null,
    -- The request of a person; null: it was its time.
    act_id          bigint,
    reason          text check (reason in ('empty-list', 'canary-not-listed', 'list-shrank', 'fault', 'cursor-expired', 'no-answer')),
    detail          text,
    check ((status = 'running') = (ask_at is not null)),
    check ((status = 'running') = (finished_at is null)),
    check ((status = 'inconclusive') = (reason is not null))
);
-- Two lists of one system at once would only burden it.
create unique index reconciliations_running on reconciliations (system) where status = 'running';
create index reconciliations_started on reconciliations (system, started_at);
create index reconciliations_act on reconciliations (act_id) where act_id is not null;

-- The accounts that a person shall look at. Those that are accounted for are only counted.
create table reconciled_accounts (
    run_id     uuid not null references reconciliations,
    account_id text not null,
    name       text not null,
    finding    text not null check (finding in ('orphan', 'leaver-active', 'unknown')),
    person_id  text,
    saga_id    uuid,
    detail     text not null,
    next       text,
    seen_at    timestamptz not null,
    primary key (run_id, account_id),
    check ((finding = 'leaver-active') = (person_id is not null))
);

-- Each page of a list asks whose its accounts are, in any spelling.
create index known_accounts_folded on known_accounts (system, lower(account_id));
create index persons_folded on persons (lower(person_id));
create index employments_folded on employments (lower(employment_id));

-- The kinds that other migrations added stay allowed, whichever they are.
do $$
declare allowed text := (select pg_get_constraintdef(oid) from pg_constraint where conname = 'operator_acts_kind_check' and conrelid = 'operator_acts'::regclass);
begin
    alter table operator_acts drop constraint operator_acts_kind_check;
    execute 'alter table operator_acts add constraint operator_acts_kind_check '
        || replace(allowed, 'ARRAY[', 'ARRAY[''reconcile''::text, ''reconcile-cancel''::text, ');
end $$;
