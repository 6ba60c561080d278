-- Accounts of people who left are read again: who, and when.
create table drift_watches (
    person_id text primary key references persons,
    -- When the accounts are read again, or the time for that is worked out; null: not before another saga of this person ends.
    next_at   timestamptz,
    -- When they were asked about last.
    asked_at  timestamptz,
    -- What was decided last, in one sentence; null: nothing yet.
    why       text
);
create index drift_watches_due on drift_watches (next_at) where next_at is not null;
insert into drift_watches (person_id, next_at)
    select distinct person_id, now() from sagas where kind = 'leaver' and returned_at is null and (contained_at is not null or status = 'completed');

-- When whoever asked took the answer.
alter table probes add column read_at timestamptz;
create index probes_found on probes (answered_at) where purpose = 'drift' and status = 'answered' and outcome = 'observed' and read_at is null;

-- How many of late, whatever the number of other sagas.
create index sagas_drift on sagas (planned_at) where kind = 'drift';
