-- Who is told of events out by webhook and mail, beside those who listen on the bus.

-- Events out of which nobody has decided yet whom they concern. In the transaction that wrote the event, an older worker's too; so no late commit is missed. A row of its own and not a mark on the event, whose row the
-- publisher keeps locked while the broker takes it.
create table notification_queue (
    outbox_id bigint primary key
);

-- As its owner: whoever writes an event out needs no right on the queue, and an older worker has none.
create function notification_queue_take() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into public.notification_queue select outbox_id from written;
    return null;
end $$;
create trigger outbox_to_notify after insert on outbox referencing new table as written for each statement execute function notification_queue_take();

-- What is sent: to a webhook one event, to people one mail about one thing.
create table notification_deliveries (
    delivery_id bigint generated always as identity primary key,
    -- As the configuration calls it.
    receiver    text not null,
    kind        text not null check (kind in ('webhook', 'mail')),
    -- The event; of a mail the first one. No foreign key: its check would wait for the publisher.
    outbox_id   bigint not null,
    status      text not null check (status in ('waiting', 'delivered', 'given-up')),
    attempts    integer not null default 0,
    -- When it is sent; while it is being sent, when the lease on that ends.
    next_at     timestamptz not null,
    -- No attempt begins later.
    give_up_at  timestamptz not null,
    -- What the last attempt brought, in our own words.
    last_code   text,
    last_error  text,
    created_at  timestamptz not null,
    done_at     timestamptz,
    -- Of a mail: what it is about; which one about it; when the first of them was begun; when something was last added; since when nothing is added.
    thing       text,
    number      integer,
    thread_at   timestamptz,
    last_at     timestamptz,
    closed_at   timestamptz,
    check ((status = 'waiting') = (done_at is null)),
    check (num_nonnulls(thing, number, thread_at, last_at) = case kind when 'mail' then 4 else 0 end),
    check (closed_at is null or kind = 'mail')
);
create index notification_deliveries_due on notification_deliveries (receiver, next_at) where status = 'waiting';
create index notification_deliveries_of on notification_deliveries (receiver, delivery_id);
create index notification_deliveries_given_up on notification_deliveries (delivery_id) where status = 'given-up';
create unique index notification_deliveries_once on notification_deliveries (outbox_id, receiver) where kind = 'webhook';
create unique index notification_deliveries_mail on notification_deliveries (receiver, thing, thread_at, number) where kind = 'mail';

-- Whom a mail tells of.
create table notification_mail_sagas (
    delivery_id bigint not null references notification_deliveries,
    saga_id     uuid not null,
    outbox_id   bigint not null,
    -- False: it came when the mail had gone out, and is noted only.
    in_mail     boolean not null,
    primary key (delivery_id, saga_id)
);

-- How a receiver stands, where there is anything to say of it.
create table notification_receivers (
    receiver     text primary key,
    -- In a row.
    failures     integer not null,
    -- It is asked nothing before.
    quiet_until  timestamptz,
    -- It said that it is gone (HTTP 410), under this version of the configuration: under another one it is asked again.
    gone_at      timestamptz,
    gone_version text,
    check ((gone_at is null) = (gone_version is null))
);
