drop table channel_change;
alter table channel
    drop column default_urgency,
    drop column users,
    drop column extra_fields,
    drop column columns;
