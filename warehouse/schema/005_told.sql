-- What sources say of a page beside its bytes.
alter table documents add column told VARCHAR;
comment on column documents.told is
    'What the source said of the page, as JSON: title, byline, published, modified, last_modified (HTTP), outlet, section, language, zone; evidence for the fields';
