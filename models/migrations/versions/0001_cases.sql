-- The ground: registry, cases, clocks, history, notices, identity. One file, read top to bottom.

create table unit (
    code text primary key check (code ~ '^[a-z][a-z0-9_]*$'),
    name text not null unique,
    aliases text[] not null default '{}',
    kind text not null check (kind in ('participating', 'department', 'district', 'zone', 'office', 'organ')),
    doubtful boolean not null default false,
    note text not null default '',
    valid_from date,
    valid_to date
);
create table key_field (
    code text primary key,
    name text not null unique,
    units text[] not null
);
create table contact (
    id bigint generated always as identity primary key,
    unit text not null references unit,
    role text not null check (role in ('contact', 'deputy', 'head')),
    name text not null,
    channel text not null check (channel in ('file', 'email', 'webhook', 'wecom', 'dingtalk', 'feishu')),
    address text not null,
    unique (unit, role, channel)
);
create table channel (
    code text primary key,
    name text not null unique,
    layer text not null check (layer in ('self', 'city', 'society')),
    default_kind text not null check (default_kind in ('simple', 'ordinary', 'harm', 'multi', 'inspection')),
    expects_reporter boolean not null
);
create table calendar_day (
    day date primary key,
    kind text not null check (kind in ('rest', 'work')),
    name text not null,
    source text not null
);
create table calendar_year (
    year integer primary key,
    source text not null
);
create table policy (
    version integer primary key check (version > 0),
    body jsonb not null,
    applied_at timestamptz not null
);
create table rule_set (
    version integer primary key check (version > 0),
    body jsonb not null,
    applied_at timestamptz not null
);
-- What the rules now in force are: one row.
create table setting (
    id boolean primary key default true check (id),
    policy_version integer references policy,
    calendar_version integer not null default 0,
    rule_set_version integer references rule_set,
    checked_as_of timestamptz,
    identity_key_check bytea
);
insert into setting default values;

create table counter (
    name text primary key,
    value bigint not null check (value >= 0)
);

create table rectification_case (
    id bigint generated always as identity primary key,
    no text not null unique check (no ~ '^QD[0-9]{4}-[0-9]{6,}$'),
    state text not null check (state in (
        'detected', 'assigned', 'rectifying', 'returned', 'shelved', 'submitted', 'in_notice',
        'in_review', 'closed', 'verified', 'merged', 'rejected', 'referred')),
    environment text check (environment in ('policy', 'service', 'factor', 'market', 'law', 'culture')),
    kind text not null check (kind in ('simple', 'ordinary', 'harm', 'multi', 'inspection')),
    urgency text not null check (urgency in ('normal', 'urgent', 'emergency')),
    mode text not null default 'rectify' check (mode in ('rectify', 'discipline', 'improve')),
    channel text not null references channel,
    lead_unit text references unit,
    assisting text[] not null default '{}',
    verifying_unit text references unit,
    level smallint not null default 0 check (level between 0 and 5),
    listed boolean not null default false,
    excluded boolean not null default false,
    reachable boolean not null,
    returns smallint not null default 0 check (returns >= 0),
    relapses smallint not null default 0 check (relapses >= 0),
    rehandlings smallint not null default 0 check (rehandlings >= 0),
    callback_attempts smallint not null default 0,
    signed_off boolean not null default false,
    result text check (result in ('solved', 'partly', 'explained', 'unfounded', 'withdrawn', 'not_yet')),
    lead_case_id bigint references rectification_case,
    former text,
    detected_at timestamptz not null,
    reported_at timestamptz not null,
    dispatched_at timestamptz,
    closed_at timestamptz,
    wake_at timestamptz,
    last_event_at timestamptz not null,
    policy_version integer not null references policy,
    seq integer not null check (seq > 0),
    entry integer not null default 1 check (entry > 0),
    head_hash bytea not null check (length(head_hash) = 32),
    subject text not null check (subject <> ''),
    party text not null default '',
    check (state not in ('assigned', 'rectifying', 'returned', 'shelved', 'submitted', 'in_notice',
                         'in_review', 'closed', 'verified') or lead_unit is not null),
    check (lead_unit is null or verifying_unit is not null),
    constraint nobody_verifies_what_they_handled check (
        verifying_unit is null
        or (verifying_unit <> lead_unit and not verifying_unit = any (assisting))),
    check ((state = 'merged') = (lead_case_id is not null)),
    check ((state = 'merged') = (former is not null)),
    check (lead_case_id <> id)
) with (fillfactor = 80);
create index rectification_case_wake on rectification_case (wake_at) where wake_at is not null;
create index rectification_case_open on rectification_case (state, lead_unit, id);
create index rectification_case_unit on rectification_case (lead_unit, state);
create index rectification_case_followers on rectification_case (lead_case_id) where lead_case_id is not null;

