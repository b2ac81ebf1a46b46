drop table identity.reporter_version, intake_version;
alter table intake_row drop column marks, drop column versions, drop column delivery;
drop table intake_file;
