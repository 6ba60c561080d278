-- For what a saga waits for a person: [{"reason": "guard", "detail": …, "since": …}].
alter table sagas add column holds jsonb not null default '[]' check (jsonb_typeof(holds) = 'array');

alter table operator_acts drop constraint operator_acts_kind_check;
alter table operator_acts add constraint operator_acts_kind_check
    check (kind in ('replay', 'resolve', 'cancel', 'pause', 'resume', 'release', 'reject'));
