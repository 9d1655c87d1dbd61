"""What is to be linked, and the links that were found: the way of reprints, stories and search
into the warehouse.

Articles are loaded first and linked afterwards, some thousand at a time: what a load brought,
changed or removed is read here, the engines find what it has to do with the rest, and all they
found is staged and loaded as one journal entry. So the copies need no engine to follow, and a run
that was killed in between leaves its articles to the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from warehouse.apply_reprints import apply_reprints
from warehouse.apply_stories import apply_stories
from warehouse.connect import Connection, quote
from warehouse.journal import Entry
from warehouse.layout import Layout
from warehouse.rows import Kind
from warehouse.search_index import apply_search
from warehouse.stage import close_folder, open_folder, write_arrays

# Articles linked in one go, unless one load holds more.
TOGETHER = 2_000


@dataclass(frozen=True, slots=True)
class Fresh:
    """An article to be linked, in its current version. `again` says that it was linked before, so
    that what is known under its number is replaced; days and instants as in `articles`."""

    number: int
    again: bool
    article_id: str
    load_number: int
    site: str | None
    outlet: str | None
    title: str | None
    standfirst: str | None
    body: str
    language: str | None
    agency: str | None
    published_at: datetime | None
    published_on: date | None
    first_seen_at: datetime
    authors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Articles that are not linked yet, by number, and the numbers of those that are gone.
    `through` is the last load they come from, `removed` ascending; `after` is the last load that
    there was when they were found."""

    through: int
    after: int
    fresh: tuple[Fresh, ...]
    removed: tuple[int, ...]

    @property
    def replaced(self) -> list[int]:
        """The numbers whose rows are no longer true: changed articles and removed ones."""
        return sorted([*self.removed, *(article.number for article in self.fresh if article.again)])


class Rows(NamedTuple):
    """Rows to be staged for one table: the kinds of its columns by name, and their values."""

    kinds: Mapping[str, Kind]
    columns: Sequence[Sequence[Any]]


LINKED: Mapping[str, Kind] = {"number": "int", "article_id": "text", "load_number": "int"}

# The columns of `articles` that a `Fresh` has.
COLUMNS = ", ".join(
    f"articles.{field.name}"
    for field in fields(Fresh)
    if field.name not in ("number", "again", "authors")
)

LOADS = """
select load_number, count(*) from articles
where load_number > (select through from linking)
group by load_number
order by load_number
"""

LOADED = "load_number > (select through from linking) and load_number <= $through"

# Those that a repair noted down; nothing of later loads, which come first.
NOTED = """
article_id in (
    select article_id from unlinked_articles semi join articles using (article_id)
    order by article_id limit $most
)
"""

# An article that was linked before is there in a new version, was edited again, or badly linked.
FRESH = f"""
select linked_articles.number, {COLUMNS}
from (from articles where {{which}}) as articles
left join linked_articles using (article_id)
order by articles.load_number, articles.article_id
"""

SIGNERS = """
select article_id, list(name order by position)
from article_authors
where {which}
group by article_id
"""

IS_NOTED = "select exists (from unlinked_articles)"

FORGET_NOTED = """
delete from unlinked_articles
where article_id in (select article_id from {linked})
   or article_id not in (select article_id from articles)
"""

# Only articles that were edited again can be gone.
EDITED_AGAIN = """
select coalesce(max(load_number), 0) from batches
where kind = 'reprocess' and load_number > (select through from linking)
"""

GONE = """
select number from linked_articles
where article_id not in (select article_id from articles)
order by number
"""


LINKED_AS = """
select number, article_id, load_number from linked_articles
where number between ? and ? and number in (select unnest(?::integer[]))
"""


def find_changes(connection: Connection, most: int = TOGETHER) -> Changes | None:
    """The next articles to be linked, `most` or so, whole loads only, then those that a repair
    noted down; None when all are."""
    loads, gone = connection.execute(LOADS).fetchall(), find_gone(connection)
    if loads:
        through = choose_through(loads, most)
        fresh = read_fresh(connection, LOADED, {"through": through})
    elif gone or has_noted(connection):
        through = max(find_edited_again(connection), find_through(connection))
        fresh = read_fresh(connection, NOTED, {"most": most})
    else:
        return None
    return Changes(through, find_last_load(connection), tuple(fresh), tuple(gone))


def has_changes(connection: Connection) -> bool:
    """Whether anything is to be linked."""
    loads = connection.execute(LOADS).fetchall()
    return bool(loads or find_gone(connection) or has_noted(connection))


def has_noted(connection: Connection) -> bool:
    """Whether a repair noted down articles that are to be linked again."""
    return bool(_fetch_number(connection, IS_NOTED))


