-- When employments begin, leaves of absence, and what is owed to somebody who comes back.

alter table employments
    add column starts_at   timestamptz,
    add column leave_from  timestamptz,
    add column leave_until timestamptz,
    -- By aspect: time and sequences of the newest event that decided it. The source of the one number that was kept before is not known: until the next event, order goes by time.
    add column seen        jsonb,
    drop column last_sequence,
    add check (leave_until is null or leave_from is not null);
update employments set seen = jsonb_build_object(
    'presence', jsonb_build_object('at', last_event_at, 'sequences', '{}'::jsonb),
    'leave', jsonb_build_object('at', last_event_at, 'sequences', '{}'::jsonb),
    'attributes', jsonb_build_object('at', last_event_at, 'sequences', '{}'::jsonb));
alter table employments alter column seen set not null;

alter table persons
    -- When the person is looked at again though no event comes, and by which event's policy that is answered.
    add column look_at    timestamptz,
    add column look_cause text,
    add check ((look_at is null) = (look_cause is null));
create index persons_look on persons (look_at) where look_at is not null;

alter table sagas
    drop constraint sagas_kind_check,
    add constraint sagas_kind_check check (kind in ('leaver', 'leave', 'mover', 'restore', 'drift')),
    -- When the person was back: what the saga took is restored or given up by then.
    add column returned_at  timestamptz,
    -- Of a restore: what could not be put back.
    add column not_restored jsonb not null default '[]';
create index sagas_taken on sagas (person_id) where returned_at is null and kind in ('leaver', 'leave', 'restore');
