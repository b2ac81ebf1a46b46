"""The statements about cases that wait to be compared."""

COMPARED = "select compared from duplicate_setting"

# In the transaction that opens the cases, from its stage: one row more for each of them.
AWAIT = """
insert into uncompared (case_id)
select case_id from intake_stage
where (select compared from duplicate_setting) order by case_id
"""

# Serial: what comes in while a batch is compared stays behind it.
TAKE = """
with taken as (
    delete from uncompared where place in (
        select place from uncompared order by place limit %(most)s)
    returning case_id, again
)
select c.id, c.subject, c.party, left(t.body, %(characters)s) as body, c.state,
    extract(epoch from c.detected_at)::double precision as reported, k.again
from (select case_id, bool_or(again) as again from taken group by case_id) k
join rectification_case c on c.id = k.case_id
left join case_text t on t.case_id = c.id and t.seq = 1 and t.kind = 'body'
order by c.id
"""

PENDING = "select count(*) from uncompared"

AWAIT_ALL = """
insert into uncompared (case_id, again)
select c.id, true from rectification_case c
where not exists (select from fingerprint f where f.case_id = c.id)
    and not exists (select from uncompared u where u.case_id = c.id)
order by c.id
"""

# What the system has to do about duplicates, if anything: looked up in three small indexes.
OWED = """
select exists (select from uncompared) and compared
    or exists (select from suggestion where relapse and rechecked_at is null)
    or join_from is not null and exists (
        select from suggestion s where s.status = 'open' and s.score >= join_from)
from duplicate_setting
"""
