"""The time zones of sites: what they are learned from, and what was learned.

As with `site_lines`, they are learned when a run is completed, in the transaction that files it.
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from pathlib import Path

import duckdb

from warehouse.connect import quote
from warehouse.site_lines import FRESH_SITES

# The newest articles of a site that its zone is learned from.
NEWEST = 400

OFFSETS = f"""
select site, published_local::timestamp as local_time, published_offset_minutes
from articles
where published_zone_from = 'offset' and site in ({FRESH_SITES})
qualify row_number() over (
    partition by site order by published_at desc, article_id
) <= {NEWEST}
order by site, published_at, article_id
"""

REPLACE_ZONES = """
delete from outlet_zones where site in (select site from read_parquet({file}));
insert into outlet_zones by name select * from read_parquet({file}) where zone is not null
"""


def list_offsets(
    connection: duckdb.DuckDBPyConnection,
) -> list[tuple[str, list[tuple[datetime, int]]]]:
    """Each site that has fresh pages and times with an offset, in order: those local times, each
    with its offset in minutes."""
    rows = connection.execute(OFFSETS).fetchall()
    return [
        (site, [(local, offset) for _, local, offset in times])
        for site, times in groupby(rows, key=lambda row: str(row[0]))
    ]


def replace_zones(connection: duckdb.DuckDBPyConnection, file: Path | None) -> None:
    """Put learned zones in, in the place of what was known of their sites."""
    if file is not None:
        connection.execute(REPLACE_ZONES.format(file=quote(str(file))))


def read_zones(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Site and zone, in order."""
    return connection.execute("select site, zone from outlet_zones order by site").fetchall()
