-- A return concerns one unit: each part of a case has a slot of its own and a count of its returns.
-- A referral names whose persons it is about, and waits for feedback from the organ.
alter table rectification_case
    add column slots smallint[] not null default '{}',
    add column hops smallint[] not null default '{}',
    add column accused text[] not null default '{}',
    add column feedback text check (feedback in ('filed', 'not_filed', 'passed_on', 'handled')),
    add column feedback_due_at timestamptz;
create index rectification_case_feedback on rectification_case (feedback_due_at)
    where feedback_due_at is not null and feedback is null;
alter table request add column slot smallint not null default 0 check (slot >= 0);

-- How much a unit was given in a period, for its return rate.
create index history_dispatches on history (occurred_at)
    where event in ('dispatched', 'redispatched', 'part_redispatched');
create index request_returns on request (asked_at) where kind = 'return';

-- Who applied a version and why; whether it came with the product or was edited.
alter table rule_set
    add column actor text not null default '',
    add column reason text not null default '',
    add column origin text not null default 'shipped' check (origin in ('shipped', 'edited'));
update rule_set set origin = 'edited' where version > 1;
alter table policy
    add column actor text not null default '',
    add column reason text not null default '';
alter table reprojection add column reason text not null default '';

-- Who of the office may read what a referred case says, and every such reading.
create table confidant (
    name text primary key check (name <> ''),
    added_by text not null check (added_by <> ''),
    added_at timestamptz not null
);
create table confidential_reading (
    id bigint generated always as identity primary key,
    case_id bigint not null references rectification_case,
    reader text not null check (reader <> ''),
    at timestamptz not null
);
create index confidential_reading_case on confidential_reading (case_id);
grant select, insert, delete on confidant to rectify_app;
grant select, insert on confidential_reading to rectify_app;
