-- Every version of the calendar: a day holds from version `since` up to before `until`.
alter table calendar_day drop constraint calendar_day_pkey;
alter table calendar_day add column since integer not null default 1,
    add column until integer,
    add primary key (day, since),
    add check (until is null or until > since);
alter table calendar_year add column since integer not null default 1;

-- Running clocks counted again after a change of calendar or policy; one at a time.
-- `cursor` is the last case done; until a case is done its old deadlines hold.
create table reprojection (
    id bigint generated always as identity primary key,
    cause text not null check (cause in ('calendar', 'policy')),
    calendar_version integer not null,
    policy_version integer references policy,
    actor text not null default '',
    started_at timestamptz not null,
    finished_at timestamptz,
    cursor bigint not null default 0,
    looked bigint not null default 0 check (looked >= 0),
    moved bigint not null default 0 check (moved >= 0)
);
create unique index reprojection_unfinished on reprojection ((true)) where finished_at is null;
grant select, insert, update on reprojection to rectify_app;
