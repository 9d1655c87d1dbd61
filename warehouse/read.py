"""Reading the published file: queries, status, problems, documents. Never writes, never waits.

Connections are read only and have no access to other files: a query cannot read `/etc/passwd`,
write with COPY, attach another database or load an extension.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import duckdb

from tasks.errors import CopydeskError, FolderUnwritable, WarehouseCorrupt, WarehouseMissing
from tasks.model import Document
from warehouse.connect import open_for_reading, quote
from warehouse.failures import (
    QueryFailed,
    WarehouseForeign,
    clear_errors,
    explain_failure,
    first_lines,
    is_locked,
)
from warehouse.layout import Layout, locate
from warehouse.migrate import has_ledger, has_table
from warehouse.outlet_zones import read_zones
from warehouse.selection import COLUMNS, make_document
from warehouse.site_lines import read_template

T = TypeVar("T")
Format = Literal["csv", "parquet", "json"]

FORMATS: dict[str, str] = {
    "csv": "FORMAT csv, HEADER true",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "json": "FORMAT json, ARRAY true",
}

# How long a reader tries again when it met a copy in the instant it was exchanged.
PATIENCE_SECONDS = 3.0

FETCHED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A result that is still being read: `rows` streams it, and closes the file at its end."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The last run that came to its end."""

    run_id: str
    flow: str
    status: str
    started_at: datetime
    finished_at: datetime
    documents_read: int


@dataclass(frozen=True, slots=True)
class Status:
    """What the published warehouse holds. `problems` counts those that are open, by code; `size`
    is in bytes; `copy` is the file the published name stands for."""

    documents: int
    articles: int
    superseded_versions: int
    outlets: int
    problems: dict[str, int]
    runs: int
    last_run: RunSummary | None
    size: int
    copy: Path
    first_published_at: datetime | None
    latest_published_at: datetime | None
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One document that ended without an article."""

    document_id: str
    uri: str
    stage: str
    code: str
    message: str
    attempts: int
    first_seen_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProblemDetail:
    """A problem with its document, whose `place` says where the bytes are."""

    problem: ProblemRow
    document: Document


def run_query(path: Path, sql: str) -> QueryResult:
    """Run `sql` on the published file; rows come as they are read, so memory stays bounded.

    Raises `QueryFailed` with DuckDB's message for SQL that it refuses, writes among it.
    """
    connection = connect(locate(path))
    try:
        with clear_query():
            await_query(connection, lambda: connection.execute(sql))
            description = connection.description or []
    except BaseException:
        connection.close()
        raise
    columns = tuple(str(column[0]) for column in description)
    types = tuple(str(column[1]) for column in description)
    return QueryResult(columns, types, stream(connection))


def stream(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """The rows of the connection's result; the connection is closed in the end."""
    try:
        with clear_query():
            while rows := await_query(connection, lambda: connection.fetchmany(FETCHED_AT_ONCE)):
                yield from rows
    finally:
        connection.close()


def await_query(connection: duckdb.DuckDBPyConnection, work: Callable[[], T]) -> T:
    """What `work` returns. It runs in a thread: in the main one DuckDB looks for a signal between
    its tasks only, and a Ctrl-C during a long query may wait until the query's end."""
    with ThreadPoolExecutor(1) as thread:
        future = thread.submit(work)
        try:
            return future.result()
        except KeyboardInterrupt:
            connection.interrupt()
            raise


