-- Who brought an event, as they signed in; null: it came over the broker, or is our own.
alter table inbox add column sender text;
alter table quarantine add column sender text;

-- An account that a choice left alone is left alone for the saga that asked. Null: of before that was kept; it counts for no saga, and is asked about again.
alter table others_accounts add column saga_id uuid, drop constraint others_accounts_pkey;
