-- A notice may be about no case: then `key` says of what duty it tells, and it is owed once.
alter table notice alter column case_id drop not null, alter column seq drop not null,
    add column key text check (key <> ''),
    add constraint notice_about check (
        (case_id is null) = (key is not null) and (case_id is null) = (seq is null));
create unique index notice_duty on notice (key, template, unit, role, channel)
    where key is not null;

-- Points where the city looks (营商环境监测点): a project or a firm, and the unit that keeps contact.
create table monitoring_point (
    code text primary key check (code <> ''),
    name text not null check (name <> ''),
    kind text not null check (kind in ('project', 'firm')),
    district text not null references unit,
    unit text not null references unit,
    valid_from date,
    valid_to date,
    check (valid_to >= valid_from)
);

-- Days on which somebody goes and looks for problems (查摆活动), planned and recorded. `unit` does
-- it, `target` is looked at; a unit that is visited undercover is another one.
create table activity (
    id bigint generated always as identity primary key,
    kind text not null check (kind in (
        'hall_day', 'monitor_visit', 'parlour', 'inspection', 'lookback', 'supervision')),
    unit text not null references unit,
    target text references unit,
    point text references monitoring_point,
    team text check (team in ('experts', 'media', 'experiencers')),
    undercover boolean not null default false,
    place text not null default '',
    planned_on date not null,
    held_on date,
    attended text check (attended in ('head', 'deputy', 'staff')),
    status text not null check (status in ('planned', 'held', 'missed', 'cancelled')),
    reason text not null default '',
    nothing_found boolean not null default false,
    actor text not null default '',
    recorded_at timestamptz not null,
    check ((status = 'held') = (held_on is not null)),
    check (status not in ('missed', 'cancelled') or reason <> ''),
    check ((kind = 'monitor_visit') = (point is not null)),
    check (kind = 'supervision' or team is null and not undercover),
    check (not undercover or target is not null),
    check (target <> unit)
);
create unique index activity_once on activity (
    kind, unit, planned_on, coalesce(target, ''), coalesce(point, ''), coalesce(team, ''))
    where status <> 'cancelled';
create index activity_planned on activity (planned_on);

-- Problems found, numbered within the activity. `digest` is a salted hash of what was found, so
-- that it is entered once; the case is there as soon as intake has opened it.
create table activity_case (
    activity_id bigint not null references activity,
    number integer not null check (number > 0),
    salt bytea not null,
    digest bytea not null check (length(digest) = 32),
    case_id bigint unique references rectification_case,
    primary key (activity_id, number)
);

grant select, insert, update on monitoring_point, activity to rectify_app;
grant select, insert, update, delete on activity_case to rectify_app;
