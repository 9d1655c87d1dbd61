-- What was dropped by age, and what was mended: a warehouse that says what it no longer has.

alter table articles add column body_dropped_at TIMESTAMPTZ;
comment on column articles.body_dropped_at is
    'When retention emptied body; null while it is there';

alter table superseded_versions add column body_dropped_at TIMESTAMPTZ;
comment on column superseded_versions.body_dropped_at is
    'When retention emptied body; null while it is there';

alter table documents add column archive_dropped_at TIMESTAMPTZ;
comment on column documents.archive_dropped_at is
    'When retention gave up its bytes, and with them its place in the archive; null while they are there';

create table upkeep (
    done_at TIMESTAMPTZ not null,
    load_number INTEGER not null,
    kind VARCHAR not null,
    what VARCHAR not null,
    older_than TIMESTAMPTZ,
    items BIGINT not null,
    bytes BIGINT
);
comment on table upkeep is
    'What was dropped by retention or mended by copydesk doctor --repair: one row for each sort of thing each time';
comment on column upkeep.done_at is 'When it was done';
comment on column upkeep.load_number is 'Load that did it, as in batches';
comment on column upkeep.kind is 'retention or repair';
comment on column upkeep.what is
    'What was dropped (bodies, superseded-bodies, removed-lines, evidence, archive) or the repair, by its code';
comment on column upkeep.older_than is 'For retention: what was older than this was dropped';
comment on column upkeep.items is 'How many rows, or documents';
comment on column upkeep.bytes is 'How many bytes of text, or of archive files; null for repairs';

create table dropped_files (
    archive_file VARCHAR not null,
    documents BIGINT not null,
    bytes BIGINT not null,
    dropped_at TIMESTAMPTZ not null
);
comment on table dropped_files is
    'Archive files that retention gave up: no document names them any more';
comment on column dropped_files.archive_file is 'Name of the file, as it was in documents';
comment on column dropped_files.documents is 'Documents whose bytes were in it';
comment on column dropped_files.bytes is 'Bytes of their records in it, compressed';
comment on column dropped_files.dropped_at is 'When it was given up';
