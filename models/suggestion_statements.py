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
_UNDECIDED = """
where s.status = 'open' and c.state not in ('merged', 'rejected', 'referred')
    and l.state not in ('rejected', 'referred') and l.id <> c.id
"""

OPEN = _COLUMNS + _PAIRED + _UNDECIDED + "order by s.score desc, c.no, l.no limit %(limit)s"

OF_CASE = _COLUMNS + _PAIRED + "where c.no = %(no)s order by s.score desc, l.no"

COUNT_OPEN = "select count(distinct c.id)" + _PAIRED + _UNDECIDED

DECIDE = """
update suggestion s set status = %(status)s, decider = %(decider)s, decided_at = %(at)s
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

JOINABLE = """
select * from (
    select distinct on (c.id) c.no, l.no as other, s.score
    from suggestion s
    join rectification_case c on c.id = s.case_id
    join rectification_case o on o.id = s.other_id
    join rectification_case l on l.id = coalesce(o.lead_case_id, o.id)
    where s.status = 'open' and not s.relapse and c.state = 'detected' and l.id <> c.id
        and l.state not in ('rejected', 'referred', 'closed', 'verified', 'merged')
        and s.score >= (select join_from from duplicate_setting)
    order by c.id, s.score desc, l.id
) joinable order by no
"""

SETTING = "select join_from from duplicate_setting"

SET_COMPARED = "update duplicate_setting set compared = %(compared)s"

SET_JOIN_FROM = "update duplicate_setting set join_from = %(score)s"
