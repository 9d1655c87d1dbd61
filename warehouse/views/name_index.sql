-- Which names occur in the texts: one row for each name and kind, with how often, in how many
-- articles and outlets, and from when to when. Writings that differ in case alone are one name.
-- @column name: Commonest writing of the name
-- @column kind: What it names: person, organisation or place
-- @column country: Country of a place, ISO 3166-1 alpha-2
-- @column times: How often it is named in all articles, in their current version
-- @column articles: Articles that name it
-- @column outlets: Outlets, else sites, that name it
-- @column first_on: First day an article with this name was published, or first seen
-- @column last_on: Last day an article with this name was published, or first seen
create view name_index as
select
    mode(mentions.name) as name,
    mentions.kind,
    mentions.country,
    sum(mentions.times)::bigint as times,
    count(distinct mentions.article_id) as articles,
    count(distinct coalesce(articles.outlet, articles.site)) as outlets,
    min(coalesce(articles.published_on, (articles.first_seen_at at time zone 'UTC')::date))
        as first_on,
    max(coalesce(articles.published_on, (articles.first_seen_at at time zone 'UTC')::date))
        as last_on
from mentions
join articles using (article_id)
group by lower(mentions.name), mentions.kind, mentions.country
order by articles desc, times desc, name, mentions.kind, mentions.country;
