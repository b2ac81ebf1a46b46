drop table activity_case;
drop table activity;
drop table monitoring_point;
delete from notice where key is not null;
drop index notice_duty;
alter table notice drop constraint notice_about, drop column key,
    alter column case_id set not null, alter column seq set not null;
