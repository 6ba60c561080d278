-- outside a transaction
-- What 0020 asks of new rows is so of all.
alter table operator_acts validate constraint operator_acts_kind_check;
alter table quarantine validate constraint quarantine_resubmitted_check;
-- Leavers by when their access ended: for reports, and for the time to contain of each day.
drop index concurrently if exists sagas_contained;
create index concurrently sagas_contained on sagas (contained_at, saga_id) where kind = 'leaver' and contained_at is not null;
-- The audit by time, for whoever looks for something in it.
drop index concurrently if exists audit_at;
create index concurrently audit_at on audit (at, stream, seq);
-- People by the beginning of what is known of them, in the order of bytes: the database's own order may be a language's, in which a prefix is no range.
drop index concurrently if exists persons_by_id;
create index concurrently persons_by_id on persons (lower(person_id) collate "C", person_id collate "C");
drop index concurrently if exists persons_by_user_name;
create index concurrently persons_by_user_name on persons (lower(user_name) collate "C", person_id collate "C");
drop index concurrently if exists persons_by_email;
create index concurrently persons_by_email on persons (lower(email) collate "C", person_id collate "C");
drop index concurrently if exists persons_by_family_name;
create index concurrently persons_by_family_name on persons (lower(family_name) collate "C", person_id collate "C");
