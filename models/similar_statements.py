"""The statements that find cases about the same thing."""

COMPARED = "select compared from duplicate_setting"

# Arrays go to and fro as one value each: a row for every shingle would cost more than its search.
KNOWN_SHINGLES = """
select array_agg(hash) as hashes, array_agg(seen) as seen, array_agg(keyed) as keyed
from shingle where hash = any (%(hashes)s::integer[])
"""

COUNT_SHINGLES = """
insert into shingle as s (hash, seen, keyed)
select * from unnest(%(hashes)s::integer[], %(seen)s::integer[], %(keyed)s::integer[])
on conflict (hash) do update
set seen = s.seen + excluded.seen, keyed = s.keyed + excluded.keyed
"""

QUERY = """
create temporary table similar_query (
    case_id bigint, key integer, weight real, least integer
) on commit drop
"""
QUERIED = ("case_id", "key", "weight", "least")
PRINTED = ("case_id", "keys", "packed")

# A case that follows another stands for its lead. What is over and done with is left out. The
# offsets keep each case looked up by its number, however many rows the planner expects.
CANDIDATES = """
with holder as materialized (
    select q.key, f.case_id
    from (select distinct key from similar_query offset 0) q
    join fingerprint f on f.keys @> array[q.key]
), hit as (
    select q.case_id, h.case_id as like_id, sum(q.weight) as weight
    from similar_query q join holder h on h.key = q.key and h.case_id < q.case_id
    group by q.case_id, h.case_id having count(*) >= min(q.least)
), nearest as (
    select h.*, row_number() over (
        partition by h.case_id order by h.weight desc, h.like_id desc) as place
    from hit h
), ranked as (
    select n.case_id, n.like_id, l.id as other_id, l.state in ('closed', 'verified') as relapse,
        row_number() over (partition by n.case_id order by n.place) as place
    from nearest n
    cross join lateral (
        select coalesce(c.lead_case_id, c.id) as lead from rectification_case c
        where c.id = n.like_id offset 0
    ) c
    cross join lateral (
        select l.id, l.state, l.closed_at from rectification_case l where l.id = c.lead offset 0
    ) l
    where n.place <= %(nearest)s and l.state not in ('rejected', 'referred', 'merged')
        and (l.state not in ('closed', 'verified')
             or l.closed_at >= %(at)s - make_interval(days =>
                 (select closed_days from duplicate_setting)))
)
select case_id, like_id, other_id, relapse from ranked where place <= %(most)s
"""

PACKED = "select case_id, packed from fingerprint where case_id = any (%(ids)s)"

SUGGEST = """
insert into suggestion (case_id, other_id, score, words, relapse, suggested_at)
select s.case_id, s.other_id, s.score,
    array(select jsonb_array_elements_text(s.words)), s.relapse, %(at)s
from jsonb_to_recordset(%(rows)s::jsonb)
    as s(case_id bigint, other_id bigint, score real, words jsonb, relapse boolean)
"""
