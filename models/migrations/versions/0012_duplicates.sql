-- Which cases wait to be compared with the others, in the order they came in. `again` says that a
-- case was compared before, or came in unnoticed: later ones are looked through as well. No foreign
-- key: it would cost intake more than all the rest of the row, and cases are never deleted.
create table uncompared (
    place bigint generated always as identity primary key,
    case_id bigint not null,
    again boolean not null default false
);
grant select, insert, delete on uncompared to rectify_app;

-- A suggestion lapses when its case, or the other one, is not accepted or handed over.
alter table suggestion drop constraint suggestion_status_check;
alter table suggestion add constraint suggestion_status_check
    check (status in ('open', 'joined', 'apart', 'lapsed'));

-- Comparing no longer slows intake down, so it is on, also where nobody had switched it on.
alter table duplicate_setting alter column compared set default true;
update duplicate_setting set compared = true;