create table clock (
    id bigint generated always as identity primary key,
    case_id bigint not null references rectification_case,
    kind text not null check (kind in (
        'triage', 'sign', 'contact', 'interim', 'finish', 'opinion', 'ruling', 'review', 'notice',
        'sign_off', 'office_review', 'callback', 'recheck')),
    slot smallint not null default 0 check (slot >= 0),
    holder text not null references unit,
    revision integer not null check (revision > 0),
    "limit" text not null check ("limit" ~ '^[1-9][0-9]*(wd|h|d|mo)$'),
    started_at timestamptz not null,
    due_at timestamptz not null,
    stopped_at timestamptz,
    paused_at timestamptz,
    rung smallint not null default 0 check (rung between 0 and 6),
    ladder timestamptz[] not null check (cardinality(ladder) = 6),
    next_at timestamptz,
    provisional boolean not null,
    rolled boolean not null,
    rule text not null,
    unique (case_id, kind, slot),
    check (next_at is null or (stopped_at is null and paused_at is null))
) with (fillfactor = 80);
create index clock_next on clock (next_at) where next_at is not null;

create table fired (
    clock_id bigint not null references clock,
    revision integer not null,
    rung smallint not null check (rung between 1 and 6),
    case_id bigint not null references rectification_case,
    seq integer not null,
    at timestamptz not null,
    coalesced boolean not null,
    withdrawn_at timestamptz,
    primary key (clock_id, revision, rung)
);

create table history (
    case_id bigint not null references rectification_case,
    seq integer not null check (seq > 0),
    event text not null,
    actor text not null,
    claimed_name text not null default '',
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    detail jsonb not null,
    hash bytea not null check (length(hash) = 32),
    primary key (case_id, seq)
);
create table seal (
    case_id bigint not null references rectification_case,
    sealed_on date not null,
    seq integer not null,
    head_hash bytea not null,
    primary key (case_id, sealed_on)
);
-- Free text, erasable: history cites it by salted hash, so erasing it does not break the chain.
create table case_text (
    id bigint generated always as identity primary key,
    case_id bigint not null references rectification_case,
    seq integer not null,
    kind text not null,
    salt bytea not null,
    body text,
    unique (case_id, seq, kind)
);
create table evidence (
    case_id bigint not null references rectification_case,
    seq integer not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    name text not null,
    size bigint not null,
    primary key (case_id, seq, sha256)
);
create table request (
    case_id bigint not null references rectification_case,
    number integer not null check (number > 0),
    kind text not null check (kind in (
        'extension', 'shelving', 'return', 'objection', 'exclusion', 'proposal')),
    applicant text not null,
    asked_at timestamptz not null,
    status text not null check (status in (
        'pending', 'granted', 'refused', 'withdrawn', 'lapsed', 'superseded')),
    days integer not null default 0,
    until timestamptz,
    unit text not null default '',
    rung text not null default '',
    level smallint not null default 0,
    decider text not null default '',
    decided_at timestamptz,
    primary key (case_id, number)
);
create index request_pending on request (kind, case_id) where status = 'pending';

create table command_key (
    key text primary key,
    case_id bigint not null references rectification_case,
    command text not null,
    seq integer not null
);
create table intake_row (
    id bigint generated always as identity primary key,
    channel text not null references channel,
    source_id text not null,
    file text not null,
    row_number integer not null,
    received_at timestamptz not null,
    outcome text not null check (outcome in ('opened', 'rejected')),
    case_id bigint references rectification_case,
    reason text not null default '',
    check ((outcome = 'opened') = (case_id is not null))
);
create unique index intake_row_once on intake_row (channel, source_id) where outcome = 'opened';

