"""How many bytes of the database file each table takes."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import duckdb

# A column segment says in which block it begins and where; it ends where the next one does. Text
# that is too long for its segment fills further blocks of its own.
SEGMENTS = """
select block_id, block_offset, len(additional_block_ids)
from pragma_storage_info('{table}')
where persistent and block_id >= 0
"""


def measure_tables(database: Path) -> dict[str, int]:
    """Bytes by table, the largest first, with what is free or not accounted for as "(rest)"."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where not internal order by all"
        ).fetchall()
        (block,) = connection.execute(
            "select block_size from pragma_database_size()"
        ).fetchone() or (0,)
        places: dict[int, set[tuple[int, str]]] = defaultdict(set)
        sizes: dict[str, int] = defaultdict(int)
        for (table,) in tables:
            for at, offset, more in connection.execute(SEGMENTS.format(table=table)).fetchall():
                places[at].add((offset, table))
                sizes[table] += (more or 0) * block
    for segments in places.values():
        ends = [*sorted(segments), (block, "")]
        for (start, table), (end, _) in pairwise(ends):
            sizes[table] += end - start
    sizes["(rest)"] = database.stat().st_size - sum(sizes.values())
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))
