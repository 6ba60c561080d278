-- outside a transaction
-- What is put back at this moment: a cut on the same system waits for it, and every claim asks.
drop index concurrently if exists steps_restores_in_flight;
create index concurrently steps_restores_in_flight on steps (saga_id) include (system) where status = 'in-flight' and action = 'restore-account';
