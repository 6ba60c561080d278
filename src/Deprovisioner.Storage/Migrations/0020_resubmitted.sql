-- A message in quarantine that somebody corrected and sent again: by which request, and when.
alter table quarantine
    add column resubmitted_act bigint,
    add column resubmitted_at  timestamptz;
alter table quarantine add constraint quarantine_resubmitted_check check ((resubmitted_act is null) = (resubmitted_at is null)) not valid;

-- The kinds that other migrations added stay allowed, whichever they are. Rows that are there had a kind that was allowed before, so nobody has to read them again.
do $$
declare allowed text := (select replace(pg_get_constraintdef(oid), ' NOT VALID', '') from pg_constraint where conname = 'operator_acts_kind_check' and conrelid = 'operator_acts'::regclass);
begin
    alter table operator_acts drop constraint operator_acts_kind_check;
    execute 'alter table operator_acts add constraint operator_acts_kind_check ' || replace(allowed, 'ARRAY[', 'ARRAY[''resubmit''::text, ') || ' not valid';
end $$;
