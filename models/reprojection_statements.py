"""The statements of a re-projection. Those that write take flat JSON rows of locked cases."""

from domain.codes import CLOSING

_STATES = ", ".join(f"'{state}'" for state in sorted(CLOSING))
# A stopped finish clock runs on when a submission is sent back.
_STANDING = f"(k.stopped_at is null or k.kind = 'finish' and c.state in ({_STATES}))"
# No day before this instant changed, and no clock was computed over a day after these.
_REACHES = """(%(since)s::timestamptz is null or greatest(c.last_event_at, k.started_at, k.due_at,
    k.ladder[1], k.ladder[2], k.ladder[3], k.ladder[4], k.ladder[5], k.ladder[6]) >= %(since)s)"""

FIRST_DAY = """
select least(
    (select min(day) from calendar_day where %(version)s in (since, until)),
    (select make_date(min(year), 1, 1) from calendar_year where since = %(version)s)) as day
"""

STRETCH = """
select max(id) as last, count(*) as looked from (
    select id from rectification_case where id > %(cursor)s order by id limit %(batch)s) stretch
"""

REACHED = f"""
select distinct k.case_id from clock k join rectification_case c on c.id = k.case_id
where k.case_id > %(cursor)s and k.case_id <= %(last)s and {_STANDING} and {_REACHES}
"""

LOCK = "select id from rectification_case where id = any (%(ids)s) order by id for update"

CASES = """
select id, no, kind, urgency, channel, policy_version, seq from rectification_case
where id = any (%(ids)s) order by id
"""

CLOCKS = f"""
select k.id, k.case_id, k.kind, k.slot, k.holder, k.revision, k."limit", k.started_at, k.due_at,
    k.ladder, k.stopped_at, k.paused_at, k.rung, k.provisional, k.rolled, k.rule
from clock k join rectification_case c on c.id = k.case_id
where k.case_id = any (%(ids)s) and {_STANDING} and {_REACHES} order by k.case_id, k.id
"""

# Left out is what no round needs: rungs that fired move no instant, and an earlier calendar gave no
# other budget.
HISTORY = """
select case_id, occurred_at, detail -> 'clocks' as ops from history
where case_id = any (%(ids)s) and detail ? 'clocks' and event <> 'fired'
    and (event <> 'reprojected' or detail ->> 'cause' <> 'calendar')
order by case_id, seq
"""

MOVE = """
update clock k set "limit" = r."limit", started_at = r.started_at, due_at = r.due_at,
    paused_at = r.paused_at, ladder = r.ladder, next_at = r.next_at, provisional = r.provisional,
    rolled = r.rolled
from jsonb_to_recordset(%(clocks)s::jsonb) as r(id bigint, "limit" text, started_at timestamptz,
    due_at timestamptz, paused_at timestamptz, ladder timestamptz[], next_at timestamptz,
    provisional boolean, rolled boolean)
where k.id = r.id
"""

JOURNAL = """
with r as (
    select e.case_id, e.policy, e.detail, c.seq + 1 as seq, c.head_hash,
        greatest(c.last_event_at, %(at)s) as at
    from jsonb_to_recordset(%(entries)s::jsonb) as e(case_id bigint, policy integer, detail jsonb)
    join rectification_case c on c.id = e.case_id
), entry as (
    insert into history
        (case_id, seq, event, actor, claimed_name, occurred_at, recorded_at, detail, hash)
    select case_id, seq, 'reprojected', %(actor)s, %(claimed)s, at, %(recorded_at)s, detail,
        history_hash(head_hash, case_id, seq, 'reprojected', %(actor)s, %(claimed)s, at,
                     %(recorded_at)s, detail)
    from r
    returning case_id, hash
)
update rectification_case c set seq = r.seq, head_hash = entry.hash, last_event_at = r.at,
    policy_version = r.policy
from r join entry on entry.case_id = r.case_id where c.id = r.case_id
"""
