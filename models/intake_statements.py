"""The statements of intake. A batch is copied into a temporary table and written from there."""

ONE_AT_A_TIME = "select pg_advisory_xact_lock(%(key)s)"

KNOWN = """
select source_id from intake_row
where outcome = 'opened' and channel = %(channel)s and source_id = any (%(ids)s)
"""

CHANNEL = "select default_kind from channel where code = %(channel)s"

REJECTED = """
insert into intake_row (channel, source_id, file, row_number, received_at, outcome, reason,
    delivery)
select %(channel)s, r.source_id, %(file)s, r.row, %(received_at)s, 'rejected', r.reason,
    %(delivery)s
from jsonb_to_recordset(%(rows)s::jsonb) as r("row" integer, source_id text, reason text)
"""

STAGE = """
create temporary table intake_stage (
    case_id bigint, no text, source_id text, row_number integer, subject text, party text,
    environment text, kind text, urgency text, reachable boolean, reported_at timestamptz,
    salt bytea, digest text, body text, sealed bytea, lookup bytea, named_unit text,
    marks bytea
) on commit drop
"""

STAGED = (
    "no",
    "source_id",
    "row_number",
    "subject",
    "party",
    "environment",
    "kind",
    "urgency",
    "reachable",
    "reported_at",
    "salt",
    "digest",
    "body",
    "sealed",
    "lookup",
    "named_unit",
    "marks",
)
"""The columns that are copied, in this order."""

CASES = """
with opened as (
    insert into rectification_case (no, state, environment, kind, urgency, channel, reachable,
        detected_at, reported_at, last_event_at, policy_version, seq, head_hash, subject, party)
    select no, 'detected', environment, kind, urgency, %(channel)s, reachable, %(received_at)s,
        reported_at, %(received_at)s, %(policy)s, 1, sha256(''), subject, party
    from intake_stage order by row_number
    returning id, no
)
update intake_stage s set case_id = opened.id from opened where opened.no = s.no
"""

# The first hash of a chain follows no bytes at all.
HISTORY = """
with entry as (
    insert into history (case_id, seq, event, actor, occurred_at, recorded_at, detail, hash)
    select s.case_id, 1, %(event)s, %(actor)s, %(received_at)s, %(recorded_at)s, d.detail,
        history_hash('', s.case_id, 1, %(event)s, %(actor)s, '', %(received_at)s, %(recorded_at)s,
                     d.detail)
    from intake_stage s
    join jsonb_to_recordset(%(details)s::jsonb) as o(urgency text, detail jsonb) using (urgency)
    cross join lateral (
        select case when s.digest is null then o.detail
            else o.detail || jsonb_build_object('texts', jsonb_build_object('body', s.digest))
        end as known
    ) k
    cross join lateral (
        select case when s.named_unit is null then k.known
            else k.known || jsonb_build_object('named_unit', s.named_unit)
        end as detail
    ) d
    returning case_id, hash
)
update rectification_case c set head_hash = entry.hash from entry where c.id = entry.case_id
"""

CLOCKS = """
insert into clock (case_id, kind, slot, holder, revision, "limit", started_at, due_at, rung, ladder,
    next_at, provisional, rolled, rule)
select s.case_id, r.kind, r.slot, r.holder, r.revision, r."limit", r.started_at, r.due_at, r.rung,
    r.ladder, r.next_at, r.provisional, r.rolled, r.rule
from intake_stage s
join jsonb_to_recordset(%(clocks)s::jsonb) as r(
    urgency text, kind text, slot smallint, holder text, revision integer, "limit" text,
    started_at timestamptz, due_at timestamptz, rung smallint, ladder timestamptz[],
    next_at timestamptz, provisional boolean, rolled boolean, rule text) using (urgency)
"""

TEXTS = """
insert into case_text (case_id, seq, kind, salt, body)
select case_id, 1, 'body', salt, body from intake_stage where body is not null
"""

REGISTER = """
insert into intake_row (channel, source_id, file, row_number, received_at, outcome, case_id,
    marks, delivery)
select %(channel)s, source_id, %(file)s, row_number, %(received_at)s, 'opened', case_id, marks,
    %(delivery)s
from intake_stage
"""

REPORTERS = """
insert into identity.reporter (case_id, key_id, sealed, lookup)
select case_id, %(key_id)s, sealed, lookup from intake_stage where sealed is not null
"""

WRITE = (CASES, HISTORY, CLOCKS, TEXTS, REGISTER, REPORTERS)
"""What is written from the stage, in this order."""
