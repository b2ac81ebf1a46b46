-- Sources that are asked for new problems. `shape` says how to ask and how to read the answer; it
-- refers to secrets by name only. `revision` counts changes by operators: a pull under way stops at
-- the next one. `since` is how far everything is taken in; `reached`, `position` and `page` belong
-- to a pull that did not come to the end yet.
create table feed (
    id bigint generated always as identity primary key,
    name text not null unique check (name <> ''),
    channel text not null references channel,
    url text not null,
    shape jsonb not null,
    enabled boolean not null default true,
    revision integer not null default 1,
    created_at timestamptz not null,
    since text not null default '',
    reached text not null default '',
    position text not null default '',
    page integer not null default 0 check (page >= 0),
    pulled_at timestamptz,
    note text not null default '',
    failures integer not null default 0 check (failures >= 0),
    failing_since timestamptz,
    last_error text not null default '',
    next_try_at timestamptz
);

-- What was refused once stands in the intake register; sent again unchanged it is left out. The
-- digest is keyed, so that nobody's number can be guessed from it.
create table feed_rejected (
    feed_id bigint not null references feed on delete cascade,
    digest bytea not null,
    primary key (feed_id, digest)
);

grant select, insert, update, delete on feed, feed_rejected to rectify_app;
