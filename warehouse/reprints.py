"""Reprints in the warehouse: what the engine reads to compare articles, and loading what it found.

The index is scanned whole, two narrow columns: of a million articles that is a quarter of a second
for some thousand new ones, and no order of rows makes it less, because the keys asked for are
spread over all. Bodies are another matter: DuckDB unpacks two thousand of them to give one, so
those asked for are read vector by vector.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from warehouse.connect import Connection
from warehouse.rows import Kind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Rows that DuckDB packs together.
VECTOR = 2_048

KEYS: Mapping[str, Kind] = MappingProxyType({"key": "int", "number": "int"})
SIGNATURES: Mapping[str, Kind] = MappingProxyType(
    {"number": "int", "size": "int", "ceiling": "int"}
)
PAIRS: Mapping[str, Kind] = MappingProxyType(
    {
        "article_id": "text",
        "other_id": "text",
        "kinship": "text",
        "share": "real",
        "other_share": "real",
        "words": "int",
        "first_by": "text",
        "same_outlet": "bool",
        "agency": "text",
        "number": "int",
        "other_number": "int",
    }
)
DROPPED: Mapping[str, Kind] = MappingProxyType({"number": "int", "other_number": "int"})
GROUPS: Mapping[str, Kind] = MappingProxyType(
    {
        "article_id": "text",
        "first_id": "text",
        "alias_of": "text",
        "placed_at": "time",
        "seen_at": "time",
        "number": "int",
        "first_number": "int",
    }
)
LEFT: Mapping[str, Kind] = MappingProxyType({"number": "int"})
MARKS: Mapping[str, Kind] = MappingProxyType(
    {"article_id": "text", "load_number": "int", "reprint_of": "text"}
)

# The first holders of each key, articles aside that are linked anew.
HOLDERS = """
with held as (
    select key, number
    from reprint_keys
    where key in (select key from asked_keys)
      and number not in (select unnest($replaced::integer[]))
    qualify row_number() over (partition by key order by number) <= $most
)
select key, number, size, ceiling
from held
join reprint_signatures using (number)
order by key, number
"""

PLACES = """
select linked_articles.number, articles.rowid as place
from linked_articles
join articles on articles.article_id = linked_articles.article_id
  and articles.load_number = linked_articles.load_number
where linked_articles.number in (select unnest($numbers::integer[]))
  and articles.load_number in ({loads})
order by place
"""

LOADS = """
select distinct load_number from linked_articles
where number in (select unnest($numbers::integer[]))
"""

TEXTS = """
select rowid, article_id, outlet, site, agency, published_at, published_on, first_seen_at, body
from articles
where rowid between $first and $last and rowid in (select unnest($places::bigint[]))
"""

# Pairs of any of the numbers, but of none that is linked anew.
KIN = """
select number, other_number, kinship = 'alias'
from reprints
where (number in (select unnest($numbers::integer[]))
       or other_number in (select unnest($numbers::integer[])))
  and number not in (select unnest($replaced::integer[]))
  and other_number not in (select unnest($replaced::integer[]))
order by all
"""

MEMBERS = """
select number, article_id, epoch_us(placed_at), epoch_us(seen_at), first_id
from reprint_groups
where {which}
order by number
"""

THESE = "number in (select unnest($numbers::integer[]))"

SAME_GROUPS = f"first_number in (select first_number from reprint_groups where {THESE})"

# Articles with a full list that lose one of it, because that one is linked anew or is gone.
BEREFT = """
select other_number
from reprints
group by other_number
having count(*) >= $full
   and count(*) filter (where number in (select unnest($replaced::integer[]))) > 0
   and other_number not in (select unnest($replaced::integer[]))
order by other_number
"""


class Holders(NamedTuple):
    """Rows of the index by key and number, with the signatures of the articles."""

    keys: NDArray[np.uint32]
    numbers: NDArray[np.int32]
    sizes: NDArray[np.int32]
    ceilings: NDArray[np.uint32]


class Member(NamedTuple):
    """An article of a group and its place in time, in microseconds since 1970, UTC."""

    number: int
    article_id: str
    placed: int
    seen: int
    first_id: str


@dataclass(frozen=True, slots=True)
class Text:
    """What is compared of an article; its columns as in `articles`."""

    number: int
    article_id: str
    outlet: str | None
    site: str | None
    agency: str | None
    published_at: datetime | None
    published_on: date | None
    first_seen_at: datetime
    body: str


def find_holders(
    connection: Connection, keys: NDArray[np.uint32], replaced: Collection[int], most: int
) -> Holders:
    """The first `most` holders of each key, by number."""
    import pyarrow as pa

    connection.register("asked_keys", pa.table({"key": keys}))
    try:
        found = connection.execute(HOLDERS, {"replaced": list(replaced), "most": most}).fetchnumpy()
    finally:
        connection.unregister("asked_keys")
    return Holders(found["key"], found["number"], found["size"], found["ceiling"])


def read_texts(connection: Connection, numbers: Collection[int]) -> Iterator[Text]:
    """The articles of these numbers, in the version that was linked; others are left out."""
    asked = {"numbers": list(numbers)}
    loads = ", ".join(str(load) for (load,) in connection.execute(LOADS, asked).fetchall())
    if not loads:
        return
    found = connection.execute(PLACES.format(loads=loads), asked).fetchall()
    for _, rows in groupby(found, key=lambda row: int(row[1]) // VECTOR):
        by_place = {place: number for number, place in rows}
        bounds = {"first": min(by_place), "last": max(by_place), "places": list(by_place)}
        for place, *columns in connection.execute(TEXTS, bounds).fetchall():
            yield Text(by_place[place], *columns)


def list_pairs(
    connection: Connection, numbers: Collection[int], replaced: Collection[int]
) -> list[tuple[int, int, bool]]:
    """The pairs of any of these numbers, the first first, and whether they are aliases; no pair of
    an article that is replaced."""
    asked = {"numbers": list(numbers), "replaced": list(replaced)}
    return connection.execute(KIN, asked).fetchall()


def list_members(connection: Connection, numbers: Collection[int]) -> list[Member]:
    """Those of these numbers that are in a group."""
    return _list_members(connection, THESE, numbers)


def list_groups(connection: Connection, numbers: Collection[int]) -> list[Member]:
    """All members of the groups that any of these numbers is in."""
    return _list_members(connection, SAME_GROUPS, numbers)


def _list_members(connection: Connection, which: str, numbers: Collection[int]) -> list[Member]:
    rows = connection.execute(MEMBERS.format(which=which), {"numbers": list(numbers)}).fetchall()
    return [Member(*row) for row in rows]


def find_bereft(connection: Connection, replaced: Sequence[int], full: int) -> list[int]:
    """Articles that were paired with `full` earlier ones, one of which is replaced."""
    if not replaced:
        return []
    rows = connection.execute(BEREFT, {"replaced": list(replaced), "full": full}).fetchall()
    return [number for (number,) in rows]
