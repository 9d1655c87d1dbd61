"""Packed tables: the rows of one article as one row, a JSON object of lists, compressed as text.

What the pages of a site share (its menus, the rules that found its fields) is then compressed away,
for the rows of a load stand side by side by site. The order of rows means nothing to anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from warehouse.connect import Connection
from warehouse.journal import Entry
from warehouse.rows import DOCUMENT_POSITION, Staged

GATHER = """
create or replace temp table gathered (
    article_id VARCHAR, load_number INTEGER, site VARCHAR, items VARCHAR
)
"""

PACK = """
insert into gathered
select versions.article_id, versions.load_number, articles.site, to_json({{{lists}}})
from all_{table} as items
join versions using (document_position)
join all_articles as articles using (document_position)
where versions.is_current and items.document_position between {first} and {last}
group by versions.article_id, versions.load_number, articles.site
"""

INSERT_GATHERED = """
insert into packed_{table} by name
select article_id, load_number, items from gathered
order by load_number, site, article_id;
drop table gathered
"""

# Documents whose rows are packed at once: DuckDB gathers them in memory, and of 2,000 there is too
# little of it.
PACKED_TOGETHER = 250
# So many times that many are put in order by site: some 2,000 documents.
ORDERED_TOGETHER = 8


def write_packed(
    connection: Connection, entries: Sequence[Entry], table: Staged, places: int
) -> None:
    """Write the rows of a packed table that describe the new versions; `places` is what positions
    count on by from load to load."""
    spans = list_spans(entries, places)
    for start in range(0, len(spans), ORDERED_TOGETHER):
        connection.execute(GATHER)
        for first, last in spans[start : start + ORDERED_TOGETHER]:
            connection.execute(pack(table, first, last))
        connection.execute(INSERT_GATHERED.format(table=table.name))


def pack(table: Staged, first: int, last: int) -> str:
    """The statement that gathers the rows of the documents at these positions."""
    lists = (
        f"'{column.name}': list({table.print_column(column.name)} order by items.{table.packed_by})"
        for column in table.columns
        if column is not DOCUMENT_POSITION
    )
    return PACK.format(table=table.name, lists=", ".join(lists), first=first, last=last)


def list_spans(entries: Sequence[Entry], places: int) -> list[tuple[int, int]]:
    """First and last positions of documents that are packed at once: those of several entries, or
    a part of one. `places` is what positions count on by from load to load."""
    spans: list[tuple[int, int]] = []
    held = PACKED_TOGETHER
    for first, count in cut(entries, places):
        last = first + count - 1
        if held + count <= PACKED_TOGETHER:
            spans[-1] = (spans[-1][0], last)
            held += count
        else:
            spans.append((first, last))
            held = count
    return spans


def cut(entries: Sequence[Entry], places: int) -> Iterator[tuple[int, int]]:
    """The first position and the number of the documents of each entry, or of each part of it."""
    for entry in entries:
        documents = int(entry.description["documents"])
        for start in range(0, documents, PACKED_TOGETHER):
            yield entry.number * places + start, min(PACKED_TOGETHER, documents - start)
