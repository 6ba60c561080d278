-- outside a transaction
-- Lists of sagas for people, the newest first: years of them must not be sorted for one page.
drop index concurrently if exists sagas_planned;
create index concurrently sagas_planned on sagas (planned_at desc, saga_id);
-- Those that are late now are few.
drop index concurrently if exists sagas_late;
create index concurrently sagas_late on sagas (planned_at desc, saga_id)
    where status <> 'completed' and status <> 'cancelled' and jsonb_path_exists(stages, '$[*].deadlineMissedAt ? (@ != null)');
-- What people have to do, told to be overdue or not.
drop index concurrently if exists steps_open_tasks;
create index concurrently steps_open_tasks on steps (task_due_at) where status = 'open-task';
