-- Articles whose page is gone: the last fetch of it answered 404 or 410. Their text is kept.
-- @column hours_seen: Hours from the first fetch of the article to the first that found it gone
-- @column url: Address that answered so
-- @like absences
-- @like articles
create view deleted_articles as
select
    absences.article_id,
    articles.outlet,
    articles.title,
    absences.gone_at,
    absences.status,
    absences.checked_at,
    absences.checks,
    round(date_diff('second', articles.first_seen_at, absences.gone_at) / 3600, 2) as hours_seen,
    articles.published_at,
    articles.published_on,
    articles.first_seen_at,
    articles.last_seen_at,
    articles.version,
    articles.word_count,
    absences.url
from absences
join articles using (article_id)
where absences.back_at is null
order by absences.gone_at desc, absences.article_id;
