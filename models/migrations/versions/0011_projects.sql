-- Projects signed and not landed (签约未落地): each district's inventory under its own codes. A project
-- that is missing from a newer inventory stays, and says since when.
create table project (
    id bigint generated always as identity primary key,
    district text not null references unit,
    code text not null check (code <> ''),
    name text not null check (name <> ''),
    investor text not null default '',
    signed_on date not null,
    amount numeric(14, 2) check (amount >= 0),
    starts_on date,
    status text not null check (status in (
        'signed', 'registered', 'land', 'permits', 'building', 'landed', 'written_off')),
    cause text check (cause in (
        'land', 'planning', 'funds', 'permits', 'policy', 'market', 'investor', 'utilities',
        'other')),
    cause_text text not null default '',
    progressed_on date,
    settled_on date,
    settle_reason text not null default '',
    case_id bigint unique references rectification_case,
    missing_since timestamptz,
    unique (district, code),
    check ((status in ('landed', 'written_off')) = (settled_on is not null)),
    check (status <> 'written_off' or settle_reason <> '')
);

-- What became of a project, in the order it was noted; never changed.
create table project_event (
    id bigint generated always as identity primary key,
    project_id bigint not null references project,
    event text not null,
    actor text not null default '',
    at timestamptz not null,
    recorded_at timestamptz not null,
    detail jsonb not null
);
create index project_event_project on project_event (project_id);

-- Each renewal of a district's inventory, and what it changed.
create table project_renewal (
    id bigint generated always as identity primary key,
    district text not null references unit,
    file text not null,
    actor text not null default '',
    renewed_at timestamptz not null,
    recorded_at timestamptz not null,
    read integer not null,
    added integer not null,
    changed integer not null,
    unchanged integer not null,
    refused integer not null,
    missing integer not null,
    check (read = added + changed + unchanged + refused)
);
create index project_renewal_district on project_renewal (district, renewed_at);

create table survey (
    code text primary key check (code <> ''),
    title text not null check (title <> ''),
    opens_on date not null,
    closes_on date not null check (closes_on >= opens_on),
    planned integer not null default 0 check (planned >= 0),
    questions jsonb not null,
    salt bytea not null,
    created_at timestamptz not null,
    closed_at timestamptz
);

-- One respondent's answers. Who it was is not kept: `respondent` is a salted hash of the source's
-- own number for the sheet.
create table survey_answer (
    id bigint generated always as identity primary key,
    survey text not null references survey,
    respondent bytea not null check (length(respondent) = 32),
    answers jsonb not null,
    file text not null,
    row_number integer not null,
    received_at timestamptz not null,
    unique (survey, respondent)
);

-- What one respondent marked low in one matter. `mark` is the lowest score, on a scale of five.
create table survey_clue (
    id bigint generated always as identity primary key,
    survey text not null references survey,
    answer_id bigint not null references survey_answer,
    matter text not null,
    unit text references unit,
    environment text,
    mark numeric(3, 1) not null,
    questions text[] not null,
    status text not null default 'open' check (status in ('open', 'accepted', 'dismissed')),
    reason text not null default '',
    case_id bigint references rectification_case,
    decided_at timestamptz,
    decider text not null default '',
    unique (answer_id, matter),
    check ((status = 'open') = (decided_at is null)),
    check ((status = 'accepted') = (case_id is not null)),
    check (status <> 'dismissed' or reason <> '')
);
create index survey_clue_survey on survey_clue (survey, status);

grant select, insert, update on project, survey, survey_clue to rectify_app;
grant select, insert on project_event, project_renewal, survey_answer to rectify_app;
