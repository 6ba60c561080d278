-- Security event tokens that wait here until a receiver fetches them (RFC 8936), and what it said of them.
create table signals (
    -- The receiver: what its key is called.
    stream      text not null,
    jti         text not null,
    token       text not null,
    state       text not null check (state in ('waiting', 'acknowledged', 'refused')),
    kept_at     timestamptz not null,
    -- When it is given out; once it was, when it is given out again.
    next_at     timestamptz not null,
    settled_at  timestamptz,
    -- What the receiver found wrong with it (RFC 8936, section 2.6).
    err         text,
    description text,
    primary key (stream, jti),
    check ((state = 'waiting') = (settled_at is null)),
    check ((state = 'refused') = (err is not null)),
    check (description is null or err is not null)
);
create index signals_waiting on signals (stream, kept_at, jti) where state = 'waiting';
create index signals_settled on signals (settled_at) where state <> 'waiting';

-- Keys for those who bring them and those who fetch them.
alter table api_keys drop constraint api_keys_roles_check;
alter table api_keys add constraint api_keys_roles_check
    check (roles <@ array['viewer', 'operator', 'approver', 'auditor', 'publisher', 'transmitter', 'receiver'] and cardinality(roles) > 0) not valid;
