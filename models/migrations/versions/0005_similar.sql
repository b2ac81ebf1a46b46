-- What finds cases about the same thing. Hashes only: no word can be read from them.
create table fingerprint (
    case_id bigint primary key references rectification_case,
    keys integer[] not null,
    packed bytea not null
);
-- Without a pending list: a batch searches what it has just written.
create index fingerprint_keys on fingerprint using gin (keys) with (fastupdate = off);

-- In how many of the counted messages a shingle stood (how many those are stands in `counter`), and
-- how many fingerprints have it as a key.
create table shingle (
    hash integer primary key,
    seen integer not null check (seen >= 0),
    keyed integer not null check (keyed >= 0)
) with (fillfactor = 70);

create table suggestion (
    case_id bigint not null references rectification_case,
    other_id bigint not null references rectification_case,
    score real not null check (score between 0 and 1),
    words text[] not null,
    relapse boolean not null,
    status text not null default 'open' check (status in ('open', 'joined', 'apart')),
    suggested_at timestamptz not null,
    decided_at timestamptz,
    decider text not null default '',
    rechecked_at timestamptz,
    primary key (case_id, other_id),
    check (case_id <> other_id),
    check ((status = 'open') = (decided_at is null)),
    check (relapse or rechecked_at is null)
);
create index suggestion_open on suggestion (case_id) where status = 'open';
create index suggestion_other on suggestion (other_id);
create index suggestion_relapse on suggestion (other_id) where relapse and rechecked_at is null;

-- One row: whether new cases are compared at all (it costs intake most of its speed), from which score they join by themselves (null:
-- never), and for how many days after closing a case is still looked at.
create table duplicate_setting (
    id boolean primary key default true check (id),
    compared boolean not null default false,
    join_from real check (join_from > 0 and join_from <= 1),
    closed_days integer not null default 180 check (closed_days >= 0)
);
insert into duplicate_setting default values;

grant select, insert, update, delete on fingerprint, shingle, suggestion to rectify_app;
grant select, update on duplicate_setting to rectify_app;
