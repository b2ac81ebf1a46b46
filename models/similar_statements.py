"""The statements that find cases about the same thing."""

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
    case_id bigint, key integer, weight real, least integer, again boolean,
    reported double precision
) on commit drop
"""
QUERIED = ("case_id", "key", "weight", "least", "again", "reported")
PRINTED = ("case_id", "keys", "packed")

# Of a pair the later case may be about the same thing as the earlier one, or as the lead which that
# one follows. What is over and done with is left out; of cases that are compared again, and the
# later ones that they meet, so is all that could join no more. The offsets keep each case looked up
# by its number, however many rows the planner expects.
CANDIDATES = """
with holder as materialized (
    select q.key, f.case_id
    from (select distinct key from similar_query offset 0) q
    join fingerprint f on f.keys @> array[q.key]
), hit as (
    select q.case_id, h.case_id as like_id, sum(q.weight) as weight, q.again, q.reported
    from similar_query q
    join holder h on h.key = q.key and (h.case_id < q.case_id or q.again and h.case_id > q.case_id)
    group by q.case_id, h.case_id, q.again, q.reported having count(*) >= min(q.least)
), nearest as (
    select h.*, case when h.again then %(times)s else 1 end as times, row_number() over (
        partition by h.case_id order by h.weight desc, h.like_id desc) as place
    from hit h
), ranked as (
    select n.case_id, n.like_id, l.id as other_id, n.times,
        l.state in ('closed', 'verified')
            and (not n.again or l.closed_at <= to_timestamp(d.reported)) as relapse,
        row_number() over (partition by n.case_id order by n.place) as place
    from nearest n
    cross join lateral (
        select n.reported as reported where not n.again
        union all
        select extract(epoch from y.detected_at)::double precision from rectification_case y
        where n.again and y.id = greatest(n.case_id, n.like_id)
            and y.state not in ('merged', 'rejected', 'referred', 'closed', 'verified')
    ) d
    cross join lateral (
        select coalesce(c.lead_case_id, c.id) as lead from rectification_case c
        where c.id = least(n.case_id, n.like_id) offset 0
    ) c
    cross join lateral (
        select l.id, l.state, l.closed_at from rectification_case l where l.id = c.lead offset 0
    ) l
    where n.place <= %(nearest)s * n.times and l.id <> greatest(n.case_id, n.like_id)
        and l.state not in ('rejected', 'referred', 'merged')
        and (l.state not in ('closed', 'verified')
             or l.closed_at >= to_timestamp(d.reported) - make_interval(days =>
                 (select closed_days from duplicate_setting)))
)
select case_id, like_id, other_id, relapse from ranked where place <= %(most)s * times
"""

PACKED = "select case_id, packed from fingerprint where case_id = any (%(ids)s)"

# What was decided about two cases, or about one and the lead that the other follows, stays so.
SUGGEST = """
insert into suggestion (case_id, other_id, score, words, relapse, suggested_at)
select s.case_id, s.other_id, s.score,
    array(select jsonb_array_elements_text(s.words)), s.relapse, %(at)s
from jsonb_to_recordset(%(rows)s::jsonb)
    as s(case_id bigint, other_id bigint, score real, words jsonb, relapse boolean)
where not exists (
    select from suggestion d join rectification_case o on o.id = d.other_id
    where d.case_id = s.case_id and d.status in ('joined', 'apart')
        and s.other_id in (o.id, o.lead_case_id))
on conflict do nothing
"""

# The shingles of a message that is compared anew; in how many messages they stood stays as counted.
FORGET = """
with gone as (
    delete from fingerprint where case_id = any (%(ids)s) returning keys
)
update shingle s set keyed = s.keyed - k.count
from (select key, count(*) from gone, unnest(keys) key group by key) k
where s.hash = k.key
"""

# What others were suggested because of a follower stays: only its lead is compared anew.
RECONSIDER = """
delete from suggestion s
where s.status = 'open' and s.rechecked_at is null and (s.case_id = any (%(ids)s)
    or s.other_id = any (%(ids)s) and not exists (
        select from rectification_case f where f.lead_case_id = s.other_id))
"""
