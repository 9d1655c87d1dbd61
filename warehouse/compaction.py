"""Writing a copy anew: without the blocks that deletes, updates and closes left half empty."""

from __future__ import annotations

import duckdb

from warehouse.connect import Connection, attach_new, bounds, limit, quote
from warehouse.copies import Copy, adopt, new_part, wal_file
from warehouse.durable import sync_file
from warehouse.layout import Layout

# Below this nothing is gained that anybody would notice; above it, writing the file anew is worth
# it when this part of it is unused.
LEAST_BYTES = 64 << 20
UNUSED_PART = 1 / 3


def rewrite(layout: Layout, source: Copy, memory: int, threads: int) -> Copy:
    """A new copy with the rows of `source`, in their order, as small as they can be. It takes about
    a minute a gigabyte; nobody may be writing to the source. Raises OSError and duckdb's errors."""
    part = new_part(layout)
    config = bounds(layout.spill, limit(source.path, memory), threads)
    with duckdb.connect(":memory:", config=config) as connection:
        connection.execute(f"attach {quote(str(source.path))} as before (read_only)")
        attach_new(connection, part, "after")
        connection.execute("copy from database before to after")
        connection.execute("checkpoint after")
    wal_file(part).unlink(missing_ok=True)
    sync_file(part)
    return adopt(layout, source, part, closes=0)


def is_worth_it(connection: Connection) -> bool:
    """Whether a good part of the file is unused blocks."""
    row = connection.execute(
        "select block_size * total_blocks, block_size * free_blocks from pragma_database_size()"
    ).fetchone()
    return row is not None and row[0] >= LEAST_BYTES and row[1] >= row[0] * UNUSED_PART
