-- A reading of one case, or of a batch that is sealed again under a new key: then without a case,
-- with how many there were.
alter table identity.reading alter column case_id drop not null,
    add column cases integer not null default 1 check (cases > 0),
    add constraint reading_of_one_case check (case_id is null or cases = 1),
    add constraint reading_short check (length(reader) <= 100 and length(purpose) <= 200);
create index reading_case on identity.reading (case_id);
create trigger reading_append_only before update or delete on identity.reading
    for each row execute function append_only();
create trigger reading_no_truncate before truncate on identity.reading
    for each statement execute function append_only();

-- Keys that seal no more. Whoever still holds one, a process started before, is refused.
create table identity.retired_key (
    key_id text primary key,
    retired_at timestamptz not null default clock_timestamp()
);
grant select on identity.retired_key to rectify_app, rectify_identity;
grant insert on identity.retired_key to rectify_identity;

create function identity.refuse_retired() returns trigger language plpgsql as $$
begin
    if exists (select from fresh join identity.retired_key k using (key_id)) then
        raise exception 'sealed with a retired key'
            using errcode = 'check_violation', constraint = 'identity_key_retired';
    end if;
    return null;
end
$$;
create trigger reporter_key after insert on identity.reporter
    referencing new table as fresh for each statement execute function identity.refuse_retired();
create trigger reporter_version_key after insert on identity.reporter_version
    referencing new table as fresh for each statement execute function identity.refuse_retired();

-- A reading gives the reporter and those that later versions named; version 1 is the first.
drop function identity.read(bigint, text, text);
create function identity.read(which bigint, reader text, purpose text)
returns table (key_id text, sealed bytea, version integer)
language plpgsql security definer set search_path = identity, pg_temp as $$
begin
    insert into identity.reading (case_id, reader, purpose)
    values (which, read.reader, read.purpose);
    return query
        select r.key_id, r.sealed, 1 from identity.reporter r where r.case_id = which
        union all
        select v.key_id, v.sealed, v.number from identity.reporter_version v
        where v.case_id = which
        order by 3;
end
$$;

-- Under which keys reporters are sealed: ids and counts, nothing of a reporter.
create function identity.key_counts() returns table (key_id text, reporters bigint)
language sql security definer set search_path = identity, pg_temp as $$
    select k.key_id, count(*) from (
        select r.key_id from identity.reporter r
        union all select v.key_id from identity.reporter_version v) k
    group by k.key_id order by k.key_id
$$;

-- The reporters of the next so many cases that are sealed with another key than this one; each
-- batch is one entry of the log.
create function identity.sealed_otherwise(current text, after bigint, batch integer, reader text)
returns table (case_id bigint, version integer, key_id text, sealed bytea)
language plpgsql security definer set search_path = identity, pg_temp as $$
declare
    found integer;
begin
    return query
        with page as materialized (
            (select r.case_id from identity.reporter r
             where r.case_id > after and r.key_id <> current order by r.case_id limit batch)
            union
            (select v.case_id from identity.reporter_version v
             where v.case_id > after and v.key_id <> current order by v.case_id limit batch)
            order by 1 limit batch
        )
        select r.case_id, 1, r.key_id, r.sealed
        from page p join identity.reporter r on r.case_id = p.case_id and r.key_id <> current
        union all
        select v.case_id, v.number, v.key_id, v.sealed
        from page p
        join identity.reporter_version v on v.case_id = p.case_id and v.key_id <> current
        order by 1, 2;
    get diagnostics found = row_count;
    if found > 0 then
        insert into identity.reading (case_id, reader, purpose, cases)
        values (null, sealed_otherwise.reader, '密钥轮换', found);
    end if;
end
$$;

