-- A contact whose address bounced, until it is changed or something gets through.
alter table contact add column bounced_at timestamptz,
    add column bounce_reason text not null default '',
    add check ((bounced_at is null) = (bounce_reason = ''));

-- A receiver that failed in `failures` rounds running, since when, and until when it is left alone.
create table receiver (
    route text primary key,
    failures integer not null check (failures > 0),
    since timestamptz not null,
    open_until timestamptz,
    last_error text not null
);
grant select, insert, update, delete on receiver to rectify_app;

-- Delivery held until an operator says from when; `deliveries` counts the batches sent, so that a
-- database older than what an installation has sent shows.
alter table setting add column held_at timestamptz,
    add column held_why text not null default '',
    add column deliveries bigint not null default 0,
    add check ((held_at is null) = (held_why = ''));

-- A notice that could not be put into words waits for an operator; the others go out.
-- `reason` says why it is parked, or why an operator had it taken for sent.
alter table notice drop constraint notice_status_check;
alter table notice add column reason text not null default '',
    add constraint notice_status_check check (status in ('owed', 'bound', 'withdrawn', 'parked'));
create index notice_parked on notice (id) where status = 'parked';
create index message_parked on message (created_at) where status = 'parked';
