"""The statements of retention. What is erased is erased of locked cases that are over."""

from domain.codes import FINAL, State
from models.similar_statements import FORGET

NEUTRAL = "（已按保存期限清除）"
"""What stands where a text was that may not be empty."""
PUBLIC = ("list_announced", "delisted_announced")
"""Documents published to everybody: they stay as they went out."""

_OVER = ", ".join(f"'{state}'" for state in sorted({State.VERIFIED, *FINAL}))

# A case that follows another is over when that one is. What happened after the last erasure, a new
# version of what came in for one, may have brought something new.
PAGE = f"""
select c.id from rectification_case c
left join rectification_case l on l.id = c.lead_case_id
left join erasure e on e.case_id = c.id
where c.id > %(after)s and coalesce(l.state, c.state) in ({_OVER})
    and (e.identity_at is null or e.identity_at < c.last_event_at
         or e.texts_at is null or e.texts_at < c.last_event_at)
order by c.id limit %(batch)s
"""

LOCK = """
select id from rectification_case
where id = any (%(ids)s) or id in (
    select lead_case_id from rectification_case
    where id = any (%(ids)s) and lead_case_id is not null)
order by id for update
"""

_PAST = """(since at time zone 'Asia/Shanghai' + make_interval(months => %({months})s))
        at time zone 'Asia/Shanghai' <= %(at)s"""

# `since`: when it last came into the state in which it is over, or began to follow a case that was.
DUE = f"""
with over as (
    select c.id, c.reachable, c.last_event_at, coalesce(l.id, c.id) as over_id,
        coalesce(l.state, c.state) as state, l.id is not null as follows,
        exists (select from retention_hold h where h.case_id = c.id) as held,
        e.identity_at, e.texts_at
    from rectification_case c
    left join rectification_case l on l.id = c.lead_case_id
    left join erasure e on e.case_id = c.id
    where c.id = any (%(ids)s) and coalesce(l.state, c.state) in ({_OVER})
), dated as (
    select o.*, greatest(
        (select max(h.occurred_at) from history h
         where h.case_id = o.over_id and h.detail ->> 'to' = o.state
            and h.detail ->> 'from' is distinct from o.state),
        (select max(h.occurred_at) from history h
         where o.follows and h.case_id = o.id and h.detail ->> 'to' = 'merged'
            and h.detail ->> 'from' is distinct from 'merged')) as since
    from over o
)
select id, reachable, held, since,
    identity_at is null or identity_at < last_event_at as identity_left,
    {_PAST.format(months="texts")} and (texts_at is null or texts_at < last_event_at) as texts_due
from dated where {_PAST.format(months="identity")} order by id
"""

ERASE_IDENTITIES = "select case_id from identity.erase(%(ids)s)"

# Keyed hashes tell one content from another, the reporter's too.
UNREACHABLE = """
update rectification_case set reachable = false where id = any (%(gone)s) and reachable;
update intake_row set marks = null where case_id = any (%(ids)s) and marks is not null
"""

ERASE_TEXTS = """
update case_text set body = null where case_id = any (%(ids)s) and body is not null
returning case_id
"""

ERASE_LABELS = """
update rectification_case set subject = %(neutral)s, party = ''
where id = any (%(ids)s) and (subject <> %(neutral)s or party <> '') returning id
"""

_TRACES = """
delete from uncompared where case_id = any (%(ids)s);
update suggestion set words = '{}'
where (case_id = any (%(ids)s) or other_id = any (%(ids)s)) and words <> '{}';
delete from open311_request where case_id = any (%(ids)s);
update evidence set name = %(neutral)s where case_id = any (%(ids)s) and name <> %(neutral)s;
update document set body = %(neutral)s
where case_id = any (%(ids)s) and template <> all (%(public)s) and body not in ('', %(neutral)s)
"""
ERASE_TRACES = f"{FORGET};{_TRACES}"
"""Fingerprints, words of suggestions, places, names of files, texts of documents."""

NOTE = """
insert into erasure as e (case_id, identity_at, texts_at)
select c.id, c.last_event_at, case when c.id = any (%(texts)s) then c.last_event_at end
from rectification_case c where c.id = any (%(ids)s)
on conflict (case_id) do update set identity_at = excluded.identity_at,
    texts_at = coalesce(excluded.texts_at, e.texts_at)
"""

# One that also speaks of a case whose texts are still there waits for that.
ERASE_MESSAGES = """
update message m set subject = %(neutral)s, body = '' where m.id in (
    select o.id from message o
    where o.status in ('sent', 'dissolved') and o.body <> ''
        and coalesce(o.sent_at, o.created_at) + make_interval(months => %(texts)s) <= %(at)s
        and not exists (
            select from notice n left join erasure e on e.case_id = n.case_id
            where n.message_id = o.id and n.case_id is not null and e.texts_at is null)
    order by o.created_at limit %(batch)s)
"""
COUNT_MESSAGES = """
select count(*) from message o
where o.status in ('sent', 'dissolved') and o.body <> ''
    and coalesce(o.sent_at, o.created_at) + make_interval(months => %(texts)s) <= %(at)s
    and not exists (
        select from notice n left join erasure e on e.case_id = n.case_id
        where n.message_id = o.id and n.case_id is not null and e.texts_at is null)
"""
ERASE_REFUSALS = """
update intake_row set reason = %(neutral)s
where outcome = 'rejected' and reason <> %(neutral)s
    and received_at + make_interval(months => %(texts)s) <= %(at)s
"""
