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
        || replace(allowed, 'ARRAY[', 'ARRAY[''legal-hold-set''::text, ''legal-hold-lift''::text, ');
end $$;
