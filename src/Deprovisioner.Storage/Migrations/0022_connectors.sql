-- What the connectors of the build can do that took a configuration up: a console plans by it, and has no connector. Of what was taken up before it is not known.
alter table configurations add column connectors jsonb not null default '[]';
