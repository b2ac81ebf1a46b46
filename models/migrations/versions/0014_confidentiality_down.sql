drop table erasure;
drop table retention_hold;
alter table rectification_case drop column party_hidden;
drop table disclosure;
drop trigger reporter_key on identity.reporter;
drop trigger reporter_version_key on identity.reporter_version;
drop function identity.refuse_retired();
drop function identity.erase(bigint[]);
drop function identity.retire(text);
drop function identity.reseal(bigint[], integer[], text, bytea[], bytea[]);
drop function identity.sealed_otherwise(text, bigint, integer, text);
drop function identity.key_counts();
revoke update, delete on identity.reporter, identity.reporter_version from rectify_identity;
drop function identity.read(bigint, text, text);
create function identity.read(which bigint, reader text, purpose text)
returns table (key_id text, sealed bytea)
language plpgsql security definer set search_path = identity, pg_temp as $$
begin
    insert into identity.reading (case_id, reader, purpose) values (which, read.reader, read.purpose);
    return query select r.key_id, r.sealed from identity.reporter r where r.case_id = which;
end
$$;
grant create on schema identity to rectify_identity;
alter function identity.read(bigint, text, text) owner to rectify_identity;
revoke create on schema identity from rectify_identity;
revoke all on function identity.read(bigint, text, text) from public;
grant execute on function identity.read(bigint, text, text) to rectify_app;
drop table identity.retired_key;
drop trigger reading_append_only on identity.reading;
drop trigger reading_no_truncate on identity.reading;
-- A batch that was sealed again belongs to no case, which the older schema does not know.
delete from identity.reading where case_id is null;
drop index identity.reading_case;
alter table identity.reading drop constraint reading_of_one_case, drop constraint reading_short,
    drop column cases, alter column case_id set not null;
