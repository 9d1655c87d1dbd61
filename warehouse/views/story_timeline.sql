-- How stories grew: one row for each story and day with new articles, and how many it had by then.
-- @column day: Day (UTC) the articles were published; fetched, where that is not known
-- @column articles: Articles of that day
-- @column outlets: Different outlets among them
-- @column articles_so_far: Articles up to and with that day
-- @like story_articles
create view story_timeline as
select
    story_id,
    (dated_at at time zone 'UTC')::date as day,
    count(*) as articles,
    count(distinct outlet) as outlets,
    sum(count(*)) over (partition by story_id order by day)::bigint as articles_so_far
from story_articles
group by story_id, day
order by story_id, day
