-- Articles that share a text: what finds them, the pairs, and the groups they make.

create table reprint_keys (key UINTEGER not null, number INTEGER not null);
comment on table reprint_keys is
    'Which article holds which of the least hashes of its body, by which later articles find it; of a key with many holders only some are kept';
comment on column reprint_keys.key is 'Upper 32 bits of the hash of seven words, or eleven characters';
comment on column reprint_keys.number is 'Article, as in linked_articles';

create table reprint_signatures (
    number INTEGER not null,
    size INTEGER not null,
    ceiling UINTEGER not null
);
comment on table reprint_signatures is
    'Of how many hashes the keys of an article are the least: one row for each article that is linked';
comment on column reprint_signatures.number is 'Article, as in linked_articles';
comment on column reprint_signatures.size is 'Different hashes of the body';
comment on column reprint_signatures.ceiling is
    'Upper 32 bits of the greatest key; all ones where every hash is a key';

create table reprints (
    article_id VARCHAR not null,
    other_id VARCHAR not null,
    kinship VARCHAR not null,
    share REAL not null,
    other_share REAL not null,
    words INTEGER not null,
    first_by VARCHAR not null,
    same_outlet BOOLEAN not null,
    agency VARCHAR,
    number INTEGER not null,
    other_number INTEGER not null
);
comment on table reprints is
    'Pairs of articles that share their text, the one that was first first; each article is paired with the twelve earliest before it at most';
comment on column reprints.article_id is 'The article that was first';
comment on column reprints.other_id is 'The one that came later';
comment on column reprints.kinship is
    'reprint: one text, cut, extended or revised; alias: one article of an outlet at two addresses';
comment on column reprints.share is
    'Share of the words of the first that stand in the other, too, 0 to 1';
comment on column reprints.other_share is
    'Share of the words of the other that stand in the first, too, 0 to 1';
comment on column reprints.words is
    'Words they share; characters where a script is written without spaces';
comment on column reprints.first_by is
    'What tells who was first: published_at, published_on (days), first_seen_at, or article_id where nothing does';
comment on column reprints.same_outlet is 'Whether both are of one outlet';
comment on column reprints.agency is
    'Wire agency that either of them names, or that one of them is of; the first''s where they differ';
comment on column reprints.number is 'The first, as in linked_articles';
comment on column reprints.other_number is 'The other, as in linked_articles';

create table reprint_groups (
    article_id VARCHAR not null,
    first_id VARCHAR not null,
    alias_of VARCHAR,
    placed_at TIMESTAMPTZ not null,
    seen_at TIMESTAMPTZ not null,
    number INTEGER not null,
    first_number INTEGER not null
);
comment on table reprint_groups is
    'Every article that has a reprint or is one, with the first of all that are joined by reprints';
comment on column reprint_groups.article_id is 'The article';
comment on column reprint_groups.first_id is
    'The first article of the group: itself, or what articles.reprint_of says';
comment on column reprint_groups.alias_of is
    'The same article at the address it had first, where this is another address of one outlet';
comment on column reprint_groups.placed_at is
    'When it counts as published: published_at, else first_seen_at moved into the day printed';
comment on column reprint_groups.seen_at is 'When it was first fetched, as known when it was linked';
comment on column reprint_groups.number is 'The article, as in linked_articles';
comment on column reprint_groups.first_number is 'The first of the group, as in linked_articles';
