"""The statements of the deadline check.

``FIRE`` runs on cases already locked. Within one statement every part reads the state before it,
so ``c.seq`` is the old end of history wherever it stands.
"""

from domain.codes import RUNGS

_NAMES = "(array[" + ", ".join(f"'{rung}'" for rung in RUNGS) + "])"
_HIGHEST_PASSED = "greatest({})".format(
    ", ".join(
        f"case when k.ladder[{n}] <= %(as_of)s then {n} else 0 end"
        for n in range(1, len(RUNGS) + 1)
    )
)
_NEXT = "least({})".format(
    ", ".join(f"case when {n} > d.new then d.ladder[{n}] end" for n in range(1, len(RUNGS) + 1))
)

DUE = "select distinct case_id from clock where next_at <= %(as_of)s order by case_id"

LOCK = """
select c.id, c.policy_version from rectification_case c
where c.id = any (%(ids)s::bigint[]) and c.last_event_at <= %(as_of)s order by c.id for update of c
"""

PRESENT_DUE = """
select count(*) from clock k join rectification_case c on c.id = k.case_id
where k.next_at <= %(as_of)s and c.last_event_at <= %(as_of)s
"""

DUE_WAKING = """
select c.no, c.state from rectification_case c
where c.wake_at <= %(as_of)s and c.last_event_at <= %(as_of)s order by c.id limit %(batch)s
"""

FIRE = f"""
with due as materialized (
    select k.id, k.case_id, k.kind, k.slot, k.holder, k.revision, k.due_at, k.ladder, k.rung as old,
        {_HIGHEST_PASSED} as new
    from clock k where k.case_id = any (%(ids)s::bigint[]) and k.next_at <= %(as_of)s
), moved as (
    update clock k set rung = d.new, next_at = {_NEXT} from due d where k.id = d.id
), passed as (
    select d.id, d.case_id, d.kind, d.slot, d.revision, n as rung, d.ladder[n] as at,
        n < d.new as coalesced
    from due d cross join generate_series(1, {len(RUNGS)}) n
    where n > d.old and n <= d.new and d.ladder[n] is not null
), fires as (
    select d.case_id,
        jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'op', 'fire', 'kind', d.kind, 'slot', d.slot, 'rung', {_NAMES}[d.new],
            'coalesced', case when d.new > d.old + 1 then (
                select jsonb_agg({_NAMES}[n] order by n)
                from generate_series(d.old + 1, d.new - 1) n where d.ladder[n] is not null) end
        )) order by d.kind, d.slot) as ops,
        max(case when d.kind = 'finish' then least(d.new - 1, 2) else 0 end) as level
    from due d group by d.case_id
), entry as (
    select f.case_id, c.seq + 1 as seq, c.head_hash, c.urgency = 'emergency' as urgent, f.level,
        c.policy_version, jsonb_build_object('clocks', f.ops, 'policy', c.policy_version) as detail
    from fires f join rectification_case c on c.id = f.case_id
), journalled as (
    insert into history
        (case_id, seq, event, actor, occurred_at, recorded_at, detail, hash)
    select e.case_id, e.seq, 'fired', 'system', %(as_of)s, %(recorded_at)s, e.detail,
        history_hash(e.head_hash, e.case_id, e.seq, 'fired', 'system', '', %(as_of)s,
                     %(recorded_at)s, e.detail)
    from entry e
    returning case_id, seq, hash
), advanced as (
    update rectification_case c set seq = j.seq, head_hash = j.hash, last_event_at = %(as_of)s,
        level = greatest(c.level, e.level)
    from journalled j join entry e on e.case_id = j.case_id
    where c.id = j.case_id
    returning c.no
), rungs as (
    insert into fired (clock_id, revision, rung, case_id, seq, at, coalesced)
    select p.id, p.revision, p.rung, p.case_id, e.seq, p.at, p.coalesced
    from passed p join entry e on e.case_id = p.case_id
), proposed as (
    insert into request (case_id, number, kind, applicant, asked_at, status, rung, level)
    select d.case_id,
        (select coalesce(max(r.number), 0) + 1 from request r where r.case_id = d.case_id),
        'proposal', 'system', %(as_of)s, 'pending', {_NAMES}[max(d.new)], c.level
    from due d join rectification_case c on c.id = d.case_id where d.new > 3
    group by d.case_id, c.level
    returning case_id, number, rung
), superseded as (
    update request r set status = 'superseded' from proposed p
    where r.case_id = p.case_id and r.kind = 'proposal' and r.status = 'pending'
        and array_position({_NAMES}, r.rung) <= array_position({_NAMES}, p.rung)
), target as (
    select * from jsonb_to_recordset(%(targets)s::jsonb) as t(
        policy integer, rung integer, template text, unit text, role text, type text)
), told as (
    select distinct d.id, d.case_id, d.kind, d.slot, d.due_at, d.new, e.seq, t.template,
        coalesce(nullif(t.unit, ''), d.holder) as unit, t.role, t.type, e.urgent
    from due d join entry e on e.case_id = d.case_id
    join target t on t.rung = d.new and t.policy = e.policy_version
), owed as (
    select case_id, seq, template, unit, role, type, urgent,
        jsonb_build_object('rung', {_NAMES}[max(new)], 'clocks',
            jsonb_agg(kind || '/' || slot order by kind <> 'finish', due_at, kind, slot)) as args
    from told group by case_id, seq, template, unit, role, type, urgent
    union all
    select p.case_id, e.seq, 'task', 'office', 'contact', null, e.urgent,
        jsonb_build_object('task', 'proposal', 'request', p.number, 'rung', p.rung)
    from proposed p join entry e on e.case_id = p.case_id
), noticed as (
    insert into notice
        (case_id, seq, template, unit, role, channel, args, ladder, urgent, owed_at)
    select o.case_id, o.seq, o.template, o.unit, o.role, coalesce(c.channel, 'file'), o.args, true,
        o.urgent, %(as_of)s
    from owed o left join contact c on c.unit = o.unit and c.role = o.role
    returning case_id
), papers as (
    select distinct case_id, seq, template, type from owed where type is not null
), numbered as (
    insert into counter as n (name, value)
    select 'document:' || type || ':' || %(year)s, count(*) from papers group by type order by type
    on conflict (name) do update set value = n.value + excluded.value
    returning name, value
), documented as (
    insert into document (type, year, number, case_id, seq, template, issued_at)
    select p.type, %(year)s, n.value + 1 - row_number() over (partition by p.type order by
        p.case_id desc), p.case_id, p.seq, p.template, %(as_of)s
    from papers p join numbered n on n.name = 'document:' || p.type || ':' || %(year)s
)
select
    (select jsonb_object_agg(name, n) from (
        select kind || '.' || {_NAMES}[new] as name, count(*) as n from due group by 1) counts
    ) as fired,
    (select count(*) from passed where coalesced) as coalesced,
    (select count(*) from noticed) as notices,
    (select coalesce(array_agg(no), '{{}}') from advanced) as nos
"""