-- Seals reporters anew; one that somebody else did, or erased, meanwhile is left alone.
create function identity.reseal(
    cases bigint[], versions integer[], new_key text, seals bytea[], marks bytea[]
) returns void language plpgsql security definer set search_path = identity, pg_temp as $$
begin
    update identity.reporter r set key_id = new_key, sealed = n.sealed, lookup = n.mark
    from unnest(cases, versions, seals, marks) as n(case_id, version, sealed, mark)
    where r.case_id = n.case_id and n.version = 1 and r.key_id <> new_key;
    update identity.reporter_version v set key_id = new_key, sealed = n.sealed, lookup = n.mark
    from unnest(cases, versions, seals, marks) as n(case_id, version, sealed, mark)
    where v.case_id = n.case_id and v.number = n.version and v.key_id <> new_key;
end
$$;

-- Retires a key that seals nothing; gives how many reporters it still seals. The lock waits for
-- whoever is just sealing, so that nothing slips in between.
create function identity.retire(key text) returns bigint
language plpgsql security definer set search_path = identity, pg_temp as $$
declare
    used bigint;
begin
    lock table identity.reporter, identity.reporter_version in share row exclusive mode;
    select coalesce(sum(k.reporters), 0) into used
    from identity.key_counts() k where k.key_id = retire.key;
    if used = 0 then
        insert into identity.retired_key (key_id) values (retire.key) on conflict do nothing;
    end if;
    return used;
end
$$;

-- Removes reporters for good; gives the cases that had one.
create function identity.erase(cases bigint[]) returns table (case_id bigint)
language sql security definer set search_path = identity, pg_temp as $$
    with first as (
        delete from identity.reporter r where r.case_id = any (cases) returning r.case_id
    ), later as (
        delete from identity.reporter_version v where v.case_id = any (cases) returning v.case_id
    )
    select f.case_id from first f union select l.case_id from later l
$$;

grant update, delete on identity.reporter, identity.reporter_version to rectify_identity;
grant select on identity.reporter_version to rectify_identity;
grant create on schema identity to rectify_identity;
alter function identity.read(bigint, text, text) owner to rectify_identity;
alter function identity.key_counts() owner to rectify_identity;
alter function identity.sealed_otherwise(text, bigint, integer, text) owner to rectify_identity;
alter function identity.reseal(bigint[], integer[], text, bytea[], bytea[]) owner to rectify_identity;
alter function identity.retire(text) owner to rectify_identity;
alter function identity.erase(bigint[]) owner to rectify_identity;
revoke create on schema identity from rectify_identity;
revoke all on function identity.read(bigint, text, text), identity.key_counts(),
    identity.sealed_otherwise(text, bigint, integer, text),
    identity.reseal(bigint[], integer[], text, bytea[], bytea[]), identity.retire(text),
    identity.erase(bigint[]) from public;
grant execute on function identity.read(bigint, text, text), identity.key_counts(),
    identity.sealed_otherwise(text, bigint, integer, text),
    identity.reseal(bigint[], integer[], text, bytea[], bytea[]), identity.retire(text),
    identity.erase(bigint[]) to rectify_app;

-- A unit may read the reporter of a case from one instant to another, with the reporter's consent.
create table disclosure (
    case_id bigint not null references rectification_case,
    seq integer not null check (seq > 0),
    unit text not null references unit,
    granted_at timestamptz not null,
    until timestamptz not null,
    revoked_at timestamptz,
    primary key (case_id, seq),
    check (until > granted_at),
    check (revoked_at >= granted_at)
);
grant select, insert on disclosure to rectify_app;
grant update (revoked_at) on disclosure to rectify_app;

-- The firm or project concerned is kept from the units where it would say who the reporter is.
alter table rectification_case add column party_hidden boolean not null default false;

-- Cases that keep everything until the office lets them go.
create table retention_hold (
    case_id bigint primary key references rectification_case,
    seq integer not null check (seq > 0),
    held_at timestamptz not null
);
-- When what was last erased of a case.
create table erasure (
    case_id bigint primary key references rectification_case,
    identity_at timestamptz,
    texts_at timestamptz
);
grant select, insert, delete on retention_hold to rectify_app;
grant select, insert, update on erasure to rectify_app;
