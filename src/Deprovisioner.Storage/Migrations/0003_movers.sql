-- Which entitlements a step takes away; null: all. Narrowed while the step has not run, when something on it is justified after all.
alter table steps add column selection jsonb check (selection is null or action = 'remove-entitlements');
comment on column steps.selection is 'remove, keep: entitlement ids or names; unexplained: keep, revoke, review. Null: all entitlements.';
