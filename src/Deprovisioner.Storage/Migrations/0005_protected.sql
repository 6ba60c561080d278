-- A legal hold on a person: the last word that was said of it, and who said it. Null in legal_hold_since: there never was one.
alter table persons
    add column legal_hold         boolean not null default false,
    add column legal_hold_since   timestamptz,
    add column legal_hold_by      text,
    add column legal_hold_why     text,
    add column legal_hold_said_at timestamptz,
    add column legal_hold_by_hand boolean not null default false,
    add check (num_nulls(legal_hold_since, legal_hold_by, legal_hold_why, legal_hold_said_at) in (0, 4)),
    add check (not legal_hold or legal_hold_since is not null);

-- The hold is kept with the saga too: whoever decides about a saga has locked its row, and not the person's.
alter table sagas
    add column legal_hold          boolean not null default false,
    add column protection_released boolean not null default false;

-- Acts on a person. The kinds that other migrations added stay allowed, whichever they are.
alter table operator_acts add column person_id text;
do $$
declare allowed text := (select pg_get_constraintdef(oid) from pg_constraint where conname = 'operator_acts_kind_check' and conrelid = 'operator_acts'::regclass);
begin
    alter table operator_acts drop constraint operator_acts_kind_check;
    execute 'alter table operator_acts add constraint operator_acts_kind_check '
        || replace(allowed, 'ARRAY[', 'ARRAY[''legal-hold-set''::text, ''legal-hold-lift''::text, ''verify''::text, ');
end $$;

-- What a person has to do, who said that it is done while somebody else has to vouch for it, and whether others were told that it is late.
alter table steps
    add column task_owner        text,
    add column task_due_at       timestamptz,
    add column task_verify       boolean not null default false,
    add column task_done_by      text,
    add column task_overdue_told boolean not null default false,
    add check ((task_owner is null) = (task_due_at is null));
create index steps_tasks on steps (task_due_at) where status = 'open-task' and not task_overdue_told;
