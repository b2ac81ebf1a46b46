drop index rectification_case_verifying;
drop index rectification_case_assisting;
drop table link_generation, sign_in_bucket, portal_session, account;
