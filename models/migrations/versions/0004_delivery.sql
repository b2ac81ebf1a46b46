-- A contact whose address bounced, until it is changed or a test gets through.
alter table contact add column bounced_at timestamptz,
    add column bounce_reason text not null default '';

-- A receiver that failed repeatedly is left alone until `open_until`.
create table receiver (
    route text primary key,
    failures integer not null default 0 check (failures >= 0),
    open_until timestamptz,
    last_error text not null default ''
);
grant select, insert, update, delete on receiver to rectify_app;

-- Delivery held until an operator says from when; `deliveries` counts rounds that sent something.
alter table setting add column held_at timestamptz,
    add column held_why text not null default '',
    add column deliveries bigint not null default 0;

-- A notice that could not be put into words waits for an operator; the others go out.
alter table notice drop constraint notice_status_check;
alter table notice add column parked_reason text not null default '',
    add constraint notice_status_check check (status in ('owed', 'bound', 'withdrawn', 'parked'));
