alter table document drop column title, drop column body;