def write_query(path: Path, sql: str, format: Format, target: Path) -> None:
    """Write the result of one SELECT to `target`: CSV with a header, Parquet, or a JSON array of
    objects. The file appears whole or not at all. Raises `QueryFailed`, `FolderUnwritable`."""
    part = target.with_name(target.name + ".part").absolute()
    if not target.parent.is_dir():
        raise FolderUnwritable(f"There is no folder {target.parent}.", "Make it first.")
    with open_published(path, sealed=False) as connection, clear_query():
        connection.execute(f"SET allowed_paths = [{quote(str(part))}]")
        connection.execute("SET enable_external_access = false")
        query = sql.strip().rstrip(";").strip()
        check_single(connection, query)
        try:
            # On lines of their own: a query may end in a comment.
            copy = f"COPY (\n{query}\n) TO {quote(str(part))} ({FORMATS[format]})"
            await_query(connection, lambda: connection.execute(copy))
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def check_single(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Raise unless the text is one statement by itself: wrapped into a COPY, "…) TO 'x'; COPY (…"
    would become two. Raises `QueryFailed`, or DuckDB's own error for what it cannot parse."""
    if len(connection.extract_statements(query)) != 1:
        raise QueryFailed("Only one statement can be written to a file.", "Give one SELECT.")


def read_status(path: Path) -> Status:
    """What the warehouse holds, from one snapshot."""
    with open_published(path) as connection:
        counts = fetch_one(
            connection,
            "select (select count(*) from documents), (select count(*) from articles), "
            "(select count(*) from superseded_versions), (select count(*) from runs), "
            "(select count(distinct coalesce(outlet, site)) from articles)",
        )
        times = fetch_one(
            connection,
            "select min(published_at), max(published_at), max(last_seen_at) from articles",
        )
        problems = connection.execute(
            "select code, count(*) from problems where resolved_at is null "
            "group by code order by count(*) desc, code"
        ).fetchall()
        copy = locate(path).published.resolve()
        return Status(
            documents=counts[0],
            articles=counts[1],
            superseded_versions=counts[2],
            outlets=counts[4],
            problems=dict(problems),
            runs=counts[3],
            last_run=read_last_run(connection),
            size=copy.stat().st_size,
            copy=copy,
            first_published_at=times[0],
            latest_published_at=times[1],
            last_seen_at=times[2],
        )


def read_last_run(connection: duckdb.DuckDBPyConnection) -> RunSummary | None:
    """The run that finished last."""
    row = connection.execute(
        "select run_id, flow, status, started_at, finished_at, documents_read from runs "
        "order by finished_at desc limit 1"
    ).fetchone()
    return None if row is None else RunSummary(*row)


PROBLEM_COLUMNS = (
    "problems.document_id, problems.uri, problems.stage, problems.code, problems.message, "
    "problems.attempts, problems.first_seen_at, problems.last_seen_at, problems.resolved_at"
)


def list_problems(
    path: Path, code: str | None = None, limit: int | None = 100, resolved: bool = False
) -> tuple[ProblemRow, ...]:
    """The open problems, the newest first; of one code, and with the resolved ones, if asked."""
    with open_published(path) as connection:
        rows = connection.execute(
            f"select {PROBLEM_COLUMNS} from problems "
            "where ($code is null or code = $code) and ($resolved or resolved_at is null) "
            "order by last_seen_at desc, code, uri limit $limit",
            {"code": code, "resolved": resolved, "limit": limit if limit is not None else 2**62},
        ).fetchall()
    return tuple(ProblemRow(*row) for row in rows)


def show_problem(path: Path, document_id: str) -> ProblemDetail | None:
    """The problem of a document, and the document; None when it has none."""
    with open_published(path) as connection:
        row = connection.execute(
            f"select {PROBLEM_COLUMNS} from problems where document_id = ?", [document_id]
        ).fetchone()
        if row is None:
            return None
        found = fetch_documents(connection, "document_id = ?", [document_id])
        return ProblemDetail(ProblemRow(*row), found[0])


def find_document(path: Path, key: str) -> tuple[Document, ...] | None:
    """The documents of an article id, a document id, a url or a uri, in the order of loading; None
    when nothing has that key."""
    with open_published(path) as connection:
        for condition in (
            "article_id = ?",
            "document_id = ?",
            "uri = ?",
            "url = ?",
            "article_id in (select article_id from articles where canonical_url = ?)",
        ):
            if found := fetch_documents(connection, condition, [key]):
                return found
    return None


def find_learned(path: Path) -> tuple[list[tuple[str, int, str]], list[tuple[str, str]]]:
    """What runs have learned of the sites: (site, line hash, keeping article) of their template,
    and (site, zone); nothing where the file was published before such was learned."""
    with open_published(path) as connection:
        lines = read_template(connection) if has_table(connection, "site_lines") else []
        zones = read_zones(connection) if has_table(connection, "outlet_zones") else []
    return lines, zones


def fetch_documents(
    connection: duckdb.DuckDBPyConnection, condition: str, values: list[str]
) -> tuple[Document, ...]:
    """The documents that meet a condition, in the order of loading. A file that an earlier version
    published lacks the newer columns."""
    there = {row[0] for row in connection.execute("select * from documents limit 0").description}
    columns = ", ".join(name if name in there else "null" for name in COLUMNS.split(", "))
    rows = connection.execute(
        f"select {columns} from documents where {condition} order by load_number, position",
        values,
    ).fetchall()
    return tuple(make_document(row) for row in rows)


def fetch_one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    """The one row of a query that always has one."""
    row: tuple[Any, ...] | None = connection.execute(sql).fetchone()
    if row is None:
        raise RuntimeError(f"no row: {sql}")
    return row


@contextmanager
def open_published(path: Path, sealed: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the published file, with clear errors."""
    layout = locate(path)
    connection = connect(layout, sealed)
    try:
        with clear_errors(layout.published):
            yield connection
    finally:
        connection.close()


def connect(layout: Layout, sealed: bool = True) -> duckdb.DuckDBPyConnection:
    """Open the published file. Raises `WarehouseMissing`, `WarehouseCorrupt` and their like."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        check_present(layout)
        try:
            connection = open_for_reading(layout.published, Path(tempfile.gettempdir()), sealed)
            return check_warehouse(connection, layout)
        except (duckdb.Error, OSError) as error:
            if time.monotonic() < give_up and is_passing(error):
                time.sleep(0.05)
                continue
            raise explain_opening(error, layout) from error


def check_present(layout: Layout) -> None:
    """Raise `WarehouseMissing` when there is nothing to open."""
    if layout.published.exists():
        return
    if layout.published.is_symlink():
        raise WarehouseMissing(
            f"{layout.published} points to {layout.published.readlink()}, which is gone.",
            f"If it was moved, move {layout.private.name} beside it too; else ingest again.",
        )
    raise WarehouseMissing(
        f"There is no warehouse at {layout.published}.",
        f"Make it with `copydesk ingest SOURCE --warehouse {layout.published.name}`.",
    )


def check_warehouse(
    connection: duckdb.DuckDBPyConnection, layout: Layout
) -> duckdb.DuckDBPyConnection:
    """The connection, if the file is a warehouse of Copydesk."""
    if has_ledger(connection):
        return connection
    connection.close()
    raise WarehouseMissing(
        f"{layout.published} is a DuckDB file, but not a warehouse of Copydesk.",
        "Name the file that `copydesk ingest` made.",
    )


def explain_opening(error: BaseException, layout: Layout) -> CopydeskError:
    """Why the file does not open; one that is no link may never have been a warehouse."""
    clear = explain_failure(error, layout.published) or refuse(error, layout)
    if isinstance(clear, WarehouseCorrupt) and not layout.published.is_symlink():
        return WarehouseForeign(
            f"{layout.published} is no database that DuckDB can read.",
            "Name the file that `copydesk ingest` made.",
        )
    return clear


def is_passing(error: BaseException) -> bool:
    """Whether the copy was exchanged between reading the link and opening it."""
    return isinstance(error, duckdb.Error) and (is_locked(error) or "does not exist" in str(error))


def refuse(error: BaseException, layout: Layout) -> CopydeskError:
    """The error for a file that does not open for a reason not foreseen."""
    return WarehouseCorrupt(
        f"{layout.published} cannot be opened: {first_lines(error)}",
        "`copydesk doctor` looks at every copy.",
    )


@contextmanager
def clear_query() -> Iterator[None]:
    """Inside, what DuckDB says of a query becomes `QueryFailed`, and of the file a clear error."""
    try:
        yield
    except duckdb.Error as error:
        name = Path("warehouse")
        clear = None if isinstance(error, duckdb.ProgrammingError) else explain_failure(error, name)
        raise clear or QueryFailed(str(error).strip(), "") from error
