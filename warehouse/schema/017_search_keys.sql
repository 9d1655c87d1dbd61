-- Half the bits of a word's hash find it as well, where the word is compared then.
alter table search_words alter column key type UINTEGER using (key >> 32)::uinteger;
comment on column search_words.key is
    'search_key(form): what look-ups scan first, before they compare the text';
comment on table search_postings is
    'Which version has which term, in blocks of many articles, each in order of term, frequency and place';
