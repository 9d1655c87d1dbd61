-- What was fetched a day and how it ended, the newest day first.
-- @column day: Day of the fetches, in UTC
-- @column fetches: Fetches
-- @column hosts: Different hosts that were asked
-- @column megabytes: Bodies as sent, in millions of bytes
-- @column median_seconds: Median of the seconds that one took
-- @column example_url: One of the addresses
-- @like fetches
create view fetch_summary as
select
    (started_at at time zone 'UTC')::date as day,
    role,
    outcome,
    code,
    count(*) as fetches,
    count(distinct host) as hosts,
    sum(size) / 1e6 as megabytes,
    median(seconds) as median_seconds,
    min(url) as example_url
from fetches
group by all
order by day desc, fetches desc, role, outcome, code;
