"""The statements of the outbox.

``message.leased_until`` says two things. In the future: somebody is sending this now. In the past:
some sending ended in doubt (a lost connection, a killed process), so it may have arrived. Empty:
it certainly reached nobody. Leases guard processes and not deadlines, so they are counted by the
one clock all of them share, the database's.
"""

LOCK_BINDING = "select pg_advisory_xact_lock(hashtext('rectify binding'))"

NOTICE_COLUMNS = """
n.id, n.template, n.unit, n.role, n.channel, n.args, n.urgent, n.owed_at,
    coalesce(c.no, '') as no, coalesce(c.subject, '') as subject,
    coalesce(c.environment, '') as environment, coalesce(c.kind, '') as kind,
    coalesce(c.lead_unit, '') as lead_unit, coalesce(c.assisting, '{}') as assisting,
    coalesce(c.verifying_unit, '') as verifying_unit, coalesce(c.level, 0) as level,
    coalesce(k.name, '') as contact_name, coalesce(k.address, '') as address,
    coalesce(d.type || '〔' || d.year || '〕' || d.number || '号', '') as document_number,
    (select jsonb_agg(jsonb_build_array(r.kind, r.slot, r.holder, r.due_at) order by r.due_at)
        from clock r
        where r.case_id = n.case_id and r.stopped_at is null and r.paused_at is null) as clocks,
    coalesce((select string_agg(t.body, '；' order by t.id) from case_text t
        where t.case_id = n.case_id and t.seq = n.seq
            and t.kind in ('opinion', 'reason', 'finding')), '') as opinion,
    nullif(q.days, 0) as days, q.until, coalesce(q.unit, '') as suggested,
    coalesce(c.mode, '') as mode,
    coalesce((select t.body from case_text t
        where t.case_id = n.case_id and t.seq = n.seq and t.kind = 'wording'), '') as wording,
    case when d.id is not null then jsonb_build_array(d.id, d.title, d.body, (
        select jsonb_agg(jsonb_build_array(o.unit, o.role, o.args) order by o.id) from notice o
        where o.case_id = n.case_id and o.seq = n.seq and o.template = n.template)) end as paper
"""
"""What is read of a notice, by the fields of ``Owed``; the ``no`` of one about no case is empty."""

NOTICE_SOURCES = """
left join rectification_case c on c.id = n.case_id
left join document d on d.case_id = n.case_id and d.seq = n.seq and d.template = n.template
left join contact k on k.unit = n.unit and k.role = n.role and k.channel = n.channel
left join request q on q.case_id = n.case_id
    and q.number = case when n.case_id is not null then (n.args ->> 'request')::integer end
"""

SPANS = """
with recipient as (
    select distinct unit, role, channel from notice
    where status = 'owed' and owed_at <= %(at)s and (urgent or %(everything)s)
), numbered as (
    select unit, role, channel, row_number() over (order by unit, role, channel) as n,
        count(*) over () as total
    from recipient
)
select unit, role, channel from numbered where n %% %(recipients)s = 0 or n = total order by n
"""
"""The last recipient of each span of so many."""

OWED = f"""
select {NOTICE_COLUMNS}
from notice n {NOTICE_SOURCES}
where n.status = 'owed' and n.owed_at <= %(at)s and (n.urgent or %(everything)s)
    and (n.unit, n.role, n.channel) > (%(unit)s, %(role)s, %(channel)s)
    and (n.unit, n.role, n.channel) <= (%(last_unit)s, %(last_role)s, %(last_channel)s)
order by n.unit, n.role, n.channel, n.owed_at, n.id
for update of n skip locked
"""

MESSAGES = """
insert into message (id, recipient, channel, address, subject, body, urgent, status, created_at,
    next_attempt_at)
select r.id, r.recipient, r.channel, r.address, r.subject, r.body, r.urgent, 'pending',
    r.created_at, r.created_at
from json_to_recordset(%(rows)s::json) as r(
    id uuid, recipient text, channel text, address text, subject text, body text, urgent boolean,
    created_at timestamptz)
"""

BIND = """
update notice n set status = 'bound', message_id = r.message_id
from json_to_recordset(%(rows)s::json) as r(id bigint, message_id uuid)
where n.id = r.id
"""

PARK_NOTICES = """
update notice n set status = 'parked', reason = r.reason
from json_to_recordset(%(rows)s::json) as r(id bigint, reason text)
where n.id = r.id
"""

# Locks are taken without waiting, so that this never stands in the way of a command that
# withdraws notices; a message not locked whole is left for the next round.
DISSOLVE = """
with doomed as materialized (
    select m.id from message m
    where m.id in (select id from message where status = 'pending'
                   union all select id from message where status = 'parked')
        and m.status in ('pending', 'parked') and m.leased_until is null
        and exists (select from notice n where n.message_id = m.id and n.status = 'withdrawn')
    for update of m skip locked
), carried as materialized (
    select n.id, n.message_id, n.status from notice n join doomed d on d.id = n.message_id
    for update of n skip locked
), whole as (
    select message_id from carried group by message_id
    having count(*) = (select count(*) from notice n where n.message_id = carried.message_id)
), dissolved as (
    update message m set status = 'dissolved' from whole w where m.id = w.message_id
), freed as (
    update notice n set status = 'owed', message_id = null
    from carried f join whole w on w.message_id = f.message_id
    where n.id = f.id and f.status = 'bound'
)
select count(*) from carried f join whole w on w.message_id = f.message_id
where f.status = 'withdrawn'
"""

COUNT_WAITING = """
select count(*) from notice n left join message m on m.id = n.message_id
where n.owed_at <= %(at)s and not n.urgent
    and (n.status = 'owed'
         or n.status = 'bound' and m.status = 'pending' and not m.urgent
            and m.next_attempt_at <= %(at)s)
"""

CLAIM = """
with due as (
    select id, leased_until is not null as doubtful from message m
    where status = 'pending' and next_attempt_at <= %(at)s and (urgent or %(everything)s)
        and (urgent or not exists (
            select from unnest(%(shut_channels)s::text[], %(shut_addresses)s::text[])
                as shut(channel, address)
            where shut.channel = m.channel and shut.address = m.address))
        and (leased_until is null
                and not exists (select from notice n
                                where n.message_id = m.id and n.status = 'withdrawn')
             or leased_until < clock_timestamp())
        and (not urgent, created_at, id) > (not %(urgent)s, %(created_at)s, %(id)s::uuid)
    order by not urgent, created_at, id limit %(batch)s for update of m skip locked
), claimed as (
    update message m set leased_until = clock_timestamp() + %(lease)s
    from due where m.id = due.id
    returning m.id, m.recipient, m.channel, m.address, m.subject, m.body, m.urgent, m.created_at,
        m.attempts, due.doubtful
)
select * from claimed order by not urgent, created_at, id
"""

SETTLE = """
update message m set status = r.status, attempts = m.attempts + 1,
    next_attempt_at = r.next_attempt_at, sent_at = r.sent_at, last_error = r.error,
    leased_until = case when r.doubtful then least(m.leased_until, clock_timestamp()) end
from json_to_recordset(%(rows)s::json) as r(
    id uuid, status text, next_attempt_at timestamptz, sent_at timestamptz, error text,
    doubtful boolean)
where m.id = r.id and m.status = 'pending'
"""

RELEASE = """
update message m set leased_until = case when r.doubtful then clock_timestamp() end
from json_to_recordset(%(rows)s::json) as r(id uuid, doubtful boolean)
where m.id = r.id and m.status = 'pending'
"""
