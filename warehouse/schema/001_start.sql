-- The tables of the first version. Wide tables have no PRIMARY KEY: an index on them doubles the
-- file and makes every close cost seconds; the loads keep them unique, and tests check it.

create table documents (
    document_id VARCHAR not null,
    sha256 VARCHAR not null,
    sha256_key UBIGINT not null,
    size BIGINT not null,
    external_id VARCHAR,
    uri VARCHAR not null,
    uri_key UBIGINT not null,
    url VARCHAR,
    source VARCHAR,
    fetched_at TIMESTAMPTZ not null,
    content_type VARCHAR,
    media VARCHAR,
    charset VARCHAR,
    charset_from VARCHAR,
    archive_file VARCHAR,
    archive_offset BIGINT,
    archive_length BIGINT,
    duplicate_of VARCHAR,
    fault_stage VARCHAR,
    fault_code VARCHAR,
    fault_message VARCHAR,
    outcome VARCHAR not null,
    article_id VARCHAR,
    edit_ms REAL,
    run_id VARCHAR not null,
    batch_id VARCHAR not null,
    load_number INTEGER not null,
    position INTEGER not null
);
comment on table documents is
    'One row for each input that was read: its identity, where its bytes lie, how they were decoded and what became of it';
comment on column documents.document_id is 'Id of the document: the same in every run';
comment on column documents.sha256 is 'SHA-256 of the bytes, 64 lower-case hex digits';
comment on column documents.sha256_key is
    'First 64 bits of sha256: what look-ups scan instead of the long text';
comment on column documents.size is 'Bytes, after decompression';
comment on column documents.external_id is 'Id the source gave, if any';
comment on column documents.uri is
    'Where the input was read: file, record or address; the identity of an input';
comment on column documents.uri_key is
    'First 64 bits of the SHA-256 of uri: what look-ups scan instead of the long text';
comment on column documents.url is 'Address of the page, where the source knows it';
comment on column documents.source is 'Source as named by a manifest';
comment on column documents.fetched_at is
    'When the bytes were fetched: as given, else the time of the file';
comment on column documents.content_type is 'Media type the source gave, as given';
comment on column documents.media is 'What the bytes are, decided by content: html or text';
comment on column documents.charset is 'Encoding the bytes were decoded with';
comment on column documents.charset_from is 'Why that encoding: bom, http, meta or detected';
comment on column documents.archive_file is
    'WARC file with the bytes: relative to the archive folder, or absolute where referenced in place';
comment on column documents.archive_offset is 'Byte at which the record starts in archive_file';
comment on column documents.archive_length is 'Bytes the record takes in archive_file';
comment on column documents.duplicate_of is
    'Earlier document with the same bytes and address, if any';
comment on column documents.fault_stage is
    'Stage in which the source found the input faulty before it was edited, if it did';
comment on column documents.fault_code is 'Kebab-case code of that fault';
comment on column documents.fault_message is 'What was wrong with the input';
comment on column documents.outcome is 'What became of it: new, updated, unchanged or problem';
comment on column documents.article_id is 'Article it brought, unless it is a problem';
comment on column documents.edit_ms is 'Milliseconds of editing';
comment on column documents.run_id is 'Run that loaded it';
comment on column documents.batch_id is 'Batch that loaded it';
comment on column documents.load_number is 'Number of the load, as in batches';
comment on column documents.position is
    'Place of the document in its batch, from 0; with load_number it gives the order of loading';

create table articles (
    article_id VARCHAR not null,
    version INTEGER not null,
    content_hash VARCHAR not null,
    document_id VARCHAR not null,
    url VARCHAR,
    canonical_url VARCHAR,
    site VARCHAR,
    outlet VARCHAR,
    title VARCHAR,
    standfirst VARCHAR,
    body VARCHAR not null,
    language VARCHAR,
    word_count INTEGER not null,
    byline VARCHAR,
    published_at TIMESTAMPTZ,
    published_on DATE,
    published_local VARCHAR,
    published_offset_minutes SMALLINT,
    published_precision VARCHAR,
    published_zone_from VARCHAR,
    modified_at TIMESTAMPTZ,
    modified_on DATE,
    modified_local VARCHAR,
    modified_offset_minutes SMALLINT,
    modified_precision VARCHAR,
    modified_zone_from VARCHAR,
    section VARCHAR,
    image_url VARCHAR,
    first_seen_at TIMESTAMPTZ not null,
    version_seen_at TIMESTAMPTZ not null,
    last_seen_at TIMESTAMPTZ not null,
    load_number INTEGER not null
);
comment on table articles is
    'The current version of every article, one row each';
