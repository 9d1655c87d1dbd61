"""What a deep check asks of a copy beside its rules (`warehouse.audit`): where bytes are said to
be, which documents are known, and articles to compute again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from tasks.errors import WarehouseCorrupt
from tasks.model import Article, Author, AuthorKind, Caption, Place
from warehouse.audit import MISSING_ROWS, PLACELESS
from warehouse.connect import Connection, open_for_reading, settle
from warehouse.copies import Copy, list_copies, record_file
from warehouse.failures import clear_errors
from warehouse.journal import list_entries
from warehouse.layout import Layout
from warehouse.printing import STAMP, make_stamp
from warehouse.rows import key_uri, shorten
from warehouse.segments import list_folders, name_warc
from warehouse.stage import UNFINISHED

FETCHED_AT_ONCE = 2_000
ARTICLES_AT_ONCE = 2_000

KEPT = """
select archive_file, document_id, sha256, size, archive_offset, archive_length
from {origin}
order by archive_file, archive_offset, document_id
"""

# Articles whose body is as it was edited: nothing was dropped or learned away (of which the lines
# that are removed tell, while they are kept), and no text had to be mended to be stored.
COMPARABLE = """
from articles
where body_dropped_at is null
  and article_id not in (
      select article_id from packed_removed_lines where contains(items, '"site.template"')
      union all
      select article_id from loose_removed_lines where rule = 'site.template'
  )
  and not contains(concat(title, standfirst, body), chr(65533))
  and not (
      site in (select site from site_lines where label is not null)
      and coalesce(version_seen_at < (
          select max(older_than) from upkeep where what = 'removed-lines'
      ), false)
  )
"""

ARTICLES = f"""
select article_id, content_hash, title, standfirst, body,
       {", ".join(f"published_{part}" for part in STAMP)}
from articles
where load_number in (select unnest(?::integer[])) and article_id in (select article_id from chosen)
"""

LATER = """
select exists (
    select 1 from documents
    where uri_key = $uri_key and (sha256_key = $sha256_key or fetched_at > $fetched_at)
)
"""


ACCOUNTED = f"""
select (select coalesce(sum(missing), 0) from ({MISSING_ROWS})) <= $superseded
    + (
        select count(*) from documents
        where run_id in (select run_id from runs where flow = 'repair' union select $run_id)
    )
    - (
        select coalesce(sum(items), 0) from upkeep
        where kind = 'repair' and starts_with(what, 'load-')
    )
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a document's row says of its bytes."""

    document_id: str
    sha256: str
    size: int
    place: Place


@contextmanager
def open_copy(layout: Layout, copy: Copy) -> Iterator[Connection]:
    """A read-only connection to a copy, which nobody may be writing to; clear errors inside."""
    with clear_errors(copy.path):
        connection = open_for_reading(copy.path, layout.spill, sealed=False)
        try:
            yield connection
        finally:
            connection.close()


def list_claims(
    connection: Connection, sample: int | None = None
) -> Iterator[tuple[str, list[Claim]]]:
    """The documents with bytes in the archive, by file: all, or a random sample of so many."""
    origin = "documents where archive_file is not null"
    if sample is not None:  # drawn before a condition beside it is looked at
        origin = f"(from {origin}) using sample reservoir({int(sample)} rows)"
        origin = f"(from {origin})"
    with settle(connection.cursor()) as cursor:
        cursor.execute(KEPT.format(origin=origin))
        for file, rows in groupby(stream(cursor), key=lambda row: str(row[0])):
            yield file, [Claim(row[1], row[2], row[3], Place(*row[0:1], *row[4:6])) for row in rows]


def list_placeless(connection: Connection) -> list[tuple[str, str, int]]:
    """Documents whose place in the archive got lost: id, SHA-256 and size."""
    return connection.execute(
        f"select document_id, sha256, size from documents where {PLACELESS} order by all"
    ).fetchall()


def count_claims(connection: Connection) -> int:
    """Documents with bytes in the archive."""
    return count(connection, "documents where archive_file is not null")


