-- What changed from version to version, and when pages were gone.

create table version_changes (
    article_id VARCHAR not null,
    version INTEGER not null,
    seen_at TIMESTAMPTZ not null,
    fields VARCHAR[] not null,
    modified_told BOOLEAN not null,
    paragraphs_added INTEGER not null,
    paragraphs_removed INTEGER not null,
    paragraphs_changed INTEGER not null,
    paragraphs_moved INTEGER not null,
    words_added INTEGER not null,
    words_removed INTEGER not null,
    load_number INTEGER not null
);
comment on table version_changes is
    'What each version changed of the one before, in numbers: one row for each version from the second on';
comment on column version_changes.article_id is 'Article that changed';
comment on column version_changes.version is
    'Version that brought the change; it is compared with the one before';
comment on column version_changes.seen_at is 'When the document that brought this version was fetched';
comment on column version_changes.fields is
    'What differs, in alphabetical order: columns of articles, authors, captions; each has a row in version_fields, body has rows in version_paragraphs. Empty where only lines of the site''s template differ';
comment on column version_changes.modified_told is
    'Whether the page told another time of modification than before';
comment on column version_changes.paragraphs_added is 'Paragraphs that are new';
comment on column version_changes.paragraphs_removed is 'Paragraphs that are gone';
comment on column version_changes.paragraphs_changed is 'Paragraphs whose words changed in part';
comment on column version_changes.paragraphs_moved is 'Paragraphs that stand elsewhere in the text';
comment on column version_changes.words_added is
    'Words of the body that are new; in scripts without spaces, characters';
comment on column version_changes.words_removed is
    'Words of the body that are gone; in scripts without spaces, characters';
comment on column version_changes.load_number is
    'Number of the load that compared them, as in batches';

create table version_fields (
    article_id VARCHAR not null,
    version INTEGER not null,
    field VARCHAR not null,
    before VARCHAR,
    after VARCHAR,
    load_number INTEGER not null
);
comment on table version_fields is
    'Fields that differ from the version before, one row each; for the body see version_paragraphs';
comment on column version_fields.article_id is 'Article that changed';
comment on column version_fields.version is 'Version that brought the change';
comment on column version_fields.field is
    'Column of articles that differs, or authors, captions';
comment on column version_fields.before is
    'Value in the version before; times in ISO 8601 as the page printed them, with their offset where it is known';
comment on column version_fields.after is 'Value in this version; null where it has none any more';
comment on column version_fields.load_number is
    'Number of the load that compared them, as in batches';

create table version_paragraphs (
    article_id VARCHAR not null,
    version INTEGER not null,
    place INTEGER not null,
    kind VARCHAR not null,
    position_before INTEGER,
    position_after INTEGER,
    before VARCHAR,
    after VARCHAR,
    load_number INTEGER not null
);
comment on table version_paragraphs is
    'Paragraphs of the body that differ from the version before, one row each; lines of the site''s template are not compared';
comment on column version_paragraphs.article_id is 'Article that changed';
comment on column version_paragraphs.version is 'Version that brought the change';
comment on column version_paragraphs.place is
    'Number of the difference in the order of the text, from 0';
comment on column version_paragraphs.kind is
    'What became of the paragraph: added, removed, changed (its words in part) or moved';
comment on column version_paragraphs.position_before is
    'Place of the paragraph in the body before, from 0; null for one that is new';
comment on column version_paragraphs.position_after is
    'Place of the paragraph in the body of this version, from 0; null for one that is gone';
comment on column version_paragraphs.before is 'Its text before';
comment on column version_paragraphs.after is 'Its text in this version';
comment on column version_paragraphs.load_number is
    'Number of the load that compared them, as in batches';

create table uncompared_versions (
    article_id VARCHAR not null,
    version INTEGER not null
);
comment on table uncompared_versions is
    'Versions that a warehouse had before differences were kept, until the next load compares them; empty from then on';
comment on column uncompared_versions.article_id is 'Article';
comment on column uncompared_versions.version is 'Version to compare with the one before';
insert into uncompared_versions
select article_id, version + 1 from superseded_versions;

create table absences (
    article_id VARCHAR not null,
    url VARCHAR not null,
    gone_at TIMESTAMPTZ not null,
    status SMALLINT not null,
    checked_at TIMESTAMPTZ not null,
    checks INTEGER not null,
    back_at TIMESTAMPTZ
);
comment on table absences is
    'Times in which the page of an article was gone, one row each: a fetch of its address answered 404 or 410. The article stays';
comment on column absences.article_id is 'Article whose page was gone';
comment on column absences.url is 'Address that was fetched';
comment on column absences.gone_at is 'When the page was first found gone';
comment on column absences.status is 'HTTP status of the last such answer: 404 or 410';
comment on column absences.checked_at is 'When the page was last found gone';
comment on column absences.checks is 'How many fetches found it gone';
comment on column absences.back_at is
    'When the page was fetched well again; null while it is gone';
