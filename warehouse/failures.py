"""What DuckDB and the disk complain about, told as one sentence with what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tasks.errors import (
    CopydeskError,
    DiskFull,
    FolderUnwritable,
    Terminal,
    WarehouseBusy,
    WarehouseCorrupt,
    WarehouseTooNew,
)


class QueryFailed(Terminal, CopydeskError):
    """A query that DuckDB refuses: its message says where."""

    code = "query-failed"


class WarehouseForeign(Terminal, CopydeskError):
    """The file at the warehouse's place was not put there by Copydesk."""

    code = "warehouse-foreign"


FULL = ("No space left", "Disk quota exceeded", "not enough disk space")
LOCKED = ("Could not set lock", "Conflicting lock", "different configuration than existing")
NEWER = ("newer version of DuckDB", "newer DuckDB", "storage version")
DAMAGED = (
    "not a valid DuckDB database file",
    "Corrupt",
    "corrupt",
    "checksum",
    "Could not read enough bytes",
    "could not read enough bytes",
    "deserialize",
    "Serialization Error",
    "INTERNAL Error",
)


def is_full(error: BaseException) -> bool:
    """Whether no space was left on the device."""
    if isinstance(error, DiskFull):
        return True
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return isinstance(error, duckdb.Error) and mentions(error, FULL)


def is_locked(error: duckdb.Error) -> bool:
    """Whether another connection, of any process, holds the file."""
    return mentions(error, LOCKED)


def mentions(error: BaseException, words: tuple[str, ...]) -> bool:
    """Whether the message holds one of the words."""
    message = str(error)
    return any(word in message for word in words)


def first_lines(error: BaseException) -> str:
    """The message up to its first blank line, on one line, ending in a full stop."""
    text = " ".join(str(error).strip().split("\n\n")[0].split())
    return text if text.endswith((".", "!", "?")) else text + "."


def explain_failure(error: BaseException, path: Path) -> CopydeskError | None:
    """The clear error for `error` on the file `path`; None when it is none of the known kinds."""
    if is_full(error):
        return DiskFull(
            f"No space is left on the disk of {path.parent}.",
            "Free some space and run again: what was loaded is safe, and the run continues.",
        )
    if isinstance(error, PermissionError) or mentions(error, ("Permission denied",)):
        return FolderUnwritable(
            f"{path} may not be opened: permission denied.",
            "Change its permissions, or run as the user who owns it.",
        )
    return explain_duckdb(error, path) if isinstance(error, duckdb.Error) else None


def explain_duckdb(error: duckdb.Error, path: Path) -> CopydeskError | None:
    """The clear error for what DuckDB says of the file itself."""
    if is_locked(error):
        return WarehouseBusy(
            f"{path} is locked by another program: {first_lines(error)}",
            "Close that program, or open the file read only there.",
        )
    if isinstance(error, duckdb.IOException) and mentions(error, NEWER):
        return WarehouseTooNew(
            f"{path} was written by a newer DuckDB: {first_lines(error)}", "Upgrade duckdb."
        )
    if mentions(error, DAMAGED):
        return WarehouseCorrupt(
            f"{path} is damaged: {first_lines(error)}",
            "`copydesk doctor` says which copies are whole; all can be rebuilt from the archive.",
        )
    return None


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Inside, failures of DuckDB or the disk on `path` become `CopydeskError`s; others pass."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        clear = explain_failure(error, path)
        if clear is None:
            raise
        raise clear from error
