-- What a channel's cases are unless told otherwise, and who may bring them. `users` are kinds of
-- units, `unit:CODE` for one unit, or `outside` for systems with a key or feed; the office always
-- may. `extra_fields` are columns of its own that go into the text; `columns` says, by field, which
-- header of its files is meant.
alter table channel
    add column default_urgency text not null default 'normal'
        check (default_urgency in ('normal', 'urgent', 'emergency')),
    add column users text[] not null default '{}',
    add column extra_fields text[] not null default '{}',
    add column columns jsonb not null default '{}';

-- Every change of a channel, with what stood there before. Codes, names and headers alone.
create table channel_change (
    id bigint generated always as identity primary key,
    channel text not null references channel,
    field text not null,
    before text not null,
    after text not null,
    actor text not null,
    at timestamptz not null,
    recorded_at timestamptz not null
);
create index channel_change_of on channel_change (channel, id);

-- Databases seeded before get what the reference data says now.
update channel c set users = r.users, extra_fields = r.extra_fields
from (values
    ('self_check', '{participating,department,organ,district,zone}'::text[],
        '{symptom,measures,leader,deadline,studied_on}'::text[]),
    ('hall_day', '{participating,department,organ,district,zone}', '{}'),
    ('unlanded', '{district,zone}', '{cause}'),
    ('monitor', '{participating,department,district,zone,outside}', '{}'),
    ('parlour', '{participating,department,district,zone,outside}', '{}'),
    ('discipline', '{unit:jiwei}', '{}'),
    ('inspection', '{unit:jiwei}', '{}'),
    ('lookback', '{unit:jiwei}', '{}'),
    ('qingsheng', '{outside}', '{}'),
    ('discipline_report', '{unit:jiwei,outside}', '{}'),
    ('12345', '{outside}', '{}'),
    ('survey', '{outside}', '{}'),
    ('media', '{outside}', '{}'),
    ('third_party', '{outside}', '{}')
) as r(code, users, extra_fields) where c.code = r.code;

grant select, insert on channel_change to rectify_app;
