-- Each step that is sent asks whether its person's address, name or account is another active person's too.
create index persons_email on persons (lower(email)) where email is not null;
create index persons_user_name on persons (lower(user_name)) where user_name is not null;
create index known_accounts_account on known_accounts (system, account_id);
