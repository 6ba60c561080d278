-- What a report says of a leaver whose saga is over, so that it can be added up without the steps. Null hours: not worked out, since it goes on, or an older worker wrote the row.
alter table sagas add column ended_hours double precision, add column live_systems integer not null default 0, add column late boolean not null default false,
    add column licences_reclaimed integer not null default 0, add column steps_by_hand integer not null default 0;
