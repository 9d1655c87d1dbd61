-- Who signs what: one row for each author and outlet, with how much and how long.
-- @column articles: Articles this name signs, in their current version
-- @column first_published_on: First day an article with this name was published, or first seen
-- @column last_published_on: Last day an article with this name was published, or first seen
-- @column roles: Roles printed with the name, in alphabetical order
-- @like authors
create view byline_index as
select
    authors.author_id,
    authors.name,
    authors.kind,
    authors.outlet,
    count(distinct signed.article_id) as articles,
    min(coalesce(articles.published_on, (articles.first_seen_at at time zone 'UTC')::date))
        as first_published_on,
    max(coalesce(articles.published_on, (articles.first_seen_at at time zone 'UTC')::date))
        as last_published_on,
    list_sort(list(distinct signed.role) filter (signed.role is not null)) as roles,
    authors.forms
from authors
join article_authors as signed using (author_id)
join articles using (article_id)
group by all
order by articles desc, authors.name, authors.outlet, authors.author_id;