comment on column articles.article_id is
    'Id of the article: the same in every version and every run';
comment on column articles.version is
    'Number of this version, from 1; it grows when content_hash changes';
comment on column articles.content_hash is
    'Changes exactly when a reader would see another text or other facts';
comment on column articles.document_id is 'Document that brought this version';
comment on column articles.url is 'Address the article was read from, if known';
comment on column articles.canonical_url is 'Address the page names as its own';
comment on column articles.site is 'Host of the article without www, if it has an address';
comment on column articles.outlet is 'Name of the outlet as the page or the source gives it';
comment on column articles.title is 'Headline';
comment on column articles.standfirst is 'Lead or subtitle under the headline';
comment on column articles.body is 'Clean text: paragraphs and headings, joined by a blank line';
comment on column articles.language is 'Language of the body, ISO 639-1';
comment on column articles.word_count is 'Words in the body';
comment on column articles.byline is 'Byline as printed';
comment on column articles.published_at is
    'Instant the article was published, in UTC; null unless the page gives a time and its zone is known';
comment on column articles.published_on is
    'Day the article was published, as printed, in the zone of the page';
comment on column articles.published_local is
    'Time the article was published as printed, ISO 8601 without an offset; a bare day where only a day is known';
comment on column articles.published_offset_minutes is
    'Offset from UTC of published_local, in minutes; null unless known';
comment on column articles.published_precision is
    'How exactly published_local is known: day, minute or second';
comment on column articles.published_zone_from is
    'Where the zone of published_at came from: offset (on the page), outlet or assumed';
comment on column articles.modified_at is
    'Instant the article was last modified, in UTC; null unless the page gives a time and its zone is known';
comment on column articles.modified_on is
    'Day the article was last modified, as printed, in the zone of the page';
comment on column articles.modified_local is
    'Time the article was last modified as printed, ISO 8601 without an offset; a bare day where only a day is known';
comment on column articles.modified_offset_minutes is
    'Offset from UTC of modified_local, in minutes; null unless known';
comment on column articles.modified_precision is
    'How exactly modified_local is known: day, minute or second';
comment on column articles.modified_zone_from is
    'Where the zone of modified_at came from: offset (on the page), outlet or assumed';
comment on column articles.section is 'Section or category the outlet files the article under';
comment on column articles.image_url is 'Address of the lead image';
comment on column articles.first_seen_at is
    'When a document first brought this article, in any version';
comment on column articles.version_seen_at is
    'When the document that brought this version was fetched';
comment on column articles.last_seen_at is
    'When a document last brought this article while this version was the current one';
comment on column articles.load_number is
    'Number of the load that wrote this version, as in batches';

create table superseded_versions (
    article_id VARCHAR not null,
    version INTEGER not null,
    content_hash VARCHAR not null,
    document_id VARCHAR not null,
    url VARCHAR,
    canonical_url VARCHAR,
    site VARCHAR,
    outlet VARCHAR,
    title VARCHAR,
    standfirst VARCHAR,
    body VARCHAR not null,
    language VARCHAR,
    word_count INTEGER not null,
    byline VARCHAR,
    published_at TIMESTAMPTZ,
    published_on DATE,
    published_local VARCHAR,
    published_offset_minutes SMALLINT,
    published_precision VARCHAR,
    published_zone_from VARCHAR,
    modified_at TIMESTAMPTZ,
    modified_on DATE,
    modified_local VARCHAR,
    modified_offset_minutes SMALLINT,
    modified_precision VARCHAR,
    modified_zone_from VARCHAR,
    section VARCHAR,
    image_url VARCHAR,
    first_seen_at TIMESTAMPTZ not null,
    version_seen_at TIMESTAMPTZ not null,
    last_seen_at TIMESTAMPTZ not null,
    load_number INTEGER not null
);
comment on table superseded_versions is
    'Versions of articles that a newer one replaced; article_versions shows them together with the current ones';
comment on column superseded_versions.article_id is
    'Id of the article: the same in every version and every run';
comment on column superseded_versions.version is
    'Number of this version, from 1; it grows when content_hash changes';
comment on column superseded_versions.content_hash is
    'Changes exactly when a reader would see another text or other facts';
comment on column superseded_versions.document_id is 'Document that brought this version';
comment on column superseded_versions.url is 'Address the article was read from, if known';
comment on column superseded_versions.canonical_url is 'Address the page names as its own';
comment on column superseded_versions.site is
    'Host of the article without www, if it has an address';