create table document (
    id bigint generated always as identity primary key,
    type text not null,
    year integer not null,
    number integer not null,
    case_id bigint not null references rectification_case,
    seq integer not null,
    template text not null,
    issued_at timestamptz not null,
    unique (type, year, number),
    unique (case_id, seq, template)
);
create table message (
    id uuid primary key,
    recipient text not null,
    channel text not null,
    address text not null,
    subject text not null,
    body text not null,
    urgent boolean not null default false,
    status text not null check (status in ('pending', 'sent', 'parked', 'dissolved')),
    created_at timestamptz not null,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null,
    leased_until timestamptz,
    sent_at timestamptz,
    last_error text not null default ''
);
create index message_pending on message (next_attempt_at) where status = 'pending';
create table notice (
    id bigint generated always as identity primary key,
    case_id bigint not null references rectification_case,
    seq integer not null,
    template text not null,
    unit text not null references unit,
    role text not null,
    channel text not null,
    args jsonb not null,
    ladder boolean not null default false,
    urgent boolean not null default false,
    owed_at timestamptz not null,
    status text not null default 'owed' check (status in ('owed', 'bound', 'withdrawn')),
    message_id uuid references message,
    unique (case_id, seq, template, unit, role, channel),
    check (status <> 'bound' or message_id is not null)
);
create index notice_owed on notice (unit, role, channel) where status = 'owed';
create index notice_message on notice (message_id) where message_id is not null;

create table heartbeat (
    name text primary key,
    at timestamptz not null
);

create schema identity;
create table identity.reporter (
    case_id bigint primary key references rectification_case,
    key_id text not null,
    sealed bytea not null,
    lookup bytea not null
);
create index reporter_lookup on identity.reporter (lookup);
create table identity.reading (
    id bigint generated always as identity primary key,
    case_id bigint not null,
    reader text not null check (reader <> ''),
    purpose text not null check (purpose <> ''),
    at timestamptz not null default clock_timestamp()
);

-- The one hash of history, for every writer. Bytes, epoch microseconds and the detail as text:
-- nothing that a session setting can change.
create function history_hash(
    previous bytea, case_id bigint, seq integer, event text, actor text, claimed_name text,
    occurred_at timestamptz, recorded_at timestamptz, detail jsonb
) returns bytea language sql stable parallel safe as $$
    select sha256(previous || convert_to(
        case_id::text || chr(31) || seq::text || chr(31) || event || chr(31) || actor || chr(31)
        || claimed_name || chr(31)
        || (extract(epoch from occurred_at) * 1000000)::bigint::text || chr(31)
        || (extract(epoch from recorded_at) * 1000000)::bigint::text || chr(31)
        || detail::text, 'UTF8'))
$$;

-- The only way to a reporter's identity; every reading is logged with who and why.
create function identity.read(which bigint, reader text, purpose text)
returns table (key_id text, sealed bytea)
language plpgsql security definer set search_path = identity, pg_temp as $$
begin
    insert into identity.reading (case_id, reader, purpose) values (which, read.reader, read.purpose);
    return query select r.key_id, r.sealed from identity.reporter r where r.case_id = which;
end
$$;

create function append_only() returns trigger language plpgsql as $$
begin
    raise exception 'history is append-only';
end
$$;
create trigger history_append_only before update or delete on history
    for each row execute function append_only();
create trigger history_no_truncate before truncate on history
    for each statement execute function append_only();

grant usage on schema identity to rectify_identity, rectify_app;
grant select on identity.reporter to rectify_identity;
grant insert on identity.reading to rectify_identity;
-- A transfer needs the new owner to have CREATE on the schema, for the moment of the transfer only.
grant create on schema identity to rectify_identity;
alter function identity.read(bigint, text, text) owner to rectify_identity;
revoke create on schema identity from rectify_identity;
revoke all on function identity.read(bigint, text, text) from public;
grant execute on function identity.read(bigint, text, text) to rectify_app;
grant insert on identity.reporter to rectify_app;
grant select on identity.reading to rectify_app;

grant select, insert, update, delete on all tables in schema public to rectify_app;
revoke update, delete, truncate on history, seal from rectify_app;
revoke delete, truncate on rectification_case, clock, fired, request, command_key, document, notice,
    message, intake_row from rectify_app;
revoke insert, update, delete on alembic_version from rectify_app;
