update duplicate_setting set compared = false;
alter table duplicate_setting alter column compared set default false;
update suggestion set status = 'apart' where status = 'lapsed';
alter table suggestion drop constraint suggestion_status_check;
alter table suggestion add constraint suggestion_status_check
    check (status in ('open', 'joined', 'apart'));
drop table uncompared;