comment on column superseded_versions.outlet is
    'Name of the outlet as the page or the source gives it';
comment on column superseded_versions.title is 'Headline';
comment on column superseded_versions.standfirst is 'Lead or subtitle under the headline';
comment on column superseded_versions.body is
    'Clean text: paragraphs and headings, joined by a blank line';
comment on column superseded_versions.language is 'Language of the body, ISO 639-1';
comment on column superseded_versions.word_count is 'Words in the body';
comment on column superseded_versions.byline is 'Byline as printed';
comment on column superseded_versions.published_at is
    'Instant the article was published, in UTC; null unless the page gives a time and its zone is known';
comment on column superseded_versions.published_on is
    'Day the article was published, as printed, in the zone of the page';
comment on column superseded_versions.published_local is
    'Time the article was published as printed, ISO 8601 without an offset; a bare day where only a day is known';
comment on column superseded_versions.published_offset_minutes is
    'Offset from UTC of published_local, in minutes; null unless known';
comment on column superseded_versions.published_precision is
    'How exactly published_local is known: day, minute or second';
comment on column superseded_versions.published_zone_from is
    'Where the zone of published_at came from: offset (on the page), outlet or assumed';
comment on column superseded_versions.modified_at is
    'Instant the article was last modified, in UTC; null unless the page gives a time and its zone is known';
comment on column superseded_versions.modified_on is
    'Day the article was last modified, as printed, in the zone of the page';
comment on column superseded_versions.modified_local is
    'Time the article was last modified as printed, ISO 8601 without an offset; a bare day where only a day is known';
comment on column superseded_versions.modified_offset_minutes is
    'Offset from UTC of modified_local, in minutes; null unless known';
comment on column superseded_versions.modified_precision is
    'How exactly modified_local is known: day, minute or second';
comment on column superseded_versions.modified_zone_from is
    'Where the zone of modified_at came from: offset (on the page), outlet or assumed';
comment on column superseded_versions.section is
    'Section or category the outlet files the article under';
comment on column superseded_versions.image_url is 'Address of the lead image';
comment on column superseded_versions.first_seen_at is
    'When a document first brought this article, in any version';
comment on column superseded_versions.version_seen_at is
    'When the document that brought this version was fetched';
comment on column superseded_versions.last_seen_at is
    'When a document last brought this article while this version was the current one';
comment on column superseded_versions.load_number is
    'Number of the load that wrote this version, as in batches';

create table article_authors (
    article_id VARCHAR not null,
    position SMALLINT not null,
    author_id VARCHAR not null,
    name VARCHAR not null,
    kind VARCHAR not null,
    raw VARCHAR not null,
    role VARCHAR,
    location VARCHAR,
    email VARCHAR,
    handle VARCHAR,
    load_number INTEGER not null
);
comment on table article_authors is
    'Who signs the current version of an article, in the order printed';
comment on column article_authors.article_id is
    'Article the row belongs to; only its current version is described';
comment on column article_authors.position is 'Place in the byline, from 0';
comment on column article_authors.author_id is 'Row in authors';
comment on column article_authors.name is 'Name, cleaned of roles and joins';
comment on column article_authors.kind is 'Who signs: person, desk, agency or outlet';
comment on column article_authors.raw is 'Exactly what the page prints for this name';
comment on column article_authors.role is 'Role or title printed with the name';
comment on column article_authors.location is 'Place printed with the name';
comment on column article_authors.email is 'E-mail address printed with the name';
comment on column article_authors.handle is 'Handle on a social network printed with the name';
comment on column article_authors.load_number is
    'Number of the load that wrote this row, as in articles; keeps deletes from scanning everything';

create table authors (
    author_id VARCHAR not null,
    name VARCHAR not null,
    kind VARCHAR not null,
    outlet VARCHAR,
    forms VARCHAR[] not null,
    first_seen_at TIMESTAMPTZ not null
);
comment on table authors is
    'One row for each name that signs at one outlet';
comment on column authors.author_id is 'Id made from kind, normalised name and outlet';
comment on column authors.name is
    'Form of the name to show: the first in alphabetical order that is not all capitals';
comment on column authors.kind is 'Who signs: person, desk, agency or outlet';
comment on column authors.outlet is 'Outlet, else the site, the name signs at';
comment on column authors.forms is 'Every form of the name seen, in alphabetical order';
comment on column authors.first_seen_at is 'When the earliest document with this name was fetched';

