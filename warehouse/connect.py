"""Connections to DuckDB files, always with bounds on memory and threads, never on the network."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import duckdb

# DuckDB imports it amid the first instant that it hands out, where Ctrl-C would be its error.
import pytz  # noqa: F401

# What reads and writes a copy; other folders name it so. A text, for DuckDB complains at the end of
# the process of every module that holds one of its classes.
Connection: TypeAlias = "duckdb.DuckDBPyConnection"

# Written so that DuckDB 1.5 and 2.x read it, and text is compressed (the default of 1.5 is not).
STORAGE_VERSION = "v1.5.0"
# Of each table, what a checkpoint writes ends in a block that is half empty; with DuckDB's 262,144
# bytes that is a tenth of the file. A file keeps the size it was made with.
BLOCK_BYTES = 65_536

MEMORY_BYTES = 256_000_000
READING_BYTES = 1_000_000_000
# DuckDB before 2.0 cannot let go of what it knows of deleted rows, from its first checkpoint on or
# from when they are read over: 16 KB for every 2,048 rows one of which is. That was a seventh of a
# file whose articles had new versions.
DELETED_PART = 1 / 6 if int(duckdb.__version__.split(".")[0]) < 2 else 0.0
THREADS = 2


def quote(text: str) -> str:
    """`text` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def create_database(path: Path) -> None:
    """Make an empty database file in the storage version of this project."""
    with duckdb.connect(":memory:") as connection:
        attach_new(connection, path, "made")


def attach_new(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """Attach a file that is not there yet, made with the settings of this project."""
    connection.execute(
        f"attach {quote(str(path))} as {name} "
        f"(storage_version '{STORAGE_VERSION}', block_size {BLOCK_BYTES})"
    )


def open_for_writing(
    path: Path, spill: Path, memory: int = MEMORY_BYTES, threads: int = THREADS
) -> duckdb.DuckDBPyConnection:
    """A connection that writes, with so many bytes of memory to work in. Raises duckdb's errors as
    they are: the caller tells a locked file from a damaged one."""
    connection = duckdb.connect(str(path), config=bounds(spill, limit(path, memory), threads))
    # WAL and transient rows stay small in memory, and a checkpoint does not come every few batches.
    connection.execute("SET checkpoint_threshold = '128MB'")
    # Compacting is decided elsewhere: see `warehouse.replay`.
    connection.execute("SET max_vacuum_tasks = 0")
    return settle(connection)


def limit(path: Path, memory: int) -> str:
    """The limit that leaves so many bytes to work in, in a file of the size that it has now."""
    size = path.stat().st_size if path.exists() else 0
    return f"{memory + round(size * DELETED_PART)}B"


def make_room(connection: Connection, path: Path, memory: int) -> None:
    """Leave as many bytes to work in as before the file grew."""
    connection.execute(f"SET memory_limit = '{limit(path, memory)}'")


def open_for_reading(
    path: Path, spill: Path, sealed: bool = True, memory: int = READING_BYTES
) -> duckdb.DuckDBPyConnection:
    """A read-only connection, one thread a core; a sealed one reads no other file and writes none.

    Connections of one process to one file share its descriptor when their settings are the same,
    and must: closing any descriptor of a file drops the process's lock on it.
    """
    config = bounds(spill, limit(path, memory), 0)
    if sealed:
        # What does not fit in memory then goes beside the file, DuckDB's own choice.
        del config["temp_directory"]
        config["enable_external_access"] = "false"
    connection = duckdb.connect(str(path), read_only=True, config=config)
    # Rows whose numbers are known are then read alone; of more than 50 DuckDB 1.5 reads the column.
    connection.execute("SET dynamic_or_filter_threshold = 2000")
    return settle(connection)


def bounds(
    spill: Path, memory_limit: str, threads: int
) -> dict[str, str | bool | int | float | list[str]]:
    """The settings every connection has."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(spill),
        "autoinstall_known_extensions": "false",
    }
    if threads:
        config["threads"] = threads
    return config


def settle(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The connection, showing instants in UTC whatever the machine's zone is, and no progress bar:
    it would be printed amid the output."""
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    return connection
