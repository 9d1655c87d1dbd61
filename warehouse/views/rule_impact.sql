-- Which rule fires where and how often: rules that label lines, and rules that find fields.
-- @column kind: line (the rule labelled a removed line) or field (it found a candidate)
-- @column rule: Id of the rule
-- @column subject: Label the rule gave, or field it found
-- @column outlet: Outlet, else site, of the articles
-- @column hits: Lines or candidates
-- @column articles: Articles it fired in
-- @column chosen: Candidates the field took; null for lines
create view rule_impact as
select
    'line' as kind,
    removed_lines.rule,
    removed_lines.label as subject,
    coalesce(articles.outlet, articles.site) as outlet,
    count(*) as hits,
    count(distinct article_id) as articles,
    null::bigint as chosen
from removed_lines
join articles using (article_id)
group by all
union all
select
    'field' as kind,
    evidence.rule,
    evidence.field as subject,
    coalesce(articles.outlet, articles.site) as outlet,
    count(*) as hits,
    count(distinct article_id) as articles,
    count(*) filter (evidence.chosen) as chosen
from evidence
join articles using (article_id)
group by all
order by hits desc, kind, rule, subject, outlet;
