create table inspector (
    code text primary key check (code <> ''),
    name text not null check (name <> ''),
    unit text not null references unit,
    environments text[] not null default '{}',
    units text[] not null default '{}',
    conflicts text[] not null default '{}',
    retired_at timestamptz
);

-- What called for inspections beyond the ordinary look-back: once a key. The population that was
-- drawn from and what was drawn stand in strata, so that anybody can redo the draw.
create table inspection_order (
    id bigint generated always as identity primary key,
    key text not null unique check (key <> ''),
    cause text not null check (cause in ('sample', 'callback', 'relapse_rate', 'office')),
    unit text references unit,
    environment text,
    case_id bigint references rectification_case,
    since timestamptz,
    until timestamptz,
    reason text not null,
    seed text not null,
    share smallint not null check (share between 1 and 100),
    method smallint not null,
    strata jsonb not null,
    population_hash text not null,
    actor text not null default '',
    ordered_at timestamptz not null,
    done_at timestamptz
);
create index inspection_order_undone on inspection_order (id) where done_at is null;

-- One re-check of a case, by the slot of its clock. The due day is the clock's, and what became of
-- it is in the history: neither is kept twice.
create table inspection (
    id bigint generated always as identity primary key,
    case_id bigint not null references rectification_case,
    slot smallint not null check (slot > 0),
    cause text not null
        check (cause in ('lookback', 'sample', 'report', 'callback', 'relapse_rate', 'office')),
    order_id bigint references inspection_order,
    inspector text references inspector,
    created_at timestamptz not null,
    assigned_at timestamptz,
    unique (case_id, slot),
    check ((inspector is null) = (assigned_at is null))
);
create index inspection_inspector on inspection (inspector);
create index inspection_ordered on inspection (order_id) where order_id is not null;

-- 建章立制: a rule that a cluster of relapses calls for, until the office decides.
create table rule_proposal (
    id bigint generated always as identity primary key,
    unit text references unit,
    environment text,
    month date not null,
    relapses integer not null check (relapses > 0),
    cases text[] not null,
    proposed_at timestamptz not null,
    status text not null default 'open' check (status in ('open', 'accepted', 'dismissed')),
    reason text not null default '',
    decider text not null default '',
    decided_at timestamptz,
    check ((unit is null) <> (environment is null)),
    check ((status = 'open') = (decided_at is null))
);
create unique index rule_proposal_once on rule_proposal
    (coalesce(unit, ''), coalesce(environment, ''), month);
create index rule_proposal_open on rule_proposal (id) where status = 'open';

create index clock_recheck on clock (due_at) where kind = 'recheck' and stopped_at is null;
create index history_returned on history (occurred_at)
    where event in ('rehandled', 'relapsed');

grant select, insert, update on inspector, inspection, inspection_order, rule_proposal
    to rectify_app;
