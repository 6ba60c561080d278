-- outside a transaction
-- What 0028 asks of new rows is so of all.
alter table api_keys validate constraint api_keys_roles_check;
