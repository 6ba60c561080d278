-- Ordinary triggers rest in a session that calls itself a replica (session_replication_role), which a superuser may, and whoever was granted that setting. This one does not.
-- https://www.postgresql.org/docs/15/sql-altertable.html (ENABLE ALWAYS TRIGGER)
alter table audit enable always trigger audit_append_only;
