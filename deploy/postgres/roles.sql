-- Who may do what in the database, the part that only an administrator can do: the roles, the database and who owns it. Safe to repeat.
--
--   psql -v ON_ERROR_STOP=1 -v database=deprovisioner -d postgres -f roles.sql
--
-- What each role may do with each table follows the tables, so "deprovisioner migrate" does it (src/Deprovisioner.Storage/Rights/rights.sql), each time it is run.
--
--   deprovisioner_owner         owns the tables; only "deprovisioner migrate" signs in as it
--   deprovisioner_orchestrator  the worker with the role orchestrator
--   deprovisioner_console       the console, and operators with the command line: reads, and asks by rows of operator_acts
--   deprovisioner_auditor       reads everything and changes nothing: auditors, "audit verify", pg_dump
--
-- None has a password here, so none can sign in by one yet. Set it by psql's \password, which sends only its hash, or let pg_hba.conf ask for a certificate.
-- To change a password without a stop, make a second login: create role NAME login in role deprovisioner_orchestrator.
-- The names are the cluster's: two installations in one cluster share them. Keep test and production in clusters of their own.

\if :{?database}
\else
\set database deprovisioner
\endif

select format('create role %I login', name)
from unnest(array['deprovisioner_owner', 'deprovisioner_orchestrator', 'deprovisioner_console', 'deprovisioner_auditor']) as t(name)
where to_regrole(name) is null
\gexec

alter role deprovisioner_owner nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
alter role deprovisioner_orchestrator nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
alter role deprovisioner_console nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
alter role deprovisioner_auditor nosuperuser nocreatedb nocreaterole noreplication nobypassrls;

select format('create database %I owner deprovisioner_owner encoding ''UTF8'' template template0', :'database')
where not exists (select from pg_database where datname = :'database')
\gexec

-- By default everybody may connect to a database and make temporary tables in it.
revoke all on database :"database" from public;
grant connect on database :"database" to deprovisioner_orchestrator, deprovisioner_console, deprovisioner_auditor;

-- Who only reads cannot write by mistake either, and a forgotten session of theirs holds up no clean-up of rows.
alter role deprovisioner_auditor in database :"database" set default_transaction_read_only = on;
alter role deprovisioner_auditor in database :"database" set idle_in_transaction_session_timeout = '10min';
alter role deprovisioner_console in database :"database" set idle_in_transaction_session_timeout = '10min';

\connect :"database"

-- PostgreSQL 15 does so by itself, but not in a cluster that was upgraded from an older one.
revoke create on schema public from public;
alter schema public owner to deprovisioner_owner;
grant usage on schema public to deprovisioner_orchestrator, deprovisioner_console, deprovisioner_auditor;
