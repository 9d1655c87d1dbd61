-- Facts for analysis: the sort of article, its dateline and source, speech, and names.
alter table articles add column kind VARCHAR;
alter table articles add column language_confidence REAL;
alter table articles add column other_language VARCHAR;
alter table articles add column dateline VARCHAR;
alter table articles add column dateline_place VARCHAR;
alter table articles add column dateline_country VARCHAR;
alter table articles add column dateline_agency VARCHAR;
alter table articles add column agency VARCHAR;
alter table articles add column credit_line VARCHAR;
alter table articles add column paywalled BOOLEAN;
alter table articles add column truncated BOOLEAN;
alter table articles add column reading_seconds INTEGER;
comment on column articles.kind is
    'What sort of article: news, live_blog, opinion, review, interview, gallery, video, audio, press_release or sponsored';
comment on column articles.language_confidence is 'How sure language is, 0 to 1';
comment on column articles.other_language is
    'Second language of a mixed body, ISO 639-1; null where there is one only';
comment on column articles.dateline is 'Dateline as printed at the start of the body';
comment on column articles.dateline_place is 'Town the story was filed from';
comment on column articles.dateline_country is
    'Country of dateline_place, ISO 3166-1 alpha-2; null where it is not certain';
comment on column articles.dateline_agency is 'Agency named in the dateline';
comment on column articles.agency is
    'Wire agency that the story comes from, by dateline, byline, credit line or metadata';
comment on column articles.credit_line is 'Line that credits the source of the text, as printed';
comment on column articles.paywalled is
    'Whether readers must pay for the article, where the page tells';
comment on column articles.truncated is
    'Whether the body is a teaser: the page holds only a part of the article';
comment on column articles.reading_seconds is 'Seconds an adult needs to read the body silently';

alter table superseded_versions add column kind VARCHAR;
alter table superseded_versions add column language_confidence REAL;
alter table superseded_versions add column other_language VARCHAR;
alter table superseded_versions add column dateline VARCHAR;
alter table superseded_versions add column dateline_place VARCHAR;
alter table superseded_versions add column dateline_country VARCHAR;
alter table superseded_versions add column dateline_agency VARCHAR;
alter table superseded_versions add column agency VARCHAR;
alter table superseded_versions add column credit_line VARCHAR;
alter table superseded_versions add column paywalled BOOLEAN;
alter table superseded_versions add column truncated BOOLEAN;
alter table superseded_versions add column reading_seconds INTEGER;
comment on column superseded_versions.kind is
    'What sort of article: news, live_blog, opinion, review, interview, gallery, video, audio, press_release or sponsored';
comment on column superseded_versions.language_confidence is 'How sure language is, 0 to 1';
comment on column superseded_versions.other_language is
    'Second language of a mixed body, ISO 639-1; null where there is one only';
comment on column superseded_versions.dateline is 'Dateline as printed at the start of the body';
comment on column superseded_versions.dateline_place is 'Town the story was filed from';
comment on column superseded_versions.dateline_country is
    'Country of dateline_place, ISO 3166-1 alpha-2; null where it is not certain';
comment on column superseded_versions.dateline_agency is 'Agency named in the dateline';
comment on column superseded_versions.agency is
    'Wire agency that the story comes from, by dateline, byline, credit line or metadata';
comment on column superseded_versions.credit_line is
    'Line that credits the source of the text, as printed';
comment on column superseded_versions.paywalled is
    'Whether readers must pay for the article, where the page tells';
comment on column superseded_versions.truncated is
    'Whether the body is a teaser: the page holds only a part of the article';
comment on column superseded_versions.reading_seconds is
    'Seconds an adult needs to read the body silently';

comment on column articles.published_on is
    'Day the article was published, as printed, in the zone of the page; where the page tells only a change, the day of that, and the rule in evidence ends in only-modified';
comment on column superseded_versions.published_on is
    'Day the article was published, as printed, in the zone of the page; where the page tells only a change, the day of that, and the rule in evidence ends in only-modified';

alter table links add column site VARCHAR;
comment on column links.site is 'Host of url without www';

create table quotes (
    article_id VARCHAR not null,
    position SMALLINT not null,
    text VARCHAR not null,
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

create table mentions (
    article_id VARCHAR not null,
    position SMALLINT not null,
    name VARCHAR not null,
    kind VARCHAR not null,
    times INTEGER not null,
    offsets INTEGER[] not null,
    forms VARCHAR[] not null,
    country VARCHAR,
    rule VARCHAR not null,
    confidence REAL not null,
    load_number INTEGER not null
);
comment on table mentions is
    'People, organisations and places named in the body of the current version';
comment on column mentions.article_id is
    'Article the row belongs to; only its current version is described';
comment on column mentions.position is
    'Place among the names of the body, by first appearance, from 0';
comment on column mentions.name is 'Fullest form of the name in the body';
comment on column mentions.kind is 'What it names: person, organisation or place';
comment on column mentions.times is 'How often it is named, in any form';
comment on column mentions.offsets is 'Characters of the body before each of these, in order';
comment on column mentions.forms is 'Every form of the name in the body';
comment on column mentions.country is 'Country of a place, ISO 3166-1 alpha-2';
comment on column mentions.rule is 'Rule or model that found it';
comment on column mentions.confidence is 'How sure name and kind are, 0 to 1';
comment on column mentions.load_number is
    'Number of the load that wrote this row, as in articles; keeps deletes from scanning everything';
