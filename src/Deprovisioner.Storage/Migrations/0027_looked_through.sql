-- outside a transaction
-- Leavers by when their access ended, with all that is added up of them: a report of a year reads this and no saga.
drop index concurrently if exists sagas_left;
create index concurrently sagas_left on sagas (contained_at, saga_id) include (effective_at, planned_at, urgent, status, ended_hours, live_systems, late, licences_reclaimed, steps_by_hand)
    where kind = 'leaver' and contained_at is not null;
drop index concurrently if exists sagas_contained;
-- Those of whom it is not worked out.
drop index concurrently if exists sagas_without_figures;
create index concurrently sagas_without_figures on sagas (contained_at, saga_id) where kind = 'leaver' and contained_at is not null and ended_hours is null;
-- What was said of accounts, by saga.
drop index concurrently if exists others_accounts_saga;
create index concurrently others_accounts_saga on others_accounts (saga_id, system);
-- People under a legal hold.
drop index concurrently if exists persons_legal_hold;
create index concurrently persons_legal_hold on persons (person_id) where legal_hold;
-- From a system to its sagas.
drop index concurrently if exists steps_system;
create index concurrently steps_system on steps (system, saga_id);
