-- How much of what an outlet prints is not its own: for each outlet and month the articles that are
-- reprints of another outlet's or wire copy, and of which agencies. An article at several addresses
-- counts once.
-- @column outlet: Outlet, else site
-- @column month: First day of the month they were published in, or first seen
-- @column articles: Articles of the outlet in that month
-- @column reprints: Those that share their text with an earlier article of another outlet
-- @column wire: Those that name a wire agency, or share their text with an earlier one that does or is an agency's own
-- @column copied: Those that are either
-- @column share: copied by articles, 0 to 1
-- @column agencies: How many of them are of which agency
create view wire_share as
with earlier as (
    select
        other_id as article_id,
        bool_or(not same_outlet) as is_reprint,
        min_by(agency, article_id) as agency
    from reprints
    group by other_id
),

told as (
    select
        coalesce(articles.outlet, articles.site) as outlet,
        coalesce(
            articles.published_on, (articles.first_seen_at at time zone 'UTC')::date
        ) as day,
        coalesce(earlier.is_reprint, false) as is_reprint,
        coalesce(articles.agency, earlier.agency) as agency
    from articles
    left join earlier using (article_id)
    left join reprint_groups as groups using (article_id)
    where groups.alias_of is null
)

select
    outlet,
    date_trunc('month', day)::date as month,
    count(*) as articles,
    count(*) filter (is_reprint) as reprints,
    count(agency) as wire,
    count(*) filter (is_reprint or agency is not null) as copied,
    copied / articles as share,
    histogram(agency) as agencies
from told
where outlet is not null
group by all
order by outlet, month;
