-- Every version of every article, the current one included.
-- @column is_current: Whether this is the newest version
-- @like articles
create view article_versions as
select *, true as is_current from articles
union all by name
select *, false as is_current from superseded_versions;
