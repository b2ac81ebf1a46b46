drop index message_parked;
drop index notice_parked;
update notice set status = 'owed' where status = 'parked';
alter table notice drop constraint notice_status_check;
alter table notice drop column reason,
    add constraint notice_status_check check (status in ('owed', 'bound', 'withdrawn'));
alter table setting drop column held_at, drop column held_why, drop column deliveries;
drop table receiver;
alter table contact drop column bounced_at, drop column bounce_reason;
