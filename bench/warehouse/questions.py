"""What readers ask of the warehouse."""

from __future__ import annotations

from pathlib import Path

import duckdb

QUESTIONS = (
    "select published_on, count(*) from articles group by all order by all desc limit 30",
    "select title, published_at from articles where outlet = 'Outlet 17' "
    "order by published_at desc limit 20",
    "select outlet, count(*) from articles group by all order by all desc limit 20",
    "select name, sum(times) from mentions where kind = 'person' group by all "
    "order by all desc limit 10",
)


def count_articles(database: Path) -> int:
    """How many articles are published."""
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute("select count(*) from articles").fetchone()
    return int(row[0]) if row else 0
