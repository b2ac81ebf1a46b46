drop index history_returned;
drop index clock_recheck;
drop table rule_proposal;
drop table inspection;
drop table inspection_order;
drop table inspector;
