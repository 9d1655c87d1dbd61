"""Packed tables: the rows of one article as one row, a JSON object of lists, compressed as text.

What the pages of a site share (its menus, the rules that found its fields) is then compressed away,
for the rows of a load stand side by side by site. The order of rows means nothing to anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from warehouse.journal import Entry
from warehouse.rows import DOCUMENT_POSITION, Staged

INSERT_PACKED = """
insert into packed_{table} by name
select versions.article_id, versions.load_number, to_json({{{lists}}}) as items
from all_{table} as items
join versions using (document_position)
join all_articles as articles using (document_position)
where versions.is_current and items.document_position between {first} and {last}
group by versions.article_id, versions.load_number, articles.site
order by versions.load_number, articles.site, versions.article_id
"""

# Documents whose rows are packed at once: DuckDB gathers them in memory, and of 2,000 there is too
# little of it.
PACKED_TOGETHER = 250


def pack(table: Staged, first: int, last: int) -> str:
    """The statement that inserts the rows of the documents at these positions."""
    lists = (
        f"'{column.name}': list(items.{column.name} order by items.{table.packed_by})"
        for column in table.columns
        if column is not DOCUMENT_POSITION
    )
    return INSERT_PACKED.format(table=table.name, lists=", ".join(lists), first=first, last=last)


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
