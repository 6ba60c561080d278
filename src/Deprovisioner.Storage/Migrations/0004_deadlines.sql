-- The earliest stage deadline that is neither met nor told to be missed: what the sweep looks for. Kept by each decision about the saga.
alter table sagas add column next_deadline_at timestamptz;
create index sagas_next_deadline on sagas (next_deadline_at) where next_deadline_at is not null;

-- Spans in stages are .NET's: [d.]hh:mm:ss[.fffffff]. Days are counted as 24 hours each, whatever the session's zone makes of them.
update sagas g set next_deadline_at = d.at
from (
    select s.saga_id, min(s.effective_at + make_interval(secs =>
        extract(epoch from regexp_replace(t.stage->>'after', '^(\d+)\.(\d\d:)', '\1 days \2')::interval)::double precision
        + extract(epoch from regexp_replace(t.stage->>'within', '^(\d+)\.(\d\d:)', '\1 days \2')::interval)::double precision)) as at
    from sagas s cross join jsonb_array_elements(s.stages) as t(stage)
    where s.status not in ('completed', 'cancelled') and t.stage->>'within' is not null
        and exists (select from steps p where p.saga_id = s.saga_id and p.stage = (t.stage->>'ordinal')::integer and p.status <> 'succeeded')
    group by s.saga_id) d
where g.saga_id = d.saga_id;

-- What a policy may say of a step beside its action. Needed steps by their ordinal in the saga.
alter table steps add column owner text;
alter table steps add column reversible text check (reversible ~ '^(yes|no|[0-9]+(ms|s|m|h|d))$');
alter table steps add column needs integer[] not null default '{}';
