-- The search index: which article has which term, how often. Rows are found by ranges: a block of
-- some ten million rows is in order of term, so that a term is read from a few row groups of it.

create table search_words (
    key UBIGINT not null, form VARCHAR not null, term INTEGER not null, stem BOOLEAN not null
);
comment on table search_words is
    'Words that articles are found by, and what stands for them: one row for each stem, and for each form and stem that languages give it';
comment on column search_words.key is 'search_key(form): what look-ups scan instead of the text';
comment on column search_words.form is
    'The word, folded: lower case, without accents; two characters where a script has no spaces';
comment on column search_words.term is 'Number of its stem, as in search_postings';
comment on column search_words.stem is 'Whether it is the stem itself';

create table search_articles (
    place INTEGER not null,
    article_id VARCHAR not null,
    load_number INTEGER not null,
    site VARCHAR,
    outlet VARCHAR,
    language VARCHAR,
    published_on DATE not null,
    length USMALLINT not null
);
comment on table search_articles is 'Articles that search knows, and what it filters them by';
comment on column search_articles.place is
    'Number of this version of the article in the index, as in search_postings; never given twice';
comment on column search_articles.article_id is 'The article';
comment on column search_articles.load_number is 'Load that wrote the version, as in articles';
comment on column search_articles.site is 'Host of the article without www';
comment on column search_articles.outlet is 'Name of the outlet';
comment on column search_articles.language is 'Language of the body, ISO 639-1';
comment on column search_articles.published_on is 'Day it was published, else first seen (UTC)';
comment on column search_articles.length is 'Terms in headline, standfirst and body, 65,535 at most';

create table search_postings (
    term INTEGER not null, place INTEGER not null, frequency UTINYINT not null
);
comment on table search_postings is
    'Which version has which term, in blocks of many articles, each in order of term and place';
comment on column search_postings.term is 'The term, as in search_words';
comment on column search_postings.place is 'The version, as in search_articles; one that is missing there is gone';
comment on column search_postings.frequency is
    'How often: in the body once each, in standfirst and authors twice, in the headline three times; 255 at most';

create table search_fresh (
    term INTEGER not null, place INTEGER not null, frequency UTINYINT not null
);
comment on table search_fresh is 'The newest rows of search_postings, until they fill a block';
comment on column search_fresh.term is 'As in search_postings';
comment on column search_fresh.place is 'As in search_postings';
comment on column search_fresh.frequency is 'As in search_postings';

create table search_removed (place INTEGER not null);
comment on table search_removed is 'Versions that are gone, with rows in search_postings or search_fresh still';
comment on column search_removed.place is 'The version, as in search_postings';
