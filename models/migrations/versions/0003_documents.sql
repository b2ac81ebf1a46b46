-- The text of a document as it first went out; every copy and reprint is this text.
alter table document add column title text not null default '',
    add column body text not null default '';
-- Number, case and date of a document never change.
revoke update on document from rectify_app;
grant update (title, body) on document to rectify_app;
