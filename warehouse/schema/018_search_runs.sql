-- Words in runs in order of form: a word, and what begins with some letters, is read from few places
-- however many there are, and needs no key. What is newest waits for its run.
create table ordered_words (form VARCHAR not null, term INTEGER not null, stem BOOLEAN not null);
insert into ordered_words
select form, term, stem from search_words order by rowid // 500000, form, term;
drop table search_words;
alter table ordered_words rename to search_words;
comment on table search_words is
    'Words that articles are found by, and what stands for them: one row for each stem, and for each form and stem that languages give it; in runs, each in order of form. The newest are in search_fresh_words';
comment on column search_words.form is
    'The word, folded: lower case, without accents; two characters where a script has no spaces';
comment on column search_words.term is 'Number of its stem, as in search_postings';
comment on column search_words.stem is 'Whether it is the stem itself';

create table search_fresh_words (
    form VARCHAR not null, term INTEGER not null, stem BOOLEAN not null
);
comment on table search_fresh_words is 'The newest rows of search_words, until they make a run';
comment on column search_fresh_words.form is 'As in search_words';
comment on column search_fresh_words.term is 'As in search_words';
comment on column search_fresh_words.stem is 'As in search_words';

drop macro if exists search_key;
