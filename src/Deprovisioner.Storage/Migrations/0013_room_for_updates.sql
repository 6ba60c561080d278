-- A saga's row is written again with each group of its reports, and none of the indexed columns changes by most of them: with room on its page the new version needs no index entries (HOT).
alter table sagas set (fillfactor = 70);
-- Each dispatch pass writes the budgets.
alter table systems set (fillfactor = 50);