create table captions (
    article_id VARCHAR not null,
    position SMALLINT not null,
    text VARCHAR,
    credit VARCHAR,
    photographer VARCHAR,
    agency VARCHAR,
    image_url VARCHAR,
    alt VARCHAR,
    load_number INTEGER not null
);
comment on table captions is
    'Pictures of the current version of an article and their captions';
comment on column captions.article_id is
    'Article the row belongs to; only its current version is described';
comment on column captions.position is 'Place on the page, from 0';
comment on column captions.text is 'Caption as printed, credit split off';
comment on column captions.credit is 'Credit without brackets';
comment on column captions.photographer is 'Photographer named in the credit';
comment on column captions.agency is 'Agency named in the credit';
comment on column captions.image_url is 'Address of the picture';
comment on column captions.alt is 'Alternative text of the picture';
comment on column captions.load_number is
    'Number of the load that wrote this row, as in articles; keeps deletes from scanning everything';

create table headings (
    article_id VARCHAR not null,
    position SMALLINT not null,
    text VARCHAR not null,
    level TINYINT,
    load_number INTEGER not null
);
comment on table headings is
    'Sub-headings kept in the body of the current version';
comment on column headings.article_id is
    'Article the row belongs to; only its current version is described';
comment on column headings.position is 'Place in the body, from 0';
comment on column headings.text is 'Text of the heading';
comment on column headings.level is 'Level 2 to 6; null in plain text';
comment on column headings.load_number is
    'Number of the load that wrote this row, as in articles; keeps deletes from scanning everything';

create table tags (
    article_id VARCHAR not null,
    position SMALLINT not null,
    tag VARCHAR not null,
    load_number INTEGER not null
);
comment on table tags is
    'Keywords the outlet gives the current version';
comment on column tags.article_id is
    'Article the row belongs to; only its current version is described';
comment on column tags.position is 'Place in the list, from 0';
comment on column tags.tag is 'Keyword as printed';
comment on column tags.load_number is
    'Number of the load that wrote this row, as in articles; keeps deletes from scanning everything';

create table links (
    article_id VARCHAR not null,
    position SMALLINT not null,
    url VARCHAR not null,
    text VARCHAR not null,
    load_number INTEGER not null
);
comment on table links is
    'Links out of the body of the current version';
comment on column links.article_id is
    'Article the row belongs to; only its current version is described';
comment on column links.position is 'Place in the body, from 0';
comment on column links.url is 'Absolute address';
comment on column links.text is 'Text of the link as printed';
comment on column links.load_number is
    'Number of the load that wrote this row, as in articles; keeps deletes from scanning everything';

create table removed_lines (
    article_id VARCHAR not null,
    line_number INTEGER not null,
    text VARCHAR not null,
    label VARCHAR not null,
    rule VARCHAR not null,
    load_number INTEGER not null
);
comment on table removed_lines is
    'Lines of the page that are not in the body, and why; blank ones are left out';
comment on column removed_lines.article_id is
    'Article the row belongs to; only its current version is described';
comment on column removed_lines.line_number is 'Number of the line on the page, from 0';
comment on column removed_lines.text is 'Text of the line';
comment on column removed_lines.label is
    'What the line is: navigation, promo, caption, byline and so on';
comment on column removed_lines.rule is 'Rule that gave the label';
comment on column removed_lines.load_number is
    'Number of the load that wrote this row, as in articles; keeps deletes from scanning everything';

create table evidence (
    article_id VARCHAR not null,
    position SMALLINT not null,
    field VARCHAR not null,
    value VARCHAR not null,
    raw VARCHAR not null,
    rule VARCHAR not null,
    confidence REAL not null,
    chosen BOOLEAN not null,
    load_number INTEGER not null
);
comment on table evidence is
    'Every candidate for every field of the current version, chosen or not';
comment on column evidence.article_id is
    'Article the row belongs to; only its current version is described';
comment on column evidence.position is 'Order in which the candidates were found, from 0';
comment on column evidence.field is 'Field the candidate is for';
comment on column evidence.value is 'Value as it would be stored';
comment on column evidence.raw is 'Exactly what the page says';
comment on column evidence.rule is 'Rule that found it';
comment on column evidence.confidence is 'Confidence of the rule, 0 to 1';
comment on column evidence.chosen is 'Whether the field took this candidate';
comment on column evidence.load_number is
    'Number of the load that wrote this row, as in articles; keeps deletes from scanning everything';

