-- Who said what, where and when: one row for each piece of direct speech in the current versions, the
-- newest articles first, in the order of the text.
-- @column quote: What is said, as printed between the marks
-- @column said_on: Day the article was published, else first seen
-- @like quotes
-- @like articles
create view quote_index as
select
    quotes.speaker,
    quotes.text as quote,
    quotes.verb,
    coalesce(articles.published_on, (articles.first_seen_at at time zone 'UTC')::date) as said_on,
    articles.outlet,
    articles.title,
    articles.published_at,
    articles.language,
    articles.url,
    quotes.speaker_raw,
    quotes.goes_on,
    quotes.confidence,
    quotes.article_id,
    quotes.position,
    quotes.body_start,
    quotes.body_end
from quotes
join articles using (article_id)
order by said_on desc, quotes.article_id, quotes.position;
