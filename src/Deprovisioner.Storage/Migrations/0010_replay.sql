-- A replay of failed steps: chosen once, tried again one, then ten, then the rest. Its number is that of the request that asked for it.
create table replay_jobs (
    job_id         bigint primary key references operator_acts,
    who            text not null,
    why            text not null,
    -- Who started or resumed it last.
    gone_who       text not null,
    gone_why       text not null,
    filter         text not null,
    status         text not null check (status in ('previewing', 'ready', 'running', 'stopped', 'cancelled', 'completed')),
    wave           text not null check (wave in ('one', 'ten', 'rest')),
    in_wave        integer not null default 0 check (in_wave >= 0),
    untouched      integer not null check (untouched >= 0),
    sent           integer not null default 0 check (sent >= 0),
    succeeded      integer not null default 0 check (succeeded >= 0),
    failed         integer not null default 0 check (failed >= 0),
    held           integer not null default 0 check (held >= 0),
    skipped        integer not null default 0 check (skipped >= 0),
    cancelled      integer not null default 0 check (cancelled >= 0),
    unanswered     integer not null default 0 check (unanswered >= 0),
    preview_until  timestamptz,
    -- By system: how many steps in a row came back with an error.
    in_a_row       jsonb not null default '{}',
    stopped_step   uuid,
    stopped_system text,
    stopped_code   text,
    stopped_same   boolean,
    created_at     timestamptz not null,
    changed_at     timestamptz not null,
    check (num_nulls(stopped_step, stopped_system, stopped_code, stopped_same) in (0, 4)),
    check (status <> 'stopped' or stopped_step is not null),
    check ((status = 'previewing') = (preview_until is not null)),
    check (status not in ('cancelled', 'completed') or untouched = 0)
);
-- What the sweep looks at.
create index replay_jobs_active on replay_jobs (job_id) where status in ('previewing', 'running') or sent > 0;

-- Steps and sagas are not referenced: a reference locks what it refers to, and half a million steps are chosen in one statement, in an order of their own.
create table replay_items (
    job_id        bigint not null references replay_jobs,
    ordinal       integer not null,
    step_id       uuid not null,
    saga_id       uuid not null,
    system        text not null,
    before        text not null,
    state         text not null check (state in ('listed', 'previewed', 'sent', 'succeeded', 'failed', 'held', 'skipped', 'cancelled')),
    asked         boolean not null,
    probe_id      uuid,
    answer        text check (answer in ('would-change', 'already-so', 'not-there', 'would-fail', 'unknown')),
    answer_detail text,
    wave          text check (wave in ('one', 'ten', 'rest')),
    code          text,
    reason        text,
    sent_at       timestamptz,
    ended_at      timestamptz,
    primary key (job_id, ordinal),
    check ((sent_at is null) = (wave is null)),
    check (state not in ('sent', 'succeeded', 'failed', 'held') or sent_at is not null),
    check (state <> 'previewed' or answer is not null),
    check (state <> 'failed' or code is not null)
);
create index replay_items_untouched on replay_items (job_id, ordinal) where state in ('listed', 'previewed');
create index replay_items_sent on replay_items (job_id) where state = 'sent';
create index replay_items_asked on replay_items (job_id) where probe_id is not null;
-- Whoever replays a step does not approve what its saga does.
create index replay_items_saga on replay_items (saga_id);
create index operator_acts_replay on operator_acts (target) where kind in ('replay-start', 'replay-resume');

-- The kinds that other migrations added stay allowed, whichever they are.
do $$
declare allowed text := (select pg_get_constraintdef(oid) from pg_constraint where conname = 'operator_acts_kind_check' and conrelid = 'operator_acts'::regclass);
begin
    alter table operator_acts drop constraint operator_acts_kind_check;
    execute 'alter table operator_acts add constraint operator_acts_kind_check '
        || replace(allowed, 'ARRAY[', 'ARRAY[''replay-job''::text, ''replay-start''::text, ''replay-resume''::text, ''replay-cancel''::text, ');
end $$;
