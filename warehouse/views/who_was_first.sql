-- Who had a text first, and who printed it later: one row for each later article, with how much
-- later it came and how much of it stands in the first. An article's other addresses are left out.
-- @column first_outlet: Outlet that had the text first, else its site
-- @column first_title: Headline of the first article
-- @column first_at: When the first counts as published: published_at, else first_seen_at moved into the day printed
-- @column outlet: Outlet that printed it later, else its site
-- @column title: Headline of the later article
-- @column placed_at: When the later one counts as published
-- @column delay_minutes: Minutes from first_at to placed_at
-- @column share: Share of the later article's words that stand in the first, too, 0 to 1; null where the two are joined by others only
-- @column first_share: Share of the first article's words that stand in the later one, too
-- @like reprints
-- @like reprint_groups
create view who_was_first as
select
    groups.first_id,
    coalesce(firsts.outlet, firsts.site) as first_outlet,
    firsts.title as first_title,
    first_groups.placed_at as first_at,
    groups.article_id,
    coalesce(articles.outlet, articles.site) as outlet,
    articles.title,
    groups.placed_at,
    date_diff('minute', first_groups.placed_at, groups.placed_at) as delay_minutes,
    round(reprints.other_share::double, 3) as share,
    round(reprints.share::double, 3) as first_share,
    reprints.first_by,
    reprints.agency
from reprint_groups as groups
join reprint_groups as first_groups on first_groups.number = groups.first_number
join articles on articles.article_id = groups.article_id
join articles as firsts on firsts.article_id = groups.first_id
left join reprints
    on reprints.number = groups.first_number and reprints.other_number = groups.number
where groups.number <> groups.first_number
  and groups.alias_of is null
order by first_at desc, groups.first_id, groups.placed_at, groups.article_id;
