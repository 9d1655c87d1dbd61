"""Exports: tables and views of the published file as Parquet, CSV or JSON lines.

DuckDB's COPY writes them, piece by piece; a piece of articles is a month of publication. One
connection reads all of them, so they show one state, whatever is published meanwhile.

CSV is RFC 4180 with a header; lists are JSON in one cell, null is an empty cell and an empty text
is `""`. Instants are ISO 8601 in UTC (`2026-11-22T08:30:00.000000Z`) in CSV and JSON lines.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import duckdb

from tasks.errors import CopydeskError, DiskFull
from warehouse.connect import quote
from warehouse.failures import is_full
from warehouse.handover import hand_over_file, hand_over_folder, prepare_place
from warehouse.keys import KEYS
from warehouse.read import await_query, check_single, clear_query, fetch_one, open_published
from warehouse.relations import Choice, Relation, choose, choose_one, identify

# Read as null by what reads folders of the form month=2026-11, such as DuckDB, Spark and Arrow.
UNDATED = "__HIVE_DEFAULT_PARTITION__"


class Form(StrEnum):
    """What is written."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"


OPTIONS = {
    # Rows with bodies are long: smaller groups than DuckDB's own keep the memory small.
    Form.PARQUET: "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480",
    Form.CSV: "FORMAT csv",
    Form.JSONL: "FORMAT json",
}
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"
Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of a table: its rows, and the files they are in."""

    table: str
    rows: int
    files: int


def export_folder(
    path: Path, target: Path, choice: Choice, form: Form, force: bool, tell: Tell
) -> tuple[Exported, ...]:
    """Write each table into the folder `target`: `articles.csv`, `articles.jsonl`, or for Parquet
    `quotes.parquet` and, where there is a day of publication, `articles/month=2026-11/….parquet`.

    The folder appears whole or not at all. Raises `UsageError`, `QueryFailed`, `DiskFull` …
    """
    with prepare_place(target, force) as part, clear_disk(str(target)):
        whole = part / "whole"
        whole.mkdir()
        with open_sealed(path, part) as connection:
            relations = choose(connection, choice)
            done = tuple(
                write_relation(connection, relation, whole, form, tell) for relation in relations
            )
            loads = fetch_one(connection, "select coalesce(max(load_number), 0) from batches")[0]
        record = {
            "format": form.value,
            "load_number": loads,
            "tables": [{"table": d.table, "rows": d.rows, "files": d.files} for d in done],
        }
        hand_over_folder(whole, target, record)
    return done


def export_file(
    path: Path, target: Path, choice: Choice, form: Form, force: bool, tell: Tell
) -> Exported:
    """Write one table to the file `target`, compressed where its name ends in .gz or .zst. The
    file appears whole or not at all."""
    with prepare_place(target, force) as part, clear_disk(str(target)):
        whole = part / "whole"
        with open_sealed(path, part) as connection:
            relation = choose_one(connection, choice)
            if form is Form.PARQUET:
                query = select(relation, form, "true")
                rows = copy(connection, query, whole, OPTIONS[form])
                tell(relation.name, rows)
            else:
                compression = COMPRESSIONS.get(target.suffix, "none")
                with whole.open("wb") as stream:
                    rows = append(connection, relation, form, part, stream, tell, compression)
        hand_over_file(whole, target)
    return Exported(relation.name, rows, 1)


def export_stream(path: Path, stream: BinaryIO, choice: Choice, form: Form, tell: Tell) -> Exported:
    """Write one table as CSV or JSON lines to a stream."""
    with tempfile.TemporaryDirectory(prefix="copydesk-") as folder:
        part = Path(folder).resolve()
        with clear_disk(f"{folder} or of the output"), open_sealed(path, part) as connection:
            relation = choose_one(connection, choice)
            rows = append(connection, relation, form, part, stream, tell)
            stream.flush()
    return Exported(relation.name, rows, 1)


@contextmanager
def open_sealed(path: Path, part: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the published file that reads and writes no other file but in `part`."""
    with open_published(path, sealed=False) as connection, clear_query():
        connection.execute(f"SET temp_directory = {quote(str(part / 'spill'))}")
        connection.execute(f"SET allowed_directories = [{quote(str(part))}]")
        connection.execute("SET enable_external_access = false")
        yield connection


@contextmanager
def clear_disk(place: str) -> Iterator[None]:
    """Inside, a full disk is said of the place that is written to."""
    try:
        yield
    except (CopydeskError, OSError) as error:
        if not is_full(error):
            raise
        raise DiskFull(
            f"No space is left on the disk of {place}.",
            "Nothing half was left there. Free some space, or export to another disk.",
        ) from error


