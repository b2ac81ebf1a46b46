"""The statements of suggestions; the other case is always the lead that it follows by now."""

_PAIRED = """
from suggestion s
join rectification_case c on c.id = s.case_id
join rectification_case o on o.id = s.other_id
join rectification_case l on l.id = coalesce(o.lead_case_id, o.id)
"""
_COLUMNS = """
select c.no, c.subject, c.state, l.no as other, l.subject as other_subject,
    l.state as other_state, s.score, s.words, s.relapse, s.status, s.suggested_at, s.decider,
    s.decided_at, s.rechecked_at
"""
# Of a case kept apart from one that follows the same lead, or from the lead, nothing is asked.
_NOT_APART = """
not exists (
    select from suggestion a join rectification_case ao on ao.id = a.other_id
    where a.case_id = c.id and a.status = 'apart' and l.id = coalesce(ao.lead_case_id, ao.id))
"""
_UNDECIDED = f"""
where s.status = 'open' and c.state not in ('merged', 'rejected', 'referred', 'closed', 'verified')
    and l.state not in ('rejected', 'referred') and l.id <> c.id and {_NOT_APART}
"""

OPEN = _COLUMNS + _PAIRED + _UNDECIDED + "order by s.score desc, c.no, l.no limit %(limit)s"

OF_CASE = _COLUMNS + _PAIRED + "where c.no = %(no)s order by s.score desc, l.no"

COUNT_OPEN = "select count(distinct c.id)" + _PAIRED + _UNDECIDED

COUNT_RELAPSES = (
    "select count(distinct l.id)" + _PAIRED + _UNDECIDED + "and s.relapse and l.state in "
    "('closed', 'verified')"
)

APART = """
update suggestion s set status = 'apart', decider = %(decider)s, decided_at = %(at)s
from rectification_case c, rectification_case o, rectification_case l
where c.no = %(no)s and l.no = %(other)s and s.case_id = c.id and s.status = 'open'
    and o.id = s.other_id and l.id in (o.id, o.lead_case_id)
"""

# A re-inspection that is ordered and not made yet serves all reports about the same case.
RELAPSES = """
select distinct on (o.id) c.no, o.no as other, s.score
from suggestion s
join rectification_case c on c.id = s.case_id
join rectification_case o on o.id = s.other_id
where s.relapse and s.rechecked_at is null and o.state in ('closed', 'verified')
order by o.id, s.case_id
"""

RECHECKED = """
update suggestion s set rechecked_at = %(at)s
from rectification_case o
where o.no = any (%(others)s) and s.other_id = o.id and s.relapse and s.rechecked_at is null
"""

JOINABLE = f"""
select * from (
    select distinct on (c.id) c.no, l.no as other, s.score
    from suggestion s
    join rectification_case c on c.id = s.case_id
    join rectification_case o on o.id = s.other_id
    join rectification_case l on l.id = coalesce(o.lead_case_id, o.id)
    where s.status = 'open' and not s.relapse and c.state = 'detected' and l.id <> c.id
        and l.state not in ('rejected', 'referred', 'closed', 'verified', 'merged')
        and s.score >= (select join_from from duplicate_setting) and {_NOT_APART}
    order by c.id, s.score desc, l.id
) joinable order by no
"""

# What orders about cases decide of their suggestions, in the transaction of the order. A case that
# joins another joins all that follow it; one that is split from them is kept apart from them. What
# is not accepted or handed over is suggested to nobody, and nobody to it.
DECIDED = """
with r as (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as r(
        case_id bigint, event text, lead_no text, decider text, at timestamptz)
), told as (
    select r.case_id, r.decider, r.at, l.id as lead,
        case r.event when 'merged' then 'open' when 'split' then 'joined' end as before,
        case r.event when 'merged' then 'joined' else 'apart' end as after
    from r join rectification_case l on l.no = r.lead_no
), paired as (
    update suggestion s set status = t.after, decider = t.decider, decided_at = t.at
    from told t
    where s.status = t.before and (s.case_id = any (%(ids)s) or s.other_id = any (%(ids)s)) and (
        s.case_id = t.lead and s.other_id = t.case_id
        or s.case_id = t.case_id and exists (
            select from rectification_case o
            where o.id = s.other_id and t.lead in (o.id, o.lead_case_id)))
)
update suggestion s set status = 'lapsed', decider = r.decider, decided_at = r.at
from r
where r.event in ('rejected', 'referred') and s.status = 'open'
    and (s.case_id = any (%(ids)s) or s.other_id = any (%(ids)s))
    and r.case_id in (s.case_id, s.other_id)
"""

SETTING = "select join_from from duplicate_setting"

SET_COMPARED = "update duplicate_setting set compared = %(compared)s"

SET_JOIN_FROM = "update duplicate_setting set join_from = %(score)s"
