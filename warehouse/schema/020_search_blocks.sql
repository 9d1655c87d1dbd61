-- Blocks of postings are merged into long runs: a term is read from few places of a large warehouse.
-- What there is counts as recent, and becomes the first run with the next merge.
alter table search_postings rename to search_recent;
comment on table search_recent is
    'Newer rows of search_postings, in blocks of some thousand articles, until they are merged';
comment on column search_recent.term is 'As in search_postings';
comment on column search_recent.place is 'As in search_postings';
comment on column search_recent.frequency is 'As in search_postings';

create table search_postings (
    term INTEGER not null, place INTEGER not null, frequency UTINYINT not null
);
comment on table search_postings is
    'Which version has which term, in long runs, each in order of term, frequency and place. Newer rows are in search_recent, the newest in search_fresh';
comment on column search_postings.term is 'The term, as in search_words';
comment on column search_postings.place is
    'The version, as in search_articles; one that is missing there is gone';
comment on column search_postings.frequency is
    'How often: in the body once each, in standfirst and authors twice, in the headline three times; 255 at most';
comment on table search_fresh is 'The newest rows of search_postings, until they fill a block';
comment on table search_removed is
    'Versions that are gone, with rows in search_postings, search_recent or search_fresh still';
