-- Questions about steps: what would it do now? Asked by running the step without changing anything.
create table probes (
    probe_id    uuid primary key,
    step_id     uuid not null references steps,
    system      text not null,
    purpose     text not null check (purpose in ('drift', 'replay')),
    status      text not null check (status in ('due', 'in-flight', 'answered')),
    sends       integer not null default 0,
    failures    integer not null default 0,
    due_at      timestamptz,
    lease_until timestamptz,
    outcome     text check (outcome in ('changed', 'already', 'absent', 'accepted', 'observed', 'throttled', 'transient', 'unauthorized',
                'rejected', 'not-removable-here', 'ambiguous', 'indeterminate')),
    code        text,
    message     text,
    answered_at timestamptz,
    check ((status = 'due') = (due_at is not null)),
    check ((status = 'in-flight') = (lease_until is not null)),
    check ((outcome is null) = (answered_at is null)),
    check (status <> 'answered' or outcome is not null)
);
create index probes_due on probes (system, due_at) where status = 'due';
create index probes_in_flight on probes (system, lease_until) where status = 'in-flight';
create index probes_step on probes (step_id);
