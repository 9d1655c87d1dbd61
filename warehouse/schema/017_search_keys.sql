-- Half the bits of a word's hash find it as well, where the word is compared then.
-- (Made anew: DuckDB 1.5 cannot read a change of type by an expression from its write-ahead log.)
create table short_words (
    key UINTEGER not null, form VARCHAR not null, term INTEGER not null, stem BOOLEAN not null
);
insert into short_words select (key >> 32)::uinteger, form, term, stem from search_words;
drop table search_words;
alter table short_words rename to search_words;
comment on table search_words is
    'Words that articles are found by, and what stands for them: one row for each stem, and for each form and stem that languages give it';
comment on column search_words.form is
    'The word, folded: lower case, without accents; two characters where a script has no spaces';
comment on column search_words.term is 'Number of its stem, as in search_postings';
comment on column search_words.stem is 'Whether it is the stem itself';
comment on column search_words.key is
    'search_key(form): what look-ups scan first, before they compare the text';
comment on table search_postings is
    'Which version has which term, in blocks of many articles, each in order of term, frequency and place';