def count_articles(connection: Connection) -> int:
    """Articles whose content hash can be computed again."""
    return count(connection, COMPARABLE.removeprefix("\nfrom "))


def count(connection: Connection, origin: str) -> int:
    """Rows of a table, with a condition or without."""
    row = connection.execute(f"select count(*) from {origin}").fetchone()
    return int(row[0]) if row else 0


def stream(cursor: Connection) -> Iterator[tuple[Any, ...]]:
    """The rows of a result, fetched some at a time."""
    while rows := cursor.fetchmany(FETCHED_AT_ONCE):
        yield from rows


def list_known(connection: Connection) -> set[str]:
    """The ids of all documents."""
    return {row[0] for row in connection.execute("select document_id from documents").fetchall()}


def is_superseded(connection: Connection, uri: str, sha256: str, fetched_at: datetime) -> bool:
    """Whether the documents of a uri have these bytes already, or are newer."""
    values = {"uri_key": key_uri(uri), "sha256_key": shorten(sha256), "fetched_at": fetched_at}
    row = connection.execute(LATER, values).fetchone()
    return row is not None and bool(row[0])


def list_taken_in(connection: Connection, run_id: str) -> list[str]:
    """The articles of documents that came in by this repair, or by one that was killed."""
    rows = connection.execute(
        "select distinct article_id from documents where article_id is not null and run_id in "
        "(select run_id from runs where flow = 'repair' and status = 'interrupted' union select ?) "
        "order by 1",
        [run_id],
    ).fetchall()
    return [row[0] for row in rows]


def is_accounted(connection: Connection, run_id: str, superseded: int) -> bool:
    """Whether as many documents as the loads lack came in again by repairs (`run_id` is the one
    that goes on), or lie in the archive and are `superseded` by newer ones."""
    values = {"run_id": run_id, "superseded": superseded}
    row = connection.execute(ACCOUNTED, values).fetchone()
    return row is not None and bool(row[0])


def list_dropped_files(connection: Connection) -> set[str]:
    """Archive files that retention gave up and that no document names."""
    rows = connection.execute(
        "select archive_file from dropped_files where archive_file not in "
        "(select archive_file from documents where archive_file is not null)"
    ).fetchall()
    return {row[0] for row in rows}


def count_rows(connection: Connection) -> dict[str, int]:
    """The rows of every table, but for the one that says when this very copy was migrated."""
    tables = connection.execute(
        "select table_name from duckdb_tables() where not internal and not temporary "
        "and table_name <> 'schema_migrations' order by 1"
    ).fetchall()
    counts: dict[str, int] = {}
    for (table,) in tables:
        counts[table] = count(connection, f'"{table}"')
    return counts


def is_readable(layout: Layout, copy: Copy) -> bool:
    """Whether every value in a copy can be read."""
    try:
        with open_copy(layout, copy) as connection:
            for table in count_rows(connection):
                digest_rows(connection, table)
    except WarehouseCorrupt:
        return False
    return True


