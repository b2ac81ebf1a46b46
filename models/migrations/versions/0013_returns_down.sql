drop table confidential_reading;
drop table confidant;
alter table reprojection drop column reason;
alter table policy drop column actor, drop column reason;
alter table rule_set drop column actor, drop column reason, drop column origin;
drop index request_returns;
drop index history_dispatches;
alter table request drop column slot;
drop index rectification_case_feedback;
alter table rectification_case drop column slots, drop column hops, drop column accused,
    drop column feedback, drop column feedback_due_at;
