-- For what a saga waits for a person: [{"reason": "guard", "detail": …, "since": …}].
alter table sagas add column holds jsonb not null default '[]' check (jsonb_typeof(holds) = 'array');

-- What is asked about once more before it is sent; the dispatcher leaves it alone until then.
alter table steps add column ask_first boolean not null default false;
create index steps_ask_first on steps (due_at) where status = 'due' and ask_first;

-- Which announcement or event an act is about, and what else it says.
alter table operator_acts add column target bigint;
alter table operator_acts add column details jsonb;
alter table operator_acts drop constraint operator_acts_kind_check;
alter table operator_acts add constraint operator_acts_kind_check
    check (kind in ('replay', 'resolve', 'cancel', 'pause', 'resume', 'release', 'reject', 'approve', 'ask', 'dismiss', 'guard-announce', 'guard-approve'));
create index operator_acts_saga on operator_acts (saga_id) where saga_id is not null;

-- A held event that somebody has decided about.
alter table inbox add column dismissed_by text;
alter table inbox add column dismissed_why text;
alter table inbox add column dismissed_at timestamptz;
alter table inbox add check ((dismissed_at is null) = (dismissed_by is null) and (dismissed_at is null) = (dismissed_why is null));

-- Who leaves, as the mass guard counts them; seq is the order in which it was decided. One row for each leaver saga that is no repeat.
create table guard_transitions (
    saga_id       uuid primary key,
    seq           bigint generated always as identity unique,
    person_id     text not null,
    employment_id text not null,
    at            timestamptz not null,
    effective_at  timestamptz not null,
    -- Rescinded, rejected and cancelled ones do not count any more.
    live          boolean not null default true,
    -- A person let it pass.
    released      boolean not null default false
);
create index guard_transitions_at on guard_transitions (at) where live;
create index guard_transitions_effective_at on guard_transitions (effective_at) where live;
create index guard_transitions_person on guard_transitions (person_id, employment_id) where live;
create index employments_active on employments (person_id) where status <> 'terminated';
insert into guard_transitions (saga_id, person_id, employment_id, at, effective_at, released)
    select distinct on (person_id, employment_id) saga_id, person_id, employment_id, planned_at, effective_at, true
    from sagas where kind = 'leaver' and status <> 'cancelled' order by person_id, employment_id, planned_at;

create table guard_announcements (
    announcement_id bigint generated always as identity primary key,
    size            integer not null check (size > 0),
    starts_at       timestamptz not null,
    ends_at         timestamptz not null check (ends_at > starts_at),
    asked_by        text not null,
    why             text not null,
    asked_at        timestamptz not null,
    -- It counts only once another person agreed.
    approved_by     text check (approved_by <> asked_by),
    approved_why    text,
    approved_at     timestamptz,
    check ((approved_by is null) = (approved_at is null))
);

-- Whoever asks the guard a question that somebody else's answer may change holds this row: so two replicas cannot both let the last one pass.
create table guard_lock (one_row boolean primary key default true check (one_row));
insert into guard_lock default values;
