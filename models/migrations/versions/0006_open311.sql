-- Keys with which others push and read over Open311, each for one channel. The key itself is shown
-- once and never kept. `tokens` were left at `refilled_at`; they come back with time.
create table api_key (
    id bigint generated always as identity primary key,
    channel text not null references channel,
    name text not null check (name <> ''),
    digest bytea not null unique check (length(digest) = 32),
    per_minute integer not null check (per_minute > 0),
    tokens double precision not null,
    refilled_at timestamptz not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz
);

-- What a request said of its place, for the key that sent it: erasable, like the text of a case.
create table open311_request (
    case_id bigint primary key references rectification_case,
    key_id bigint not null references api_key,
    address text not null default '',
    address_id text not null default '',
    lat double precision check (lat between -90 and 90),
    long double precision check (long between -180 and 180),
    media_url text not null default '',
    check ((lat is null) = (long is null))
);

-- A channel's cases of some months, newest first; neither column ever changes.
create index rectification_case_channel on rectification_case (channel, detected_at);

grant select, insert, update on api_key to rectify_app;
grant select, insert, delete on open311_request to rectify_app;
