"""One page in one file, packed or not."""

from __future__ import annotations

import errno
import stat
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tasks.compression import Unpacked, unpack
from tasks.model import Capture, Fault, Limits, Stage
from tasks.sources.paths import date_file, make_uri, read_clock


@dataclass(frozen=True, slots=True)
class PageFile:
    """What was in a file, and when the file was written (UTC)."""

    body: Unpacked
    written_at: datetime


def read_page_file(path: Path, limits: Limits) -> PageFile:
    """The content of a file, unpacked, within bounds. OSError where it cannot be read at all."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    with path.open("rb") as file:
        body = unpack(file, limits)
        if body.fault is not None and not body.content:  # at least what could not be unpacked
            file.seek(0)
            body = replace(body, content=file.read(limits.document_bytes))
        return PageFile(body, date_file(status))


def capture_page(path: Path, limits: Limits) -> Capture:
    """A file as a capture; one that cannot be read has the fault 'unreadable'."""
    try:
        page = read_page_file(path, limits)
    except OSError as error:
        return make_unreadable(path, error)
    return Capture(make_uri(path), page.body.content, page.written_at, fault=page.body.fault)


def make_unreadable(path: Path, error: OSError) -> Capture:
    """The capture of what the file system would not give."""
    message = f"It cannot be read: {error.strerror or error}; check its permissions and the disk."
    fault = Fault(Stage.DISCOVER, "unreadable", message)
    return Capture(make_uri(path), b"", read_clock(), fault=fault)
