"""Bare set-based SQL that writes what a check writes when yellow and red cards are due.

All that is due at once, in one transaction. It knows that no rung was skipped and none is left to a
leader, that every case has one clock due, that nobody else works, and who is told: the least that
any program must do.
"""

# Temporary tables with statistics: in one statement of many parts, and without them, the planner
# guesses how many are due and reads every case, which takes up to twice as long.
BARE = (
    """
create temporary table passed on commit drop as
select k.id, k.case_id, k.kind, k.slot, k.revision, k.holder, k.rung + 1 as rung,
    k.ladder[k.rung + 1] as at, k.ladder[k.rung + 2] as upcoming
from clock k where k.next_at <= %(at)s
""",
    "analyze passed",
    """
create temporary table due on commit drop as
select p.*, c.seq + 1 as seq, c.head_hash,
    jsonb_build_object('policy', c.policy_version, 'clocks', jsonb_build_array(jsonb_build_object(
        'op', 'fire', 'kind', p.kind, 'slot', p.slot,
        'rung', (array['blue', 'yellow', 'red'])[p.rung]))) as detail
from passed p join rectification_case c on c.id = p.case_id order by p.case_id
""",
    "analyze due",
    """
update clock k set rung = d.rung, next_at = d.upcoming from due d where k.id = d.id
""",
    """
insert into fired (clock_id, revision, rung, case_id, seq, at, coalesced)
select id, revision, rung, case_id, seq, at, false from due
""",
    """
with entry as (
    insert into history (case_id, seq, event, actor, occurred_at, recorded_at, detail, hash)
    select case_id, seq, 'fired', 'system', %(at)s, %(at)s, detail,
        history_hash(head_hash, case_id, seq, 'fired', 'system', '', %(at)s, %(at)s, detail)
    from due returning case_id, seq, hash
)
update rectification_case c set seq = e.seq, head_hash = e.hash, last_event_at = %(at)s,
    level = case when d.kind = 'finish' then greatest(c.level, d.rung - 1) else c.level end
from entry e join due d on d.case_id = e.case_id where c.id = e.case_id
""",
    """
insert into notice (case_id, seq, template, unit, role, channel, args, ladder, owed_at)
select d.case_id, d.seq, t.template, d.holder, t.role, 'file',
    jsonb_build_object('rung', t.template, 'clocks', array[d.kind || '/0']), true, %(at)s
from due d join (values (2, 'yellow', 'contact'), (3, 'red', 'contact'), (3, 'red', 'deputy'))
    as t(rung, template, role) using (rung)
""",
    """
with number as (
    insert into counter as n
    select 'document:bare' || rung, count(*) from due where rung in (2, 3) group by rung
    on conflict (name) do update set value = n.value + excluded.value returning name, value
)
insert into document (type, year, number, case_id, seq, template, issued_at)
select n.name, 2027,
    n.value + 1 - row_number() over (partition by d.rung order by d.case_id desc),
    d.case_id, d.seq, case d.rung when 2 then 'yellow' else 'red' end, %(at)s
from due d join number n on n.name = 'document:bare' || d.rung
""",
)
