-- By which ways of hashing, sketching and splitting articles are linked; which are to be linked
-- again; and what a model of the user's says of them.

create table link_versions (engine VARCHAR not null, version INTEGER not null);
comment on table link_versions is
    'How articles are made comparable, one row an engine of linking: where Copydesk does it another way, it links everything again';
comment on column link_versions.engine is 'reprints, stories or search';
comment on column link_versions.version is
    'Number of the way in which hashes, sketches or words were made';
insert into link_versions values ('reprints', 1), ('stories', 1), ('search', 1);

create table unlinked_articles (article_id VARCHAR not null);
comment on table unlinked_articles is
    'Articles that a repair found badly linked, until the same run links them again; empty from then on';
comment on column unlinked_articles.article_id is 'The article';

create table story_vectors (
    number INTEGER not null,
    model VARCHAR not null,
    vector TINYINT[] not null
);
comment on table story_vectors is
    'What a sentence-embedding model says of articles, where the user installed one: likeness across languages';
comment on column story_vectors.number is 'The article, as in linked_articles';
comment on column story_vectors.model is
    'Which model: the beginning of a hash of its files; only vectors of one model are compared';
comment on column story_vectors.vector is 'The vector, in whole numbers from -127 to 127';
