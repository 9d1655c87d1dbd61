"""Migrations: ordered SQL files with checksums, macros, views, brought into a file by the writer.

`schema/NNN_*.sql` are applied once, in order, each in a transaction. `macros/*.sql` and
`views/*.sql` are made again whenever their text changed. A view's header comment becomes its
`COMMENT ON`:

    -- What comes out, in a sentence or two.
    -- @column day: what the column holds
    -- @like articles      (columns without a line of their own take the comment they have there)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files

import duckdb

from tasks.errors import MigrationChanged, WarehouseTooNew
from warehouse.connect import quote


@dataclass(frozen=True, slots=True)
class Script:
    """One SQL file; `number` is None for a view."""

    name: str
    number: int | None
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, line ends aside."""
        return hashlib.sha256(self.text.replace("\r\n", "\n").encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ViewHeader:
    """What a view's header comment says: of the view, of its columns, and whose comments else."""

    comment: str
    columns: dict[str, str]
    like: tuple[str, ...]


def list_migrations() -> list[Script]:
    """The numbered scripts, in order; 000 makes the table that records the others."""
    scripts = [read_script("schema", name) for name in script_names("schema")]
    return sorted(scripts, key=lambda script: script.number or 0)


def list_views() -> list[Script]:
    """The views, in order of name; one that reads another must come after it."""
    return [read_script("views", name) for name in script_names("views")]


def list_macros() -> list[Script]:
    """The macros, a file a topic, in order of name."""
    return [read_script("macros", name) for name in script_names("macros")]


def script_names(folder: str) -> list[str]:
    """The SQL files of a folder of this package, sorted."""
    names = (item.name for item in files("warehouse").joinpath(folder).iterdir())
    return sorted(name for name in names if name.endswith(".sql"))


def read_script(folder: str, name: str) -> Script:
    """One SQL file of this package."""
    text = files("warehouse").joinpath(folder, name).read_text(encoding="utf-8")
    number = int(name.split("_")[0]) if folder == "schema" else None
    return Script(name if number is not None else f"{folder}/{name}", number, text)


def fingerprint() -> str:
    """A hash of all migrations and views: copies with the same one have the same shape."""
    scripts = (*list_migrations(), *list_macros(), *list_views())
    checksums = (script.checksum for script in scripts)
    return hashlib.sha256(" ".join(checksums).encode()).hexdigest()[:16]


def migrate(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Bring the file to this version and return what was applied, by name.

    Raises `WarehouseTooNew` when it holds a migration this version lacks, and `MigrationChanged`
    when one that it holds reads differently now.
    """
    applied = read_applied(connection)
    migrations = list_migrations()
    check_applied(applied, migrations)
    pending = [script for script in migrations if script.name not in applied]
    for script in pending:
        with transaction(connection):
            connection.execute(script.text)
            record(connection, script)
    made = refresh_macros(connection, applied)
    return [script.name for script in pending] + made + refresh_views(connection, applied)


def read_applied(connection: duckdb.DuckDBPyConnection) -> dict[str, Script]:
    """What the file says was applied, by name, `text` holding the checksum."""
    if not has_ledger(connection):
        return {}
    rows = connection.execute("select name, number, checksum from schema_migrations").fetchall()
    return {name: Script(name, number, checksum) for name, number, checksum in rows}


def has_ledger(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the file is a warehouse at all."""
    return has_table(connection, "schema_migrations")


def has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether the file has a table of that name."""
    found = connection.execute(
        "select 1 from duckdb_tables() where table_name = ? and not internal", [name]
    ).fetchone()
    return found is not None


def check_applied(applied: dict[str, Script], migrations: list[Script]) -> None:
    """Raise when the file and this version do not go together."""
    known = {script.name: script for script in migrations}
    newest = max((script.number or 0 for script in migrations), default=0)
    for script in applied.values():
        if script.number is None:
            continue
        if script.number > newest:
            raise WarehouseTooNew(
                f"This warehouse was made by a newer Copydesk (schema {script.number}, "
                f"this version knows {newest}).",
                "Upgrade copydesk, or choose another file with --warehouse.",
            )
        if script.name not in known or known[script.name].checksum != script.text:
            raise MigrationChanged(
                f"The migration {script.name} is not the one this warehouse was made with.",
                "Install an unchanged copydesk; a new migration belongs in a new file.",
            )


def record(connection: duckdb.DuckDBPyConnection, script: Script) -> None:
    """Write down that the script was applied."""
    connection.execute("delete from schema_migrations where name = ?", [script.name])
    connection.execute(
        "insert into schema_migrations values (?, ?, ?, ?)",
        [script.name, script.number, script.checksum, datetime.now(UTC)],
    )


def refresh_macros(connection: duckdb.DuckDBPyConnection, applied: dict[str, Script]) -> list[str]:
    """Make those macros again whose text changed; it replaces what bears the same name."""
    changed = [
        script
        for script in list_macros()
        if script.name not in applied or applied[script.name].text != script.checksum
    ]
    for script in changed:
        with transaction(connection):
            connection.execute(script.text)
            record(connection, script)
    return [script.name for script in changed]


def refresh_views(connection: duckdb.DuckDBPyConnection, applied: dict[str, Script]) -> list[str]:
    """Make the views again when any of them, or a table below them, changed."""
    views = list_views()
    gone = [name for name in applied if name.startswith("views/")]
    current = {view.name: view.checksum for view in views}
    if {name: applied[name].text for name in gone} == current and has_all(applied):
        return []
    with transaction(connection):
        for name in gone:
            connection.execute(f"drop view if exists {view_name(name)}")
            connection.execute("delete from schema_migrations where name = ?", [name])
        for view in views:
            connection.execute(view.text)
            comment_view(connection, view)
            record(connection, view)
    return [view.name for view in views]


def has_all(applied: dict[str, Script]) -> bool:
    """Whether no migration was pending."""
    return all(script.name in applied for script in list_migrations())


def view_name(name: str) -> str:
    """The view a file makes: its name."""
    return name.removeprefix("views/").removesuffix(".sql")


def parse_header(text: str) -> ViewHeader:
    """Read the comment lines that open a view's file."""
    words: list[str] = []
    columns: dict[str, str] = {}
    like: list[str] = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        line = line.removeprefix("--").strip()
        if line.startswith("@column "):
            name, _, comment = line.removeprefix("@column ").partition(":")
            columns[name.strip()] = comment.strip()
        elif line.startswith("@like "):
            like.append(line.removeprefix("@like ").strip())
        elif line:
            words.append(line)
    return ViewHeader(" ".join(words), columns, tuple(like))


def comment_view(connection: duckdb.DuckDBPyConnection, view: Script) -> None:
    """Give the view and its columns their comments."""
    name = view_name(view.name)
    header = parse_header(view.text)
    connection.execute(f"comment on view {name} is {quote(header.comment)}")
    comments = inherited_comments(connection, header.like) | header.columns
    for column in column_names(connection, name):
        if comment := comments.get(column):
            connection.execute(f"comment on column {name}.{column} is {quote(comment)}")


def inherited_comments(
    connection: duckdb.DuckDBPyConnection, tables: tuple[str, ...]
) -> dict[str, str]:
    """The columns' comments of the tables named; the first table wins."""
    comments: dict[str, str] = {}
    for table in reversed(tables):
        rows = connection.execute(
            "select column_name, comment from duckdb_columns() where table_name = ?", [table]
        ).fetchall()
        comments |= {name: comment for name, comment in rows if comment}
    return comments


def column_names(connection: duckdb.DuckDBPyConnection, view: str) -> list[str]:
    """The columns of a view, in order."""
    description = connection.execute(f"select * from {view} limit 0").description
    return [column[0] for column in description or ()]


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit at the end, or roll all of it back."""
    connection.execute("begin transaction")
    try:
        yield
    except BaseException:
        roll_back(connection)
        raise
    connection.execute("commit")


def roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    """Undo the transaction, unless DuckDB has ended it already."""
    try:
        connection.execute("rollback")
    except duckdb.TransactionException:
        return
    except duckdb.FatalException:
        return
