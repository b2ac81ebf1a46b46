-- People who sign in to the portal: one account a person, with the hash of a password. A second
-- factor is asked for when its serial number is above 0 (below, it was taken away); the step last used is never taken again.
create table account (
    id bigint generated always as identity primary key,
    login text not null unique check (login ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
    name text not null check (name <> ''),
    role text not null check (role in (
        'operator', 'head', 'officer', 'leader', 'inspector', 'auditor')),
    unit text not null references unit,
    password text not null,
    totp_serial integer not null default 0,
    totp_step bigint not null default 0,
    created_at timestamptz not null,
    password_set_at timestamptz not null,
    disabled_at timestamptz
);

-- Who is in: by an account, or by the link of a notice to a role of a unit. The token itself is in
-- the person's browser alone.
create table portal_session (
    digest bytea primary key check (length(digest) = 32),
    account_id bigint references account,
    unit text not null references unit,
    role text not null,
    name text not null,
    contact_role text not null default '',
    opened_at timestamptz not null,
    seen_at timestamptz not null,
    ends_at timestamptz not null,
    idle_seconds integer not null check (idle_seconds > 0),
    check ((account_id is null) = (contact_role <> ''))
);
create index portal_session_account on portal_session (account_id) where account_id is not null;
create index portal_session_ends on portal_session (ends_at);

-- How often somebody may still fail to sign in: by account and by address, each a bucket of tokens
-- that come back with time. The subject is a digest.
create table sign_in_bucket (
    kind text not null check (kind in ('account', 'address')),
    subject bytea not null check (length(subject) = 32),
    tokens double precision not null,
    refilled_at timestamptz not null,
    primary key (kind, subject)
);
create index sign_in_bucket_age on sign_in_bucket (refilled_at);

-- Links carry the generation of the unit they were made for; a higher one revokes them.
create table link_generation (
    unit text primary key references unit,
    generation integer not null check (generation > 0)
);

-- A unit's cases beyond those it leads.
create index rectification_case_assisting on rectification_case using gin (assisting)
    where assisting <> '{}';
create index rectification_case_verifying on rectification_case (verifying_unit)
    where state = 'submitted';

grant select, insert, update on account, link_generation to rectify_app;
grant select, insert, update, delete on portal_session, sign_in_bucket to rectify_app;
