alter table document drop column title, drop column body;
grant update on document to rectify_app;
