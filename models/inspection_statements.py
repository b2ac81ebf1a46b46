"""The statements of inspections."""

# Of what is due by then and has no inspection yet. One that the system itself ordered, outside any
# order of inspections, was called for by a new report.
CREATE = """
insert into inspection (case_id, slot, cause, created_at)
select k.case_id, k.slot, case
    when k.rule = 'lookback' then 'lookback' when k.rule = 'drawn' then 'sample'
    when (select h.actor from history h where h.case_id = k.case_id and h.event = 'recheck_ordered'
        and h.occurred_at = k.started_at order by h.seq desc limit 1) = 'system' then 'report'
    else 'office' end, %(now)s
from clock k
where k.kind = 'recheck' and k.stopped_at is null and k.due_at <= %(until)s
    and not exists (select from inspection i where i.case_id = k.case_id and i.slot = k.slot)
order by k.due_at, k.case_id limit %(most)s
on conflict do nothing
"""

CREATE_ORDERED = """
insert into inspection (case_id, slot, cause, order_id, created_at)
select k.case_id, max(k.slot), %(cause)s, %(order)s, %(now)s
from clock k join rectification_case c on c.id = k.case_id
where c.no = any (%(nos)s) and k.kind = 'recheck' and k.stopped_at is null
    and not exists (select from inspection i where i.case_id = k.case_id and i.slot = k.slot)
group by k.case_id
on conflict do nothing
"""

# Every unit that ever had the case in hand, and the officers that acted for units.
# Older entries of a dispatch name the unit alone, later ones all that were given a part.
UNASSIGNED = """
select i.id as number, c.no, coalesce(c.lead_unit, '') as lead_unit,
    coalesce(c.environment, '') as environment,
    array_remove(array_cat(array_cat(array[c.lead_unit], c.assisting), coalesce(
        (select array_agg(distinct g) from history h, lateral (
            select substr(h.actor, 6) where h.actor like 'unit:%%'
            union all select jsonb_array_elements_text(h.detail -> 'given')
                where jsonb_typeof(h.detail -> 'given') = 'array'
            union all select h.detail ->> 'unit' where h.event in ('dispatched', 'redispatched')
        ) as given(g) where h.case_id = c.id), '{}'::text[])), null) as units,
    coalesce((select array_agg(distinct h.claimed_name) from history h where h.case_id = c.id
        and h.actor like 'unit:%%' and h.claimed_name <> ''), '{}'::text[]) as persons
from clock k
join inspection i on i.case_id = k.case_id and i.slot = k.slot
join rectification_case c on c.id = k.case_id
where k.kind = 'recheck' and k.stopped_at is null and i.inspector is null
order by k.due_at, i.id limit %(most)s
"""

COUNT_UNASSIGNED = """
select count(*) from clock k join inspection i on i.case_id = k.case_id and i.slot = k.slot
where k.kind = 'recheck' and k.stopped_at is null and i.inspector is null
"""

ASSIGN = """
update inspection i set inspector = r.inspector, assigned_at = %(now)s
from jsonb_to_recordset(%(rows)s::jsonb) as r(number bigint, inspector text)
where i.id = r.number and i.inspector is null
"""

_COLUMNS = """
select i.id as number, c.no, case when c.state = 'referred' then '' else c.subject end as subject,
    coalesce(c.lead_unit, '') as lead_unit, i.slot, i.cause, i.order_id, i.assigned_at,
    coalesce(i.inspector, '') as inspector, coalesce(p.name, '') as inspector_name,
    coalesce(p.unit, '') as inspector_unit, k.due_at, k.stopped_at as ended_at,
    case when k.stopped_at is null then 'open' else coalesce((
        select case h.event when 'recheck_passed' then 'passed' else 'failed' end
        from history h where h.case_id = i.case_id and h.event in ('recheck_passed', 'relapsed')
            and (h.detail ->> 'slot')::integer = i.slot order by h.seq desc limit 1), 'lapsed')
    end as outcome
"""
_JOINED = """
join rectification_case c on c.id = i.case_id
left join inspector p on p.code = i.inspector
"""

OPEN = (
    _COLUMNS
    + "from clock k join inspection i on i.case_id = k.case_id and i.slot = k.slot"
    + _JOINED
    + """
where k.kind = 'recheck' and k.stopped_at is null
    and (%(inspector)s = '' or i.inspector = %(inspector)s)
    and k.due_at >= coalesce(%(since)s::timestamptz, '-infinity')
    and k.due_at <= coalesce(%(until)s::timestamptz, 'infinity')
order by k.due_at, i.id limit %(most)s
"""
)

ALL = (
    _COLUMNS
    + """
from inspection i join clock k on k.case_id = i.case_id and k.kind = 'recheck' and k.slot = i.slot
"""
    + _JOINED
    + """
where (%(inspector)s = '' or i.inspector = %(inspector)s)
    and (%(number)s::bigint is null or i.id = %(number)s)
    and (%(order)s::bigint is null or i.order_id = %(order)s)
order by i.id desc limit %(most)s
"""
)
