-- The text of a document as it first went out; every copy and reprint is this text.
alter table document add column title text not null default '',
    add column body text not null default '';
