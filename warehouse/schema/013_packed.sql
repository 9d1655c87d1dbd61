-- Lines and candidates are many and alike: the rows of one article are packed into one, those of a
-- site side by side. The views removed_lines and evidence show them as rows. Rows that were written
-- before stay as they are, and the views show those, too.

alter table removed_lines rename to loose_removed_lines;
alter table evidence rename to loose_evidence;
comment on table loose_removed_lines is
    'Rows of removed_lines that earlier versions of Copydesk wrote; query removed_lines';
comment on table loose_evidence is
    'Rows of evidence that earlier versions of Copydesk wrote; query evidence';

create table packed_removed_lines (
    article_id VARCHAR not null,
    load_number INTEGER not null,
    items VARCHAR not null using compression zstd
);
comment on table packed_removed_lines is
    'How removed_lines is stored, one row an article; query removed_lines';
comment on column packed_removed_lines.article_id is
    'Article the lines belong to; only its current version is described';
comment on column packed_removed_lines.load_number is
    'Number of the load that wrote this row, as in articles';
comment on column packed_removed_lines.items is
    'The columns line_number, text, label and rule as a JSON object of lists';

create table packed_evidence (
    article_id VARCHAR not null,
    load_number INTEGER not null,
    items VARCHAR not null using compression zstd
);
comment on table packed_evidence is 'How evidence is stored, one row an article; query evidence';
comment on column packed_evidence.article_id is
    'Article the candidates belong to; only its current version is described';
comment on column packed_evidence.load_number is
    'Number of the load that wrote this row, as in articles';
comment on column packed_evidence.items is
    'The columns position, field, value, raw, rule, confidence and chosen as a JSON object of lists';

create view removed_lines as
select
    article_id,
    unnest(items.line_number) as line_number,
    unnest(items.text) as text,
    unnest(items.label) as label,
    unnest(items.rule) as rule,
    load_number
from (
    select
        article_id,
        load_number,
        from_json(
            items,
            '{"line_number": ["INTEGER"], "text": ["VARCHAR"], "label": ["VARCHAR"],
              "rule": ["VARCHAR"]}'
        ) as items
    from packed_removed_lines
)
union all by name
select * from loose_removed_lines;
comment on view removed_lines is
    'Lines of the page that are not in the body, and why; blank ones are left out';
comment on column removed_lines.article_id is
    'Article the row belongs to; only its current version is described';
comment on column removed_lines.line_number is 'Number of the line on the page, from 0';
comment on column removed_lines.text is 'Text of the line';
comment on column removed_lines.label is
    'What the line is: navigation, promo, caption, byline and so on';
comment on column removed_lines.rule is 'Rule that gave the label';
comment on column removed_lines.load_number is
    'Number of the load that wrote this row, as in articles';

create view evidence as
select
    article_id,
    unnest(items.position) as position,
    unnest(items.field) as field,
    unnest(items.value) as value,
    unnest(items.raw) as raw,
    unnest(items.rule) as rule,
    unnest(items.confidence) as confidence,
    unnest(items.chosen) as chosen,
    load_number
from (
    select
        article_id,
        load_number,
        from_json(
            items,
            '{"position": ["SMALLINT"], "field": ["VARCHAR"], "value": ["VARCHAR"],
              "raw": ["VARCHAR"], "rule": ["VARCHAR"], "confidence": ["FLOAT"],
              "chosen": ["BOOLEAN"]}'
        ) as items
    from packed_evidence
)
union all by name
select * from loose_evidence;
comment on view evidence is
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
    'Number of the load that wrote this row, as in articles';

-- Beginnings of articles and speech are prose, which is compressed best as bodies are.
create table lean_site_pages (
    site VARCHAR not null,
    article_id VARCHAR not null,
    seen_at TIMESTAMPTZ not null,
    topic VARCHAR not null using compression zstd,
    line_hashes UBIGINT[] not null,
    heading_hashes UBIGINT[] not null,
    load_number INTEGER not null,
    position INTEGER not null
);
insert into lean_site_pages select * from site_pages;
drop table site_pages;
alter table lean_site_pages rename to site_pages;
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

create table lean_quotes (
    article_id VARCHAR not null,
    position SMALLINT not null,
    text VARCHAR not null using compression zstd,
    speaker VARCHAR,
    speaker_raw VARCHAR,
    verb VARCHAR,
    body_start INTEGER not null,
    body_end INTEGER not null,
    goes_on BOOLEAN not null,
    rule VARCHAR not null,
    confidence REAL not null,
    load_number INTEGER not null
);
insert into lean_quotes select * from quotes;
drop table quotes;
alter table lean_quotes rename to quotes;
comment on table quotes is
    'Direct speech in the body of the current version, and who says it';
comment on column quotes.article_id is
    'Article the row belongs to; only its current version is described';
comment on column quotes.position is 'Place among the quotes of the body, from 0';
comment on column quotes.text is 'What is said, as printed between the marks';
comment on column quotes.speaker is
    'Who says it: the fullest form of the name that the text gives';
comment on column quotes.speaker_raw is
    'Who says it as the attribution prints it, a pronoun perhaps';
comment on column quotes.verb is 'Verb of saying as printed';
comment on column quotes.body_start is 'Characters of the body before the quote';
comment on column quotes.body_end is
    'Characters of the body up to the end of the quote: substring(body, body_start + 1, body_end - body_start) is text';
comment on column quotes.goes_on is
    'Whether it continues the quote before, broken by its attribution';
comment on column quotes.rule is
    'Rule that found the speaker, or the quote where there is no speaker';
comment on column quotes.confidence is 'How sure it is that this is speech, and that of the speaker where one is named; 0 to 1, not calibrated';
comment on column quotes.load_number is
    'Number of the load that wrote this row, as in articles; keeps deletes from scanning everything';
