-- Times are UTC. CHECK constraints mirror the core's closed sets: a word that the core does not know cannot be stored.

create table persons (
    person_id   text primary key check (length(person_id) between 1 and 256),
    email       text,
    user_name   text,
    given_name  text,
    family_name text,
    -- AES-256 key that seals this person's private audit evidence; erased at the end of retention.
    audit_key   bytea check (audit_key is null or length(audit_key) = 32),
    updated_at  timestamptz not null
);

create table employments (
    -- Some HR systems number the employments of each person from 1: an id alone is nobody's.
    person_id     text not null references persons,
    employment_id text not null check (length(employment_id) between 1 and 256),
    status        text not null check (status in ('active', 'on-leave', 'terminated')),
    department    text,
    title         text,
    location      text,
    manager_id    text,
    worker_type   text,
    time_zone     text,
    ends_at       timestamptz,
    end_reason    text,
    end_urgent    boolean not null default false,
    version       bigint not null check (version > 0),
    last_sequence bigint,
    last_event_at timestamptz not null,
    primary key (person_id, employment_id)
);

create table known_accounts (
    person_id  text not null references persons,
    system     text not null,
    account_id text not null,
    primary key (person_id, system, account_id)
);

-- Every valid event once, with the decision that was made of it.
create table inbox (
    inbox_id      bigint generated always as identity primary key,
    source        text not null,
    event_id      text not null,
    type          text not null,
    person_id     text not null,
    employment_id text not null,
    event_at      timestamptz not null,
    received_at   timestamptz not null,
    raw           bytea not null,
    verdict       text not null check (verdict in ('applied', 'planned', 'scheduled', 'held', 'stale', 'superseded', 'no-op')),
    reason        text not null,
    saga_id       uuid,
    deliveries    integer not null default 1,
    unique (source, event_id)
);
create index inbox_person on inbox (person_id, inbox_id);
create index inbox_held on inbox (inbox_id) where verdict = 'held';

-- Every invalid message once, with a reason that a person can act on.
create table quarantine (
    quarantine_id bigint generated always as identity primary key,
    received_at   timestamptz not null,
    raw           bytea not null,
    raw_length    bigint not null,
    content_hash  bytea not null unique check (length(content_hash) = 32),
    reason        text not null,
    detail        text not null,
    source        text,
    event_id      text,
    deliveries    integer not null default 1
);

-- Each version of the organisation's file that was ever in force.
create table configurations (
    version     text primary key check (length(version) = 64),
    text        text not null,
    taken_up_at timestamptz not null
);

create table systems (
    system          text primary key,
    connector       text not null,
    configured      boolean not null,
    observe         boolean not null default false,
    per_second      double precision not null check (per_second > 0),
    concurrency     integer not null check (concurrency > 0),
    lease_ms        bigint not null check (lease_ms > 0),
    tokens          double precision not null,
    tokens_at       timestamptz not null,
    gate            text not null check (gate in ('open', 'throttled', 'down', 'unauthorized')),
    gate_until      timestamptz,
    gate_since      timestamptz,
    failures        integer not null default 0,
    last_error      text,
    last_error_at   timestamptz,
    last_success_at timestamptz,
    paused_by       text,
    paused_why      text,
    paused_at       timestamptz,
    check ((gate = 'open') = (gate_until is null))
);

create table sagas (
    saga_id         uuid primary key,
    kind            text not null check (kind in ('leaver', 'mover', 'restore', 'drift')),
    person_id       text not null references persons,
    employment_id   text not null,
    fence           bigint not null,
    policy          text not null,
    policy_version  text not null,
    plan_hash       text not null check (length(plan_hash) = 64),
    retry_first_ms  bigint not null,
    retry_max_ms    bigint not null,
    retry_for_ms    bigint not null,
    urgent          boolean not null,
    effective_at    timestamptz not null,
    effective_basis text not null,
    status          text not null check (status in ('scheduled', 'running', 'needs-attention', 'held', 'completed', 'cancelled')),
    planned_at      timestamptz not null,
    contained_at    timestamptz,
    completed_at    timestamptz,
    stages          jsonb not null,
    trace_parent    text,
    -- The head of the saga's audit chain.
    audit_seq       bigint not null,
    audit_hash      bytea not null check (length(audit_hash) = 32),
    check ((status in ('completed', 'cancelled')) = (completed_at is not null))
);
create index sagas_person on sagas (person_id, planned_at);
create index sagas_open on sagas (status, planned_at) where status <> 'completed';

