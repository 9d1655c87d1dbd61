-- Words in order of form as a whole, not in runs: what a question looks up is read from as few places
-- of a large warehouse as of a small one. The first time they are merged, runs are put in order.
create table search_recent_words (
    form VARCHAR not null, term INTEGER not null, stem BOOLEAN not null
);
comment on table search_recent_words is
    'Rows of search_words in order of form, too, until they are merged into them';
comment on column search_recent_words.form is 'As in search_words';
comment on column search_recent_words.term is 'As in search_words';
comment on column search_recent_words.stem is 'As in search_words';
comment on table search_words is
    'Words that articles are found by, and what stands for them, in order of form: one row for each stem, and for each form and stem that languages give it. Newer ones are in search_recent_words, the newest in search_fresh_words';
comment on table search_fresh_words is 'The newest rows of search_words, until they are merged into search_recent_words';
