-- Which fields go missing: for each outlet, day and field the share without a value and the mean
-- length, against the 28 days before. A share that jumps is a page layout that changed. For what an
-- article has several of (authors, captions, tags, quotes, mentions) the length is their number.
-- @column outlet: Outlet, else site
-- @column day: Day the articles were first seen, in UTC
-- @column field: Column of articles, or a table that describes them
-- @column articles: Articles first seen that day
-- @column null_rate: Share of them without a value, 0 to 1
-- @column mean_length: Mean characters of the values there are
-- @column null_rate_28: Share without a value in the 28 days before
-- @column mean_length_28: Mean characters in the 28 days before
-- @column null_rate_change: null_rate less null_rate_28
create view field_health as
with counted as (
    select article_id, 'authors' as field, count(*) as number from article_authors group by all
    union all
    select article_id, 'captions', count(*) from captions group by all
    union all
    select article_id, 'tags', count(*) from tags group by all
    union all
    select article_id, 'quotes', count(*) from quotes group by all
    union all
    select article_id, 'mentions', count(*) from mentions group by all
),

numbers as (
    select article_id, map_from_entries(list((field, number))) as of
    from counted
    group by article_id
),

long as (
    select
        coalesce(outlet, site) as outlet,
        (first_seen_at at time zone 'UTC')::date as day,
        unnest([
            {'field': 'title', 'length': length(title)},
            {'field': 'standfirst', 'length': length(standfirst)},
            {'field': 'body', 'length': length(nullif(body, ''))},
            {'field': 'byline', 'length': length(byline)},
            {'field': 'published_on', 'length': length(published_local)},
            {'field': 'published_at', 'length': length(published_at::varchar)},
            {'field': 'modified_on', 'length': length(modified_local)},
            {'field': 'language', 'length': length(language)},
            {'field': 'section', 'length': length(section)},
            {'field': 'image_url', 'length': length(image_url)},
            {'field': 'canonical_url', 'length': length(canonical_url)},
            {'field': 'kind', 'length': length(kind)},
            {'field': 'dateline', 'length': length(dateline)},
            {'field': 'agency', 'length': length(agency)},
            {'field': 'authors', 'length': numbers.of['authors']},
            {'field': 'captions', 'length': numbers.of['captions']},
            {'field': 'tags', 'length': numbers.of['tags']},
            {'field': 'quotes', 'length': numbers.of['quotes']},
            {'field': 'mentions', 'length': numbers.of['mentions']}
        ]) as value
    from articles
    left join numbers using (article_id)
),

days as (
    select
        outlet,
        day,
        value.field as field,
        count(*) as articles,
        count(*) - count(value.length) as missing,
        count(value.length) as present,
        sum(value.length) as characters
    from long
    group by all
),

compared as (
    select
        *,
        sum(articles) over before as articles_28,
        sum(missing) over before as missing_28,
        sum(present) over before as present_28,
        sum(characters) over before as characters_28
    from days
    window before as (
        partition by outlet, field
        order by day
        range between interval 28 days preceding and interval 1 day preceding
    )
)

select
    outlet,
    day,
    field,
    articles,
    missing / articles as null_rate,
    characters / nullif(present, 0) as mean_length,
    missing_28 / nullif(articles_28, 0) as null_rate_28,
    characters_28 / nullif(present_28, 0) as mean_length_28,
    missing / articles - missing_28 / nullif(articles_28, 0) as null_rate_change
from compared
order by day desc, outlet, field;
