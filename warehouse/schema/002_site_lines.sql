-- The template of each site, learned from the lines that its articles share.

create table site_pages (
    site VARCHAR not null,
    article_id VARCHAR not null,
    seen_at TIMESTAMPTZ not null,
    topic VARCHAR not null,
    line_hashes UBIGINT[] not null,
    heading_hashes UBIGINT[] not null,
    load_number INTEGER not null,
    position INTEGER not null
);
comment on table site_pages is
    'The newest articles of each site as site_lines is learned from them: each in its first version, at most 200 a site after a run';
comment on column site_pages.site is 'Host of the article without www';
comment on column site_pages.article_id is 'Article that was new';
comment on column site_pages.seen_at is 'When its document was fetched';
comment on column site_pages.topic is
    'Title and first paragraphs, a line each: by them related articles are told from others';
comment on column site_pages.line_hashes is
    'For each kept line in order the hash as in site_lines; 0 for one that can never be template';
comment on column site_pages.heading_hashes is 'Those of them that are sub-headings';
comment on column site_pages.load_number is 'Number of the load that brought it, as in batches';
comment on column site_pages.position is 'Place of its document in that load, from 0';

create table site_lines (
    site VARCHAR not null,
    line_hash UBIGINT not null,
    text VARCHAR not null,
    label VARCHAR,
    verdict VARCHAR not null,
    pages_seen INTEGER not null,
    stories INTEGER not null,
    first_article_id VARCHAR not null,
    first_seen_at TIMESTAMPTZ not null,
    last_seen_at TIMESTAMPTZ not null
);
comment on table site_lines is
    'Lines that repeat across the articles of a site, as known when the last run was completed; those with a label are template and leave the bodies of later articles';
comment on column site_lines.site is 'Host of the articles without www';
comment on column site_lines.line_hash is
    'First 64 bits of the BLAKE2b of the letters and digits of the line, lower case';
comment on column site_lines.text is 'Text of the line';
comment on column site_lines.label is
    'What later lines with this text are labelled, by the rule site.template; null while they stay';
comment on column site_lines.verdict is
    'Why: template; or few, own-words, related, seldom, amidst, short, the test it did not pass';
comment on column site_lines.pages_seen is
    'Articles that carried it when they were new; versions and copies count no more';
comment on column site_lines.stories is
    'Most articles without relation to each other that it was seen on together';
comment on column site_lines.first_article_id is
    'Article that carried it first, as far as remembered; it keeps the line';
comment on column site_lines.first_seen_at is
    'When the earliest document with it was fetched, as far as remembered';
comment on column site_lines.last_seen_at is 'When the latest document with it was fetched';