def list_months(connection: duckdb.DuckDBPyConnection, relation: Relation) -> list[str | None]:
    """The months of publication, as 2026-11, in order; None, the last, for what has none."""
    sql = (
        f"select distinct strftime(published_on, '%Y-%m') from {identify(relation.name)} "
        f"where {relation.condition} order by 1 nulls last"
    )
    rows = await_query(connection, lambda: connection.execute(sql).fetchall())
    return [row[0] for row in rows]


def during(month: str | None) -> str:
    """The condition of a month."""
    if month is None:
        return "published_on is null"
    return f"published_on between date '{month}-01' and last_day(date '{month}-01')"


def write_relation(
    connection: duckdb.DuckDBPyConnection, relation: Relation, folder: Path, form: Form, tell: Tell
) -> Exported:
    """Write one table into the folder of an export."""
    if form is not Form.PARQUET:
        with (folder / f"{relation.name}.{form}").open("wb") as stream:
            rows = append(connection, relation, form, folder.parent, stream, tell)
        return Exported(relation.name, rows, 1)
    counts = []
    for file, condition in list_files(connection, relation, folder):
        file.parent.mkdir(parents=True, exist_ok=True)
        counts.append(copy(connection, select(relation, form, condition), file, OPTIONS[form]))
        tell(relation.name, sum(counts))
    return Exported(relation.name, sum(counts), len(counts))


def list_files(
    connection: duckdb.DuckDBPyConnection, relation: Relation, folder: Path
) -> Iterator[tuple[Path, str]]:
    """The Parquet files of a table, and the condition of the rows in each."""
    file = f"{relation.name}.parquet"
    if not relation.is_dated:
        yield folder / file, "true"
        return
    for month in list_months(connection, relation) or [None]:
        yield folder / relation.name / f"month={month or UNDATED}" / file, during(month)


def list_pieces(connection: duckdb.DuckDBPyConnection, relation: Relation) -> list[str]:
    """Conditions that part a table into what is written at a time, in its order; at least one."""
    parted = relation.is_dated and relation.name in KEYS
    months = list_months(connection, relation) if parted else []
    return [during(month) for month in months] or ["true"]


def append(
    connection: duckdb.DuckDBPyConnection,
    relation: Relation,
    form: Form,
    part: Path,
    stream: BinaryIO,
    tell: Tell,
    compression: str = "none",
) -> int:
    """Write the pieces of a table one after the other to `stream`; how many rows. (Compressed
    files one after the other are a compressed file: RFC 1952, 2.2, and RFC 8878, 3.)"""
    piece, total = part / "piece", 0
    for number, condition in enumerate(list_pieces(connection, relation)):
        header = f", HEADER {number == 0}" if form is Form.CSV else ""
        options = f"{OPTIONS[form]}{header}, COMPRESSION {compression}"
        total += copy(connection, select(relation, form, condition), piece, options)
        with piece.open("rb") as written:
            shutil.copyfileobj(written, stream, 1 << 20)
        tell(relation.name, total)
    return total


def copy(connection: duckdb.DuckDBPyConnection, query: str, file: Path, options: str) -> int:
    """Write the rows of a query to a file; how many there were."""
    check_single(connection, query)
    sql = f"COPY (\n{query}\n) TO {quote(str(file))} ({options})"
    return int(await_query(connection, lambda: fetch_one(connection, sql))[0])


def select(relation: Relation, form: Form, condition: str) -> str:
    """The query for rows of a table, in an order that is always the same; the columns as the form
    needs them."""
    columns = ", ".join(print_column(identify(name), kind, form) for name, kind in relation.columns)
    return (
        f"select {columns} from {identify(relation.name)} "
        f"where {condition} and {relation.condition}{order(relation)}"
    )


def print_column(name: str, kind: str, form: Form) -> str:
    """The SQL for a column in a form that has fewer types than DuckDB."""
    if form is Form.PARQUET:
        return name
    if kind == "BLOB":
        return f"to_base64({name}) as {name}"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"strftime({name}, '{INSTANT}') as {name}"
    if form is Form.CSV and (kind.endswith("]") or kind.startswith(("STRUCT", "MAP"))):
        return f"to_json({name})::varchar as {name}"
    return name


def order(relation: Relation) -> str:
    """Articles by day, other tables by their key; a view without a key has an order of its own."""
    key = KEYS.get(relation.name)
    if key is None:
        return "" if relation.is_view else " order by all"
    names = (*(("published_on",) if relation.is_dated else ()), *key)
    return f" order by {', '.join(identify(name) for name in names)}"
