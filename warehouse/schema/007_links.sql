-- What links articles to each other: which are linked, and by which number the indexes know them.
-- The tables of reprints, stories and search follow in scripts of their own.

create table linked_articles (
    number INTEGER not null,
    article_id VARCHAR not null,
    load_number INTEGER not null
);
comment on table linked_articles is
    'Articles that reprints, stories and the search index know, one row each';
comment on column linked_articles.number is
    'Number by which the index tables know the article: small, never given twice, the same in every version';
comment on column linked_articles.article_id is 'The article';
comment on column linked_articles.load_number is
    'Load that wrote the version that was linked, as in articles';

create table linking (through INTEGER not null, last_number INTEGER not null);
comment on table linking is 'How far linking has come, one row';
comment on column linking.through is 'Articles of loads up to this number are linked';
comment on column linking.last_number is 'The highest number that was given to an article';
insert into linking values (0, 0);

alter table articles add column story_id VARCHAR;
alter table articles add column reprint_of VARCHAR;
comment on column articles.story_id is 'Story the article belongs to, as in stories';
comment on column articles.reprint_of is
    'The first article with this text, as in reprints; null for that one, and for what is no reprint';
