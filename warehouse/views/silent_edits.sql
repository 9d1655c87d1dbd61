-- Changes of a text or headline of which the page said nothing: it told no time of modification, or
-- the same as before. The newest first.
-- @column seen_at: When the changed page was fetched
-- @column last_seen_before_at: When the page was last fetched as it was before
-- @column hours_after_first_seen: Hours from the first fetch of the article to that of the change
-- @column title_before: Headline before
-- @column title_after: Headline after; the same where only the text changed
-- @column modified_local: Time of modification that the page gave, before and after, if it gave one
-- @column url: Address of the article; the canonical one where it came from a file
-- @like version_changes
-- @like articles
create view silent_edits as
select
    changes.article_id,
    articles.outlet,
    changes.version,
    changes.seen_at,
    before.last_seen_at as last_seen_before_at,
    round(date_diff('second', articles.first_seen_at, changes.seen_at) / 3600, 2)
        as hours_after_first_seen,
    before.title as title_before,
    coalesce(headlines.after, before.title) as title_after,
    changes.fields,
    changes.paragraphs_added,
    changes.paragraphs_removed,
    changes.paragraphs_changed,
    changes.paragraphs_moved,
    changes.words_added,
    changes.words_removed,
    before.modified_local,
    articles.kind,
    coalesce(articles.url, articles.canonical_url) as url
from (
    select * from version_changes
    where not modified_told and list_has_any(fields, ['body', 'title'])
) as changes
join articles using (article_id)
left join superseded_versions as before
    on before.article_id = changes.article_id and before.version = changes.version - 1
left join version_fields as headlines
    on headlines.article_id = changes.article_id
    and headlines.version = changes.version
    and headlines.field = 'title'
order by changes.seen_at desc, changes.article_id;
