drop table reprojection;
delete from calendar_day where until is not null;
alter table calendar_year drop column since;
alter table calendar_day drop constraint calendar_day_pkey;
alter table calendar_day drop column since, drop column until, add primary key (day);
