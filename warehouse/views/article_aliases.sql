-- One article at several addresses of an outlet: one row for each further address.
-- @column article_id: The article at the address it had first
-- @column alias_id: The same article at another address
-- @column outlet: Outlet, else site
-- @column url: Address it had first; the canonical one where it came from a file
-- @column alias_url: The other address, likewise
-- @column alias_placed_at: When it counts as published there
create view article_aliases as
select
    aliases.alias_of as article_id,
    aliases.article_id as alias_id,
    coalesce(articles.outlet, articles.site) as outlet,
    coalesce(originals.url, originals.canonical_url) as url,
    coalesce(articles.url, articles.canonical_url) as alias_url,
    aliases.placed_at as alias_placed_at
from reprint_groups as aliases
join articles using (article_id)
join articles as originals on originals.article_id = aliases.alias_of
where aliases.alias_of is not null
order by article_id, alias_placed_at, alias_id;
