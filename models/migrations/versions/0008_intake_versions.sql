-- One run of intake: what was read and what became of it, counted batch by batch in the transaction
-- of the batch. A row that only came again is counted here and nowhere else.
create table intake_file (
    id bigint generated always as identity primary key,
    channel text not null references channel,
    file text not null,
    received_at timestamptz not null,
    started_at timestamptz not null,
    finished boolean not null default false,
    read integer not null default 0,
    opened integer not null default 0,
    duplicate integer not null default 0,
    changed integer not null default 0,
    rejected integer not null default 0,
    check (read = opened + duplicate + rejected),
    check (changed between 0 and duplicate)
);

-- `marks` tell the present content from another one, by keyed hashes that give none of it away;
-- `delivery` is the intake that brought it (no foreign key: it would be looked up for every row).
alter table intake_row
    add column marks bytea,
    add column versions integer not null default 1 check (versions > 0),
    add column delivery bigint;

-- What came later under the id of a row that opened a case. Its texts stand in case_text at `seq`,
-- erasable like all others; `changed` are codes. Unseen ones stand on the office's worklist.
create table intake_version (
    intake_id bigint not null references intake_row,
    number integer not null check (number > 1),
    case_id bigint not null,
    seq integer not null,
    file text not null,
    row_number integer not null,
    received_at timestamptz not null,
    changed text[] not null check (cardinality(changed) > 0),
    seen_at timestamptz,
    seen_by text not null default '',
    primary key (intake_id, number),
    foreign key (case_id, seq) references history
);
create index intake_version_case on intake_version (case_id);
create index intake_version_unseen on intake_version (received_at) where seen_at is null;

-- Who reported, where a later version names somebody else: sealed like the first.
create table identity.reporter_version (
    case_id bigint not null references rectification_case,
    number integer not null check (number > 1),
    key_id text not null,
    sealed bytea not null,
    lookup bytea not null,
    primary key (case_id, number)
);

grant select, insert, update on intake_file to rectify_app;
grant select, insert, update (seen_at, seen_by) on intake_version to rectify_app;
grant insert on identity.reporter_version to rectify_app;
grant select on identity.reporter_version to rectify_identity;
