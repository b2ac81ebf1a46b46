"""The statements that write outcomes. Each takes ``rows``: a JSON array of flat objects.

Those that look something up also take ``ids``, the cases that the rows are about: the planner
takes any JSON document for a hundred rows and would rather read a whole table.
"""

CASES = """
with r as (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as r(
        case_id bigint, seq integer, event text, actor text, claimed_name text,
        occurred_at timestamptz, recorded_at timestamptz, detail jsonb,
        state text, environment text, kind text, urgency text, mode text, lead_unit text,
        assisting text[], verifying_unit text, level smallint, listed boolean, excluded boolean,
        returns smallint, relapses smallint, rehandlings smallint, callback_attempts smallint,
        signed_off boolean, result text, lead_no text, former text, dispatched_at timestamptz,
        closed_at timestamptz, wake_at timestamptz, policy_version integer, entry integer,
        slots smallint[], hops smallint[], accused text[], feedback text,
        feedback_due_at timestamptz)
), entry as (
    insert into history
        (case_id, seq, event, actor, claimed_name, occurred_at, recorded_at, detail, hash)
    select r.case_id, r.seq, r.event, r.actor, r.claimed_name, r.occurred_at, r.recorded_at,
        r.detail, history_hash(c.head_hash, r.case_id, r.seq, r.event, r.actor, r.claimed_name,
                               r.occurred_at, r.recorded_at, r.detail)
    from r join rectification_case c on c.id = r.case_id and c.seq = r.seq - 1
    where c.id = any (%(ids)s)
    returning case_id, hash
)
update rectification_case c set
    seq = r.seq, head_hash = entry.hash, last_event_at = r.occurred_at, state = r.state,
    environment = r.environment, kind = r.kind, urgency = r.urgency, mode = r.mode,
    lead_unit = r.lead_unit, assisting = r.assisting, verifying_unit = r.verifying_unit,
    level = r.level, listed = r.listed, excluded = r.excluded, returns = r.returns,
    relapses = r.relapses, rehandlings = r.rehandlings, callback_attempts = r.callback_attempts,
    signed_off = r.signed_off, result = r.result, former = r.former,
    lead_case_id = (select l.id from rectification_case l where l.no = r.lead_no),
    dispatched_at = r.dispatched_at, closed_at = r.closed_at, wake_at = r.wake_at,
    policy_version = r.policy_version, entry = r.entry, slots = r.slots, hops = r.hops,
    accused = r.accused, feedback = r.feedback, feedback_due_at = r.feedback_due_at
from r join entry on entry.case_id = r.case_id
where c.id = r.case_id and c.id = any (%(ids)s)
"""

CLOCKS = """
insert into clock (case_id, kind, slot, holder, revision, "limit", started_at, due_at, stopped_at,
    paused_at, rung, ladder, next_at, provisional, rolled, rule)
select * from jsonb_to_recordset(%(rows)s::jsonb) as r(
    case_id bigint, kind text, slot smallint, holder text, revision integer, "limit" text,
    started_at timestamptz, due_at timestamptz, stopped_at timestamptz, paused_at timestamptz,
    rung smallint, ladder timestamptz[], next_at timestamptz, provisional boolean, rolled boolean,
    rule text)
on conflict (case_id, kind, slot) do update set
    holder = excluded.holder, revision = excluded.revision, "limit" = excluded."limit",
    started_at = excluded.started_at, due_at = excluded.due_at, stopped_at = excluded.stopped_at,
    paused_at = excluded.paused_at, rung = excluded.rung, ladder = excluded.ladder,
    next_at = excluded.next_at, provisional = excluded.provisional, rolled = excluded.rolled,
    rule = excluded.rule
"""

REQUESTS = """
insert into request (case_id, number, kind, applicant, asked_at, status, days, until, unit, rung,
    level, decider, decided_at, slot)
select * from jsonb_to_recordset(%(rows)s::jsonb) as r(
    case_id bigint, number integer, kind text, applicant text, asked_at timestamptz, status text,
    days integer, until timestamptz, unit text, rung text, level smallint, decider text,
    decided_at timestamptz, slot smallint)
on conflict (case_id, number) do update set
    status = excluded.status, decider = excluded.decider, decided_at = excluded.decided_at
"""

