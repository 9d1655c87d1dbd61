"""The search index: what linking asks of it, and the loading of what was found.

Rows of the newest articles are in `search_fresh`, load by load; when they fill a block they move to
`search_recent` in order of term, and of a term in order of frequency, which then takes no room; and
when there are many blocks, they become a run in that order in `search_postings`. So each row is
written three times in all, and a term is read from few places however large the warehouse is. New
words wait in `search_fresh_words`, are merged into `search_recent_words` and these, when they are
many, into `search_words`, both in order of letters: a word is read from one place of each.
What is gone stays in its block until that is merged, in its run until more versions are gone than
are there: then all are written anew without them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from warehouse.connect import Connection, quote
from warehouse.journal import Entry

Move = Callable[[Connection, str, str], None]


class Tiers(NamedTuple):
    """The tables of one kind of rows: the newest, those in order, and the rest in better order."""

    fresh: str
    recent: str
    rest: str


POSTING_TIERS = Tiers("search_fresh", "search_recent", "search_postings")
WORD_TIERS = Tiers("search_fresh_words", "search_recent_words", "search_words")

# Some 16,000 articles; half a second's work to sort. Of fresh ones about half are read whole.
BLOCK_ROWS = 5_000_000
# Blocks wait until they hold so many rows, and so large a part: then there are few runs.
RECENT_ROWS, RECENT_PART = 80_000_000, 1 / 8
# New words are read whole: so many are kept, and none is read from another place but two.
FRESH_WORDS = 120_000
# Recent ones are written again with each merge, all others with each of theirs: so recent ones wait
# until there are so many, and that part.
RECENT_WORDS = 1_000_000

WORDS = """
(from search_words union all from search_recent_words union all from search_fresh_words)
"""

LAST = f"""
select (select coalesce(max(term), 0) from {WORDS}),
       greatest((select coalesce(max(place), 0) from search_articles),
                (select coalesce(max(place), 0) from search_removed))
"""

PLACES = """
select place from search_articles
join linked_articles using (article_id)
where number in (select unnest(?::integer[]))
order by place
"""

KNOWN = f"select form, term, stem from {WORDS} join asked using (form)"

REMOVE = """
insert into search_removed select place from read_parquet({file});
delete from search_articles where place in (select place from read_parquet({file}))
"""

INSERT_WORDS = """
insert into search_fresh_words
select form, term, stem from read_parquet({file}) order by form, term
"""

INSERT = "insert into {table} by name from read_parquet({file})"

# Rows of versions that are gone stay behind.
SORT = """
insert into {table}
from {newer} anti join search_removed using (place)
order by term, frequency, place;
delete from search_removed where place >= (select min(place) from {newer})
"""

MERGE = """
insert into {table} from (from {table}_moved union all from {newer}) order by form, term, stem;
drop table {table}_moved
"""

# Versions that are gone, with rows in a block; and those that are there.
STALE = """
select count(*) filter (place < (select coalesce(min(place), 2147483647) from search_fresh)),
       (select count(*) from search_articles)
from search_removed
"""

# In long runs of the order that they are in: a term is read from few places still.
DROP_STALE = """
insert into search_postings
from (from search_stale union all from search_recent) anti join search_removed using (place);
drop table search_stale;
delete from search_removed
where place < (select coalesce(min(place), 2147483647) from search_fresh)
"""

COMMENTS = """
select null, comment from duckdb_tables() where table_name = $table
union all
select column_name, comment from duckdb_columns() where table_name = $table
"""


def find_last(connection: Connection) -> tuple[int, int]:
    """The highest term and the highest place that were given."""
    [(term, place)] = connection.execute(LAST).fetchall()
    return term, place


def find_places(connection: Connection, numbers: Sequence[int]) -> list[int]:
    """The places of articles, by their numbers; none of those that search does not know."""
    if not numbers:
        return []
    return [place for (place,) in connection.execute(PLACES, [list(numbers)]).fetchall()]


def find_words(connection: Connection, forms: Sequence[str]) -> list[tuple[str, int, bool]]:
    """What the index has of these forms: form, term, and whether the form is the stem itself."""
    import pyarrow as pa

    connection.register("asked", pa.table({"form": pa.array(forms, pa.string())}))
    try:
        return connection.execute(KNOWN).fetchall()
    finally:
        connection.unregister("asked")


def apply_search(connection: Connection, entry: Entry) -> None:
    """Load what was found for the search index, inside the transaction that is open."""
    steps = {
        "search_removed": REMOVE,
        "search_words": INSERT_WORDS,
        "search_articles": INSERT,
        "search_fresh": INSERT,
    }
    for table, statement in steps.items():
        if file := entry.file(table):
            connection.execute(statement.format(table=table, file=quote(str(file))))
    if entry.file("search_words"):
        pass_on(connection, WORD_TIERS, FRESH_WORDS, RECENT_WORDS, merge)
    if entry.file("search_fresh"):
        pass_on(connection, POSTING_TIERS, BLOCK_ROWS, RECENT_ROWS, move_sorted)
    if entry.file("search_removed"):
        drop_stale(connection)


def merge(connection: Connection, table: str, newer: str) -> None:
    """Write a table of words anew, in order, with the rows of another, which is left empty."""
    put_aside(connection, table, f"{table}_moved")
    connection.execute(MERGE.format(table=table, newer=newer))
    make_empty(connection, newer)


def pass_on(connection: Connection, tiers: Tiers, fresh: int, recent: int, move: Move) -> None:
    """Move the newest rows to the recent ones once there are so many, and these, once there are so
    many and that part, to the rest."""
    if count_rows(connection, tiers.fresh) < fresh:
        return
    move(connection, tiers.recent, tiers.fresh)
    if count_rows(connection, tiers.recent) >= max(
        recent, RECENT_PART * count_rows(connection, tiers.rest)
    ):
        move(connection, tiers.rest, tiers.recent)


def move_sorted(connection: Connection, table: str, newer: str) -> None:
    """Put the postings of a table behind those of another, in order; it is left empty."""
    connection.execute(SORT.format(table=table, newer=newer))
    make_empty(connection, newer)


def count_rows(connection: Connection, table: str) -> int:
    """How many rows a table has."""
    [(rows,)] = connection.execute(f"select count(*) from {table}").fetchall()
    return int(rows)


def make_empty(connection: Connection, table: str) -> None:
    """Leave no row in a table, without writing as many."""
    put_aside(connection, table, f"{table}_moved")
    connection.execute(f"drop table {table}_moved")


def drop_stale(connection: Connection) -> None:
    """Write runs and blocks anew without what is gone, once that is more than what is there."""
    [(gone, there)] = connection.execute(STALE).fetchall()
    if gone > there:
        put_aside(connection, "search_postings", "search_stale")
        connection.execute(DROP_STALE)
        make_empty(connection, "search_recent")


def put_aside(connection: Connection, table: str, name: str) -> None:
    """Give the table another name, and make it anew, comments and all: deleting millions of rows
    would write as many."""
    comments = connection.execute(COMMENTS, {"table": table}).fetchall()
    [(made,)] = connection.execute(
        "select sql from duckdb_tables() where table_name = ?", [table]
    ).fetchall()
    connection.execute(f"alter table {table} rename to {name}; {made}")
    for column, comment in comments:
        what = f"table {table}" if column is None else f"column {table}.{column}"
        connection.execute(f"comment on {what} is {quote(comment)}")