create table problems (
    document_id VARCHAR not null,
    uri VARCHAR not null,
    stage VARCHAR not null,
    code VARCHAR not null,
    message VARCHAR not null,
    attempts INTEGER not null,
    first_seen_at TIMESTAMPTZ not null,
    last_seen_at TIMESTAMPTZ not null,
    resolved_at TIMESTAMPTZ
);
comment on table problems is
    'Documents that ended without an article, and why; their bytes are in the archive';
comment on column problems.document_id is 'Document that has the problem';
comment on column problems.uri is 'Where the document was read';
comment on column problems.stage is 'Stage in which the problem arose';
comment on column problems.code is 'Kebab-case code of the problem, stable';
comment on column problems.message is 'What is wrong and what to do';
comment on column problems.attempts is 'How often the document was edited';
comment on column problems.first_seen_at is 'When the problem was first loaded';
comment on column problems.last_seen_at is 'When the problem was last seen';
comment on column problems.resolved_at is
    'When the document became an article after all; null while it has not';

create table runs (
    run_id VARCHAR not null,
    flow VARCHAR not null,
    status VARCHAR not null,
    started_at TIMESTAMPTZ not null,
    finished_at TIMESTAMPTZ not null,
    parameters VARCHAR not null,
    documents_read BIGINT not null,
    new_articles BIGINT not null,
    updated_articles BIGINT not null,
    unchanged BIGINT not null,
    problems BIGINT not null,
    problem_codes VARCHAR not null,
    skipped VARCHAR not null
);
comment on table runs is
    'One row for each run that came to its end, however it ended';
comment on column runs.run_id is 'Id of the run';
comment on column runs.flow is 'Flow that ran: ingest, reprocess and so on';
comment on column runs.status is 'How it ended: completed, interrupted or failed';
comment on column runs.started_at is 'When it started';
comment on column runs.finished_at is 'When it ended';
comment on column runs.parameters is 'What it was asked to do, as a JSON object';
comment on column runs.documents_read is
    'Documents read: new, updated, unchanged and problems together';
comment on column runs.new_articles is 'Documents that brought a new article';
comment on column runs.updated_articles is 'Documents that brought a new version of an article';
comment on column runs.unchanged is 'Documents that changed nothing';
comment on column runs.problems is 'Documents that ended as problems';
comment on column runs.problem_codes is 'Problems by code, as a JSON object';
comment on column runs.skipped is
    'Inputs that are no documents by reason, as a JSON object; outside documents_read';

create table run_stages (
    run_id VARCHAR not null,
    position SMALLINT not null,
    stage VARCHAR not null,
    documents BIGINT not null,
    batches BIGINT not null,
    seconds DOUBLE not null
);
comment on table run_stages is
    'What each stage of a run did and how long it took';
comment on column run_stages.run_id is 'Run the stage belongs to';
comment on column run_stages.position is 'Order of the stage in the run, from 0';
comment on column run_stages.stage is 'Name of the stage';
comment on column run_stages.documents is 'Documents that went through it';
comment on column run_stages.batches is 'Batches that went through it';
comment on column run_stages.seconds is 'Seconds spent in it, all batches together';

create table batches (
    batch_id VARCHAR primary key,
    kind VARCHAR not null,
    load_number INTEGER not null,
    run_id VARCHAR not null,
    number INTEGER not null,
    loaded_at TIMESTAMPTZ not null,
    documents INTEGER not null,
    new_articles INTEGER not null,
    updated_articles INTEGER not null,
    unchanged INTEGER not null,
    problems INTEGER not null,
    problem_codes VARCHAR not null
);
comment on table batches is
    'The ledger: one row for each load, written in the same transaction as its rows, so that nothing is loaded twice';
comment on column batches.batch_id is 'Id of the batch or run';
comment on column batches.kind is 'What was loaded: batch, reprocess or run';
comment on column batches.load_number is 'Order of the load, from 1, without gaps';
comment on column batches.run_id is 'Run the load belongs to';
comment on column batches.number is 'Number of the batch in its run';
comment on column batches.loaded_at is 'When the batch was staged for loading';
comment on column batches.documents is 'Documents in it';
comment on column batches.new_articles is 'Documents that brought a new article';
comment on column batches.updated_articles is 'Documents that brought a new version of an article';
comment on column batches.unchanged is 'Documents that changed nothing';
comment on column batches.problems is 'Documents that ended as problems';
comment on column batches.problem_codes is 'Problems by code, as a JSON object';
