-- outside a transaction
-- The guard's head count asks who has left since a time, and must not read everybody who ever did.
drop index concurrently if exists employments_ended;
create index concurrently employments_ended on employments (ends_at) where ends_at is not null;
