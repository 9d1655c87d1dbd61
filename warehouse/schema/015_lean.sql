-- What the warehouse has elsewhere is not stored again. Rows that were written before stay as they
-- are, and the views show both alike.

-- Most names have one form in a body.
alter table mentions rename to lean_mentions;
alter table lean_mentions alter column forms drop not null;
comment on table lean_mentions is 'How mentions is stored; query mentions';
comment on column lean_mentions.forms is
    'Every form of the name in the body, where it is not name alone';

create view mentions as
select
    article_id,
    position,
    name,
    kind,
    times,
    offsets,
    coalesce(forms, [name]) as forms,
    country,
    rule,
    confidence,
    load_number
from lean_mentions;
comment on view mentions is
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
    'Number of the load that wrote this row, as in articles';

-- Most candidates would be stored as the page says them.
comment on column packed_evidence.items is
    'The columns position, field, value, raw, rule, confidence and chosen as a JSON object of lists; raw is null where it is value';
create or replace view evidence as
select * replace (coalesce(raw, value) as raw)
from (
    select
        article_id,
        unnest(items.position) as position,
        unnest(items.field) as field,
        unnest(items.value) as value,
        unnest(items.raw) as raw,
        unnest(items.rule) as rule,
        unnest(items.confidence) as confidence,
        unnest(items.chosen) as chosen,
        load_number
    from (
        select
            article_id,
            load_number,
            from_json(
                items,
                '{"position": ["SMALLINT"], "field": ["VARCHAR"], "value": ["VARCHAR"],
                  "raw": ["VARCHAR"], "rule": ["VARCHAR"], "confidence": ["FLOAT"],
                  "chosen": ["BOOLEAN"]}'
            ) as items
        from packed_evidence
    )
)
union all by name
select * from loose_evidence;
comment on view evidence is
    'Every candidate for every field of the current version, chosen or not';
comment on column evidence.article_id is
    'Article the row belongs to; only its current version is described';
comment on column evidence.position is 'Order in which the candidates were found, from 0';
comment on column evidence.field is 'Field the candidate is for';
comment on column evidence.value is 'Value as it would be stored';
comment on column evidence.raw is 'Exactly what the page says';
comment on column evidence.rule is 'Rule that found it';
comment on column evidence.confidence is 'Confidence of the rule, 0 to 1';
comment on column evidence.chosen is 'Whether the field took this candidate';
comment on column evidence.load_number is
    'Number of the load that wrote this row, as in articles';

-- Sketches: keys of 16 bits, not 20, and apart from what they weigh, which is in falling order.
create table lean_sketches (
    number INTEGER not null,
    keys USMALLINT[] not null,
    parts UTINYINT[] not null
);
insert into lean_sketches
select
    number,
    list_transform(kept, lambda term: (term >> 8 & 65535)::usmallint),
    list_transform(kept, lambda term: (term & 255)::utinyint)
from (
    select
        number,
        list_transform(terms, lambda term: (term >> 8 & 65535)) as keys,
        case when len(list_distinct(keys)) = len(keys) then terms
             else list_filter(terms, lambda term, i: list_position(keys, term >> 8 & 65535) = i)
        end as kept
    from story_sketches
);
drop table story_sketches;
alter table lean_sketches rename to story_sketches;
comment on table story_sketches is
    'What stories keep of the text of an article, by which likeness is measured';
comment on column story_sketches.number is 'The article, as in linked_articles';
comment on column story_sketches.keys is 'Hashes of its heaviest words, the heaviest first';
comment on column story_sketches.parts is
    'What each of them weighs: 255 times its part of a vector of length 1';
