-- One of several employments has ended: whether what only that one justified was dealt with. What ended before this was known is left as it is.
alter table employments
    add column relinquished boolean not null default false,
    add check (not relinquished or ends_at is not null);
update employments set relinquished = true where ends_at <= now();
