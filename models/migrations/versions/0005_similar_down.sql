drop table duplicate_setting;
drop table suggestion;
drop table shingle;
drop table fingerprint;
delete from counter where name = 'fingerprint';
