-- Which sources work, which fail and which are late, those in trouble first.
-- @column is_late: Whether it should have been polled, by its interval or 15 minutes, before now
-- @column last_success_at: When one of its listings was last fetched well
-- @column last_fetch_at: When one of its listings was last fetched, well or not
-- @column next_at: When the first of its listings is due
-- @column late_at: From when on it is late
-- @column interval_seconds: Shortest time between two polls of its listings, as it is now
-- @column listings: Listings that are polled for it: its own, and those found in it
-- @column failing: Listings of it whose last fetch failed
-- @column failures: Fetches in a row that failed, of the listing with the most
-- @column outcome: How the last fetch of that listing ended; see fetches.outcome
-- @column status: HTTP status of that fetch
-- @column code: Kebab-case code of what went wrong last with a listing that fails or is busy now
-- @column message: What went wrong with it, and what to do
-- @like sources
create view source_health as
with listings as (
    select
        source,
        count(*) as listings,
        count(*) filter (failures > 0) as failing,
        max(failures) as failures,
        max(fetched_at) as last_fetch_at,
        max(fetched_at) filter (outcome in ('fetched', 'unchanged')) as last_success_at,
        min(next_at) as next_at,
        min(next_at + to_seconds(greatest(coalesce("interval", 0), 900))) as late_at,
        min("interval") as interval_seconds,
        arg_max(outcome, row(failures, fetched_at)) as outcome,
        arg_max(status, row(failures, fetched_at)) as status
    from fetch_state
    where role = 'listing' and source is not null
    group by source
),

-- What the state of a listing that fails or is busy does not say, the log does.
failed as (
    select
        source,
        max(started_at) filter (outcome in ('fetched', 'unchanged')) as last_success_at,
        arg_max(code, started_at) filter (outcome not in ('fetched', 'unchanged')) as code,
        arg_max(message, started_at) filter (outcome not in ('fetched', 'unchanged')) as message
    from fetches
    where role = 'listing'
      and source in (select source from listings where failing > 0 or outcome = 'busy')
    group by source
),

-- A source that is new is late, too, when nothing polls it; folders and archives have no listing.
waiting as (
    select
        sources.*,
        case
            when listings.source is not null then listings.late_at
            when sources.kind not in ('inbox', 'archive') then sources.added_at + interval 15 minutes
        end as late_at
    from sources
    left join listings on listings.source = sources.name
)

select
    waiting.name,
    waiting.kind,
    waiting.url,
    waiting.outlet,
    waiting.enabled,
    coalesce(waiting.enabled and waiting.late_at < now(), false) as is_late,
    greatest(listings.last_success_at, failed.last_success_at) as last_success_at,
    listings.last_fetch_at,
    listings.next_at,
    waiting.late_at,
    listings.interval_seconds,
    coalesce(listings.listings, 0) as listings,
    coalesce(listings.failing, 0) as failing,
    coalesce(listings.failures, 0) as failures,
    listings.outcome,
    listings.status,
    failed.code,
    failed.message,
    waiting.added_at
from waiting
left join listings on listings.source = waiting.name
left join failed on failed.source = waiting.name
order by is_late desc, failures desc, name;
