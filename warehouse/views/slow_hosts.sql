-- Which hosts are slow, fail or are paused, the slowest first, as far back as the log goes.
-- @column fetches: Fetches in the log
-- @column median_seconds: Median of the seconds that an answer took
-- @column slowest_seconds: The longest that one took
-- @column share_failed: Share of the fetches that failed or found the host too busy
-- @column share_postponed: Share of the fetches that were put off because it was too slow
-- @like hosts
create view slow_hosts as
with measured as (
    select
        host,
        count(*) as fetches,
        round(median(seconds) filter (outcome <> 'postponed'), 3) as median_seconds,
        round(max(seconds) filter (outcome <> 'postponed'), 3) as slowest_seconds,
        round(count(*) filter (outcome in ('failed', 'busy')) / count(*), 3) as share_failed,
        round(count(*) filter (outcome = 'postponed') / count(*), 3) as share_postponed
    from fetches
    group by host
)

select
    host,
    measured.fetches,
    measured.median_seconds,
    measured.slowest_seconds,
    measured.share_failed,
    measured.share_postponed,
    hosts.pace_seconds,
    hosts.paused_until,
    hosts.pause_reason
from measured
left join hosts using (host)
order by median_seconds desc nulls last, host;
