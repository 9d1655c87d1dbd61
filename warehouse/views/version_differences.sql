-- Every difference between two versions of an article: fields, then paragraphs in the order of the
-- text, one row each.
-- @column seen_at: When the version with the change was fetched
-- @column field: Column of articles that differs, or authors, captions; body for a paragraph
-- @column kind: added, removed, changed or moved
-- @column position: Place of the paragraph in the body after, else before, from 0; null for a field
-- @column place: Number of the paragraph's difference in the order of the text, from 0; null for a field
-- @like version_fields
-- @like articles
create view version_differences as
select
    differences.article_id,
    articles.outlet,
    articles.title,
    differences.version,
    version_changes.seen_at,
    differences.field,
    differences.kind,
    differences.place,
    differences.position,
    differences.before,
    differences.after,
    articles.url
from (
    select
        article_id,
        version,
        field,
        case
            when before is null then 'added'
            when after is null then 'removed'
            else 'changed'
        end as kind,
        null::integer as place,
        null::integer as position,
        before,
        after
    from version_fields
    union all
    select
        article_id,
        version,
        'body',
        kind,
        place,
        coalesce(position_after, position_before),
        before,
        after
    from version_paragraphs
) as differences
join version_changes using (article_id, version)
join articles using (article_id)
order by
    version_changes.seen_at desc,
    differences.article_id,
    differences.version desc,
    differences.place nulls first,
    differences.field;