def digest_rows(connection: Connection, table: str) -> tuple[int, int]:
    """Rows of a table, and a digest of them that does not depend on their order."""
    row = connection.execute(
        f'select count(*), coalesce(sum(hash(rows)::hugeint), 0) from "{table}" as rows'
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def digest_ledger(connection: Connection, through: int) -> tuple[int, int]:
    """As `digest_rows`, of the ledger up to a load."""
    row = connection.execute(
        "select count(*), coalesce(sum(hash(batches)::hugeint), 0) from batches "
        "where load_number <= ?",
        [through],
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def list_unused(connection: Connection, files: Sequence[str]) -> list[str]:
    """Those of these archive files that no document names, in order."""
    rows = connection.execute(
        "select distinct archive_file from documents where archive_file is not null"
    ).fetchall()
    return sorted({*files} - {row[0] for row in rows})


def read_applied(connection: Connection) -> int:
    """The number of the last load."""
    row = connection.execute("select coalesce(max(load_number), 0) from batches").fetchone()
    return int(row[0]) if row else 0


def list_articles(connection: Connection, sample: int | None = None) -> Iterator[Article]:
    """Articles whose `content_hash` can be computed again, with no more than what it is made of:
    all, or a random sample of so many."""
    limit = "" if sample is None else f"using sample reservoir({int(sample)} rows)"
    connection.execute(
        "create or replace temp table chosen as "
        f"select article_id, load_number from (select article_id, load_number {COMPARABLE}) {limit}"
    )
    loads: list[int] = []
    waiting = 0
    counted = connection.execute(
        "select load_number, count(*) from chosen group by all order by all"
    ).fetchall()
    for load_number, count in counted:
        loads.append(load_number)
        waiting += count
        if waiting >= ARTICLES_AT_ONCE:
            yield from read_articles(connection, loads)
            loads, waiting = [], 0
    if loads:
        yield from read_articles(connection, loads)


def read_articles(connection: Connection, loads: Sequence[int]) -> Iterator[Article]:
    """The chosen articles of these loads."""
    authors = read_items(connection, "article_authors", "name, kind, raw", loads)
    captions = read_items(connection, "captions", "text, credit", loads)
    for row in connection.execute(ARTICLES, [list(loads)]).fetchall():
        article_id, content_hash, title, standfirst, body = row[:5]
        yield Article(
            id=article_id,
            content_hash=content_hash,
            body=body,
            lines=(),
            language=None,
            word_count=0,
            title=title,
            standfirst=standfirst,
            published=make_stamp(*row[5:]),
            authors=tuple(
                Author(name, AuthorKind(kind), raw) for name, kind, raw in authors.get(row[0], ())
            ),
            captions=tuple(Caption(text, credit) for text, credit in captions.get(row[0], ())),
        )


def read_items(
    connection: Connection, table: str, columns: str, loads: Sequence[int]
) -> dict[str, list[tuple[Any, ...]]]:
    """The items of a child table by article, in order."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    rows = connection.execute(
        f"select article_id, {columns} from {table} "
        "where load_number in (select unnest(?::integer[])) "
        "and article_id in (select article_id from chosen) order by article_id, position",
        [list(loads)],
    ).fetchall()
    for article_id, *values in rows:
        found.setdefault(article_id, []).append(tuple(values))
    return found


def find_spare(layout: Layout, published: Copy) -> Copy | None:
    """The other copy, when its writer closed it whole."""
    for copy in list_copies(layout):
        if copy.path != published.path and copy.record is not None and not copy.record.open:
            return copy
    return None


def is_behind(layout: Layout, published: Copy) -> bool:
    """Whether there are loads that the published copy lacks: a run was killed before it published
    them."""
    numbers = [entry.number for entry in list_entries(layout)]
    others = [copy.applied for copy in list_copies(layout)]
    return max([*numbers, *others], default=0) > published.applied


def list_left_entries(layout: Layout) -> list[str]:
    """Loads in the journal that every copy has."""
    least = min((copy.applied for copy in list_copies(layout)), default=-1)
    return [entry.folder.name for entry in list_entries(layout) if entry.number <= least]


def list_staged(layout: Layout) -> list[str]:
    """What lies in the staging folder."""
    return sorted(path.name for path in layout.staging.iterdir())


def list_archive_files(layout: Layout) -> tuple[list[str], list[str]]:
    """The files of the archive, and those that were left half written; what a poll fetched and
    nobody loaded yet is in neither."""
    fetched = {name_warc(folder.name) for folder in list_folders(layout)}
    fetched |= {name_warc(folder.stem) for folder in layout.fetched.glob(f"*{UNFINISHED}")}
    names = sorted(path.name for path in layout.archive.iterdir() if path.is_file())
    ours = [name for name in names if name.removesuffix(UNFINISHED) not in fetched]
    halves = [name for name in ours if name.endswith(UNFINISHED)]
    return [name for name in ours if name.endswith(".warc.gz")], halves


def distrust(copy: Copy) -> None:
    """Let the next writer replace a copy: without its record it is not used again."""
    record_file(copy.path).unlink(missing_ok=True)
