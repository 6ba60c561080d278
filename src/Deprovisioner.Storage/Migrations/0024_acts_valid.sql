-- outside a transaction
-- What 0023 asks of new rows is so of all.
alter table operator_acts validate constraint operator_acts_kind_check;
