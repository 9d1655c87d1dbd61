"""Paths as the user gives them, and the addresses and times of files."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from tasks.errors import SourceNotFound, SourceUnreadable


def expand(spec: str) -> Path:
    """The absolute path that a spec names: `~` and `..` are resolved, links are not."""
    return Path(os.path.abspath(os.path.expanduser(spec)))  # noqa: PTH100, PTH111 - keeps links


def make_uri(path: Path, fragment: str | None = None) -> str:
    """The `file:///…` address of an absolute path (RFC 8089), with a fragment if one is given."""
    address = path.as_uri()
    return address if fragment is None else f"{address}#{quote(fragment, safe='/:@!$&()*+,;=?')}"


def read_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def date_file(stat: os.stat_result) -> datetime:
    """When a file was last written, in UTC; now, when its clock is out of range."""
    try:
        return datetime.fromtimestamp(stat.st_mtime, UTC)
    except (OverflowError, ValueError, OSError):
        return read_clock()


def check_file(path: Path) -> None:
    """Raise SourceNotFound or SourceUnreadable unless `path` is a file that can be read."""
    if not path.exists():
        raise SourceNotFound(f"{path} does not exist.", "Check the spelling, or quote the glob.")
    if not path.is_file():
        raise SourceUnreadable(f"{path} is no regular file.", "Pipe its content in, and read '-'.")
    check_access(path, os.R_OK)


def check_access(path: Path, mode: int) -> None:
    """Raise SourceUnreadable where the permissions forbid to read `path`."""
    if not os.access(path, mode):
        raise SourceUnreadable(f"{path} may not be read.", "Change its permissions.")


def read_start(path: Path, size: int) -> bytes:
    """The first bytes of a file; none where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""