def find_versions(connection: Connection) -> dict[str, int]:
    """By which version of each engine the articles are linked."""
    return dict(connection.execute("select engine, version from link_versions").fetchall())


def find_through(connection: Connection) -> int:
    """Up to which load articles are linked."""
    return _fetch_number(connection, "select through from linking")


def find_last_load(connection: Connection) -> int:
    """The number of the last load of any kind."""
    return _fetch_number(connection, "select coalesce(max(load_number), 0) from batches")


def find_edited_again(connection: Connection) -> int:
    """The last load since linking that edited articles again; 0 where none did."""
    return _fetch_number(connection, EDITED_AGAIN)


def _fetch_number(connection: Connection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def find_gone(connection: Connection) -> list[int]:
    """The numbers of linked articles that are no more, ascending."""
    if not find_edited_again(connection) and not has_noted(connection):
        return []
    return [number for (number,) in connection.execute(GONE).fetchall()]


def choose_through(loads: Sequence[tuple[int, int]], most: int) -> int:
    """The last of the loads that hold `most` articles together; at least one load."""
    chosen, total = loads[0]
    for number, articles in loads[1:]:
        total += articles
        if total > most:
            break
        chosen = number
    return chosen


def read_fresh(connection: Connection, which: str, values: Mapping[str, int]) -> list[Fresh]:
    """The articles of a condition; new ones get the next numbers."""
    signers = dict(connection.execute(SIGNERS.format(which=which), values).fetchall())
    numbers = count(_fetch_number(connection, "select last_number from linking") + 1)
    fresh = []
    for number, *columns in connection.execute(FRESH.format(which=which), values).fetchall():
        columns.append(tuple(signers.get(columns[0], ())))
        known = number is not None
        fresh.append(Fresh(number if known else next(numbers), known, *columns))
    return fresh


def find_linked(connection: Connection, numbers: Collection[int]) -> dict[int, tuple[str, int]]:
    """The ids of linked articles, and the loads of the versions that were linked, by number."""
    if not numbers:
        return {}
    bounds = [min(numbers), max(numbers), sorted(numbers)]
    rows = connection.execute(LINKED_AS, bounds).fetchall()
    return {number: (article_id, load) for number, article_id, load in rows}


def stage_links(layout: Layout, changes: Changes, found: Mapping[str, Rows]) -> Path:
    """Write what was found about these changes, a file a table, into the staging folder, ready to
    be loaded. Raises OSError."""
    name = f"links-{changes.through}-{changes.after}"
    folder = open_folder(layout.staging, name)
    linked = [(one.number, one.article_id, one.load_number) for one in changes.fresh]
    for table, rows in {"linked_articles": turn(LINKED, linked), **found}.items():
        if rows.columns and len(rows.columns[0]):
            write_arrays(folder, table, rows.kinds, rows.columns)
    description = {
        "id": name,
        "kind": "links",
        "run_id": "",
        "number": 0,
        "documents": 0,
        "loaded_at": datetime.now(UTC).isoformat(),
        "through": changes.through,
        "replaced": changes.replaced,
        "last_number": max((one.number for one in changes.fresh), default=0),
    }
    return close_folder(folder, description)


def turn(kinds: Mapping[str, Kind], rows: Sequence[tuple[Any, ...]]) -> Rows:
    """The same as columns; no rows have none."""
    return Rows(kinds, list(zip(*rows, strict=True)))


def apply_links(connection: Connection, entry: Entry) -> None:
    """Load what linking found, inside the transaction that is open."""
    about = entry.description
    connection.execute(
        "create or replace temp table relinked as select unnest(?::integer[]) as number",
        [about["replaced"]],
    )
    if about["replaced"]:
        connection.execute("delete from linked_articles where number in (from relinked)")
    insert_rows(connection, entry, "linked_articles")
    forget_noted(connection, entry)
    apply_search(connection, entry)
    connection.execute(
        "update linking set through = ?, last_number = greatest(last_number, ?)",
        [about["through"], about["last_number"]],
    )
    apply_reprints(connection, entry)
    apply_stories(connection, entry)


def forget_noted(connection: Connection, entry: Entry) -> None:
    """Take the articles that are linked now, and those that are gone, from the list of a repair."""
    if has_noted(connection):
        file = entry.file("linked_articles")
        linked = f"read_parquet({quote(str(file))})" if file else "linked_articles where false"
        connection.execute(FORGET_NOTED.format(linked=linked))


def insert_rows(connection: Connection, entry: Entry, table: str) -> None:
    """Put the rows that the entry has for a table into it."""
    if file := entry.file(table):
        connection.execute(f"insert into {table} by name from read_parquet({quote(str(file))})")
