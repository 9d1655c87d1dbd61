-- The newest articles first: by the time they were published, else by the day, else by when they
-- were first seen.
-- @column sorted_at: Instant the row is sorted by
-- @column authors: Names that sign, in the order printed
-- @column opening: First 200 characters of the body
-- @like articles
create view latest_articles as
select
    coalesce(articles.published_at, articles.published_on::timestamp at time zone 'UTC',
             articles.first_seen_at) as sorted_at,
    articles.article_id,
    articles.outlet,
    articles.site,
    articles.title,
    signers.authors,
    articles.published_at,
    articles.published_on,
    articles.language,
    articles.word_count,
    articles.version,
    articles.url,
    left(articles.body, 200) as opening
from articles
left join (
    select article_id, list(name order by position) as authors
    from article_authors
    group by article_id
) as signers using (article_id)
order by sorted_at desc, articles.article_id;
