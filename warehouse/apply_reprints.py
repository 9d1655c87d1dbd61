"""Loading what linking found of reprints: plain SQL, so that every copy ends with the same rows."""

from __future__ import annotations

from warehouse.apply_live import name_file
from warehouse.connect import Connection
from warehouse.journal import Entry

# `relinked` has the numbers whose rows are no longer true. The bounds let DuckDB skip the rest.
FORGET = """
delete from reprint_keys where {near} and number in (from relinked);
delete from reprint_signatures where {near} and number in (from relinked);
delete from reprints where number in (from relinked) or other_number in (from relinked);
delete from reprint_groups where number in (from relinked)
"""

NEAR = "number between {least} and {greatest}"

DROP_PAIRS = """
delete from reprints
where (number, other_number) in (select (number, other_number) from read_parquet({file}))
"""

LEAVE = "delete from reprint_groups where number in (select number from read_parquet({file}))"

INSERT = "insert into {table} by name from read_parquet({file})"

MARK = """
update articles set reprint_of = marks.reprint_of
from read_parquet({file}) as marks
where articles.article_id = marks.article_id and articles.load_number = marks.load_number
  and articles.load_number in ({loads})
"""


def apply_reprints(connection: Connection, entry: Entry) -> None:
    """Load what an entry holds of reprints, inside the transaction that is open. The temporary
    table `relinked` names what is replaced."""
    if replaced := entry.description["replaced"]:
        near = NEAR.format(least=min(replaced), greatest=max(replaced))
        connection.execute(FORGET.format(near=near))
    _run(connection, entry, "reprints_dropped", DROP_PAIRS)
    _run(connection, entry, "reprints_left", LEAVE)
    _run(connection, entry, "reprint_groups", LEAVE)
    for table in ("reprint_keys", "reprint_signatures", "reprints", "reprint_groups"):
        _run(connection, entry, table, INSERT)
    _mark(connection, entry)


def _run(connection: Connection, entry: Entry, table: str, statement: str) -> None:
    """Run a statement with the rows that the entry has for a table, if it has any."""
    if file := entry.file(table):
        connection.execute(statement.format(table=table, file=name_file(file)))


def _mark(connection: Connection, entry: Entry) -> None:
    """Say of articles whose reprint they are."""
    if not (path := entry.file("reprint_marks")):
        return
    file = name_file(path)
    loads = connection.execute(f"select distinct load_number from read_parquet({file})").fetchall()
    listed = ", ".join(str(load) for (load,) in loads)
    connection.execute(MARK.format(file=file, loads=listed))