TEXTS = """
insert into case_text (case_id, seq, kind, salt, body)
select case_id, seq, kind, decode(salt, 'hex'), body from jsonb_to_recordset(%(rows)s::jsonb)
    as r(case_id bigint, seq integer, kind text, salt text, body text)
"""

# What a case is about changed: it is compared again, unless comparing is switched off.
LABELS = """
with again as (
    insert into uncompared (case_id, again)
    select r.case_id, true from jsonb_to_recordset(%(rows)s::jsonb) as r(case_id bigint)
    where (select compared from duplicate_setting)
)
update rectification_case c set
    subject = coalesce(r.subject, c.subject), party = coalesce(r.party, c.party)
from jsonb_to_recordset(%(rows)s::jsonb) as r(case_id bigint, subject text, party text)
where c.id = r.case_id and c.id = any (%(ids)s)
"""

EVIDENCE = """
insert into evidence (case_id, seq, sha256, name, size)
select * from jsonb_to_recordset(%(rows)s::jsonb)
    as r(case_id bigint, seq integer, sha256 text, name text, size bigint)
"""

KEYS = """
insert into command_key (key, case_id, command, seq)
select * from jsonb_to_recordset(%(rows)s::jsonb)
    as r(key text, case_id bigint, command text, seq integer)
"""

NOTICES = """
insert into notice (case_id, seq, template, unit, role, channel, args, ladder, urgent, owed_at)
select r.case_id, r.seq, r.template, r.unit, r.role, coalesce(c.channel, 'file'), r.args, r.ladder,
    r.urgent, r.owed_at
from jsonb_to_recordset(%(rows)s::jsonb) as r(
    case_id bigint, seq integer, template text, unit text, role text, args jsonb, ladder boolean,
    urgent boolean, owed_at timestamptz)
left join contact c on c.unit = r.unit and c.role = r.role
on conflict do nothing
"""

WITHDRAW_NOTICES = """
update notice n set status = 'withdrawn'
from jsonb_to_recordset(%(rows)s::jsonb) as r(case_id bigint, everything boolean, unit text)
where n.case_id = r.case_id and n.case_id = any (%(ids)s) and (n.ladder or r.everything)
    and (r.unit = '' or n.unit = r.unit)
    and (n.status in ('owed', 'parked') or n.status = 'bound'
         and exists (select from message m
                     where m.id = n.message_id and m.status in ('pending', 'parked')))
"""

WITHDRAW_CARDS = """
update fired f set withdrawn_at = r.at
from jsonb_to_recordset(%(rows)s::jsonb) as r(case_id bigint, since bigint, at timestamptz)
join clock k on k.case_id = r.case_id and k.kind = 'finish'
where f.clock_id = k.id and k.case_id = any (%(ids)s) and f.revision < k.revision
    and f.withdrawn_at is null and f.at >= to_timestamp(r.since)
"""

COUNT = """
insert into counter (name, value) values (%(name)s, %(count)s)
on conflict (name) do update set value = counter.value + excluded.value
returning value
"""

DOCUMENTS = """
with r as (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as r(
        type text, year integer, case_id bigint, seq integer, template text, issued_at timestamptz)
), numbered as (
    insert into counter as n (name, value)
    select 'document:' || type || ':' || year as name, count(*) from r group by 1 order by 1
    on conflict (name) do update set value = n.value + excluded.value
    returning name, value
)
insert into document (type, year, number, case_id, seq, template, issued_at)
select r.type, r.year,
    n.value + 1 - row_number() over (partition by n.name order by r.case_id desc, r.template desc),
    r.case_id, r.seq, r.template, r.issued_at
from r join numbered n on n.name = 'document:' || r.type || ':' || r.year
"""
