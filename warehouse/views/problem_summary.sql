-- What goes wrong, how often, and since when: one row for each stage and code.
-- @column open: Documents that still have the problem
-- @column resolved: Documents that became articles after all
-- @column first_seen_at: When such a problem was first loaded
-- @column last_seen_at: When such a problem was last seen
-- @column example_uri: One of the documents
-- @column example_message: What is wrong with it
-- @like problems
create view problem_summary as
select
    stage,
    code,
    count(*) filter (resolved_at is null) as open,
    count(resolved_at) as resolved,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at,
    min(uri) as example_uri,
    arg_min(message, uri) as example_message
from problems
group by stage, code
order by open desc, stage, code;
