-- Headlines that were changed after publication, the newest change first.
-- @column before: Headline before
-- @column after: Headline after
-- @column seen_at: When the page was first fetched with the new headline
-- @column hours_after_first_seen: Hours from the first fetch of the article to that
-- @column is_silent: Whether the page told no new time of modification with it
-- @column url: Address of the article; the canonical one where it came from a file
-- @like version_changes
-- @like articles
create view headline_changes as
select
    version_fields.article_id,
    articles.outlet,
    version_fields.before,
    version_fields.after,
    version_changes.seen_at,
    round(date_diff('second', articles.first_seen_at, version_changes.seen_at) / 3600, 2)
        as hours_after_first_seen,
    not version_changes.modified_told as is_silent,
    version_fields.version,
    coalesce(articles.url, articles.canonical_url) as url
from version_fields
join version_changes using (article_id, version)
join articles using (article_id)
where version_fields.field = 'title'
order by version_changes.seen_at desc, version_fields.article_id;
