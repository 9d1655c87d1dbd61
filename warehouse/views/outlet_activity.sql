-- What each outlet published a day, and how much of it was changed later.
-- @column outlet: Outlet, else site
-- @column day: Day of publication as printed, else the day first seen, in UTC
-- @column articles: Articles
-- @column updated: Articles of which more than one version was seen
-- @column mean_words: Mean words in the body
-- @column languages: Languages of the bodies, in alphabetical order
-- @column authors: Different people who sign
create view outlet_activity as
with dated as (
    select
        article_id,
        coalesce(outlet, site, '') as outlet,
        coalesce(published_on, (first_seen_at at time zone 'UTC')::date) as day,
        word_count,
        version,
        language
    from articles
),

signers as (
    select dated.outlet, dated.day, count(distinct article_authors.author_id) as authors
    from dated
    join article_authors using (article_id)
    where article_authors.kind = 'person'
    group by all
),

days as (
    select
        outlet,
        day,
        count(*) as articles,
        count(*) filter (version > 1) as updated,
        avg(word_count) as mean_words,
        list_sort(list(distinct language) filter (language is not null)) as languages
    from dated
    group by all
)

select
    nullif(days.outlet, '') as outlet,
    days.day,
    days.articles,
    days.updated,
    days.mean_words,
    days.languages,
    coalesce(signers.authors, 0) as authors
from days
left join signers using (outlet, day)
order by days.day desc, days.articles desc, days.outlet;
