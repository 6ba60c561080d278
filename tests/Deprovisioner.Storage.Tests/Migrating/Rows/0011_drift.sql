update drift_watches set why = 'Read again in a week.', next_at = '2026-02-01Z', asked_at = '2026-01-11Z' where person_id = 'cyd';
update probes set read_at = '2026-01-11Z';