create table steps (
    step_id        uuid primary key,
    saga_id        uuid not null references sagas,
    ordinal        integer not null,
    stage          integer not null,
    system         text not null,
    action         text not null check (action in ('disable-account', 'revoke-sessions', 'revoke-credentials', 'remove-entitlements',
                   'transfer-data', 'reclaim-licence', 'delete-account', 'restore-account', 'manual-task')),
    instruction    text,
    status         text not null check (status in ('waiting', 'due', 'in-flight', 'open-task', 'succeeded', 'failed', 'cancelled')),
    priority       integer not null,
    sends          integer not null default 0,
    failures       integer not null default 0,
    deferred       boolean not null default false,
    due_at         timestamptz,
    first_due_at   timestamptz,
    lease_until    timestamptz,
    outcome        text check (outcome in ('changed', 'already', 'absent', 'accepted', 'observed', 'throttled', 'transient', 'unauthorized',
                   'rejected', 'not-removable-here', 'ambiguous', 'indeterminate')),
    code           text,
    message        text,
    residual_until timestamptz,
    settled_at     timestamptz,
    snapshots      jsonb,
    unique (saga_id, ordinal),
    check ((status = 'due') = (due_at is not null)),
    check ((status = 'in-flight') = (lease_until is not null)),
    check ((status in ('succeeded', 'failed', 'cancelled')) = (settled_at is not null))
);
create index steps_due on steps (system, priority desc, due_at) where status = 'due';
create index steps_due_at on steps (system, due_at) where status = 'due';
create index steps_in_flight on steps (system, lease_until) where status = 'in-flight';
create index steps_failed on steps (system, code) where status = 'failed';

-- What people did through the command line or the console.
create table operator_acts (
    act_id       bigint generated always as identity primary key,
    kind         text not null check (kind in ('replay', 'resolve', 'cancel', 'pause', 'resume')),
    saga_id      uuid,
    step_id      uuid,
    system       text,
    evidence     text,
    who          text not null check (length(who) > 0),
    why          text not null check (length(why) > 0),
    requested_at timestamptz not null,
    status       text not null default 'requested' check (status in ('requested', 'done', 'refused')),
    answer       text,
    done_at      timestamptz,
    check ((status = 'requested') = (done_at is null))
);
create index operator_acts_requested on operator_acts (act_id) where status = 'requested';

-- What is to be published, written in the transaction that decided it.
create table outbox (
    outbox_id    bigint generated always as identity primary key,
    type         text not null,
    saga_id      uuid not null,
    payload      jsonb not null,
    created_at   timestamptz not null,
    published_at timestamptz
);
create index outbox_unpublished on outbox (outbox_id) where published_at is null;

create table audit (
    stream  uuid not null,
    seq     bigint not null check (seq > 0),
    at      timestamptz not null,
    type    text not null,
    payload bytea not null,
    hash    bytea not null check (length(hash) = 32),
    primary key (stream, seq)
);

-- The head of the installation's stream; a saga's head stands in its own row.
create table audit_heads (
    stream uuid primary key,
    seq    bigint not null,
    hash   bytea not null check (length(hash) = 32)
);
insert into audit_heads values ('00000000-0000-0000-0000-000000000000', 0, decode(repeat('00', 32), 'hex'));

-- Evidence with personal data: AES-256-GCM under the person's key over salt || evidence. May be erased; the chain holds only a commitment to it.
create table audit_private (
    stream    uuid not null,
    seq       bigint not null,
    person_id text not null,
    sealed    bytea not null,
    primary key (stream, seq)
);

create function audit_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is append-only: % on % is refused', lower(tg_op), tg_table_name
        using errcode = 'insufficient_privilege', hint = 'Record what is true now as a new row.';
end $$;
create trigger audit_append_only before update or delete or truncate on audit
    for each statement execute function audit_refuse();
