"""The files of an archive, wherever it is: on this machine, on the web, in a bucket."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tasks.fetching.buckets import BucketFailed, copy_object, list_objects, read_object
from tasks.fetching.client import Answer
from tasks.fetching.downloads import fetch_small, save_large
from tasks.model import Fault, Stage
from tasks.sources.form import Form, judge_name
from tasks.sources.warc_list import (
    MOST_LIST_BYTES,
    ArchiveAddress,
    is_single,
    list_folder,
    read_list,
    select,
)

# Common Crawl's files of news have a gigabyte.
MOST_BYTES = 8 * 1024**3
_WEB = re.compile(r"https?://", re.IGNORECASE)
_REMOTE = re.compile(r"(?!file:)[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArchiveFiles:
    """What an archive lists: the addresses or absolute paths of its WARC files, those selected. How
    it was read is in `answer`: with a fault, nothing is listed."""

    answer: Answer
    files: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Loan:
    """A WARC file that can be read at `path`; `temporary` ones are to be removed afterwards.
    Without a path, `answer` has the fault."""

    answer: Answer
    path: Path | None = None
    temporary: bool = False


def list_archive(address: ArchiveAddress, private: bool = False) -> ArchiveFiles:
    """The WARC files of a list, of a folder, or the one that is the archive itself; raises
    nothing."""
    if is_single(address.url):
        return ArchiveFiles(Answer(address.url), select([address.url], address))
    try:
        if not _REMOTE.match(address.url) and to_path(address.url).is_dir():
            found = list_folder(to_path(address.url))
            return _file(address, found)
        if address.url.endswith("/") and not _WEB.match(address.url):
            objects = list_objects(address.url)
            return _file(address, [url for url in objects if judge_name(url) is Form.WARC])
        answer = _read(address.url, private)
        if answer.fault is not None:
            return ArchiveFiles(answer)
        return ArchiveFiles(replace(answer, content=b""), read_list(answer.content, address))
    except BucketFailed as failed:
        return ArchiveFiles(_fail(address.url, failed.fault, failed.transient))
    except OSError as error:
        return ArchiveFiles(_refuse(address.url, error))
    except ValueError as error:
        return ArchiveFiles(_fail(address.url, _make_fault("not-a-listing", str(error))))


def _file(address: ArchiveAddress, found: Sequence[str]) -> ArchiveFiles:
    return ArchiveFiles(Answer(address.url), select(found, address))


def _read(url: str, private: bool) -> Answer:
    if _WEB.match(url):
        return fetch_small(url, MOST_LIST_BYTES, private)
    if _REMOTE.match(url):
        content = read_object(url, MOST_LIST_BYTES)
    else:
        with to_path(url).open("rb") as file:
            content = file.read(MOST_LIST_BYTES)
    return Answer(url, content=content, size=len(content))


def borrow(url: str, folder: Path, private: bool = False) -> Loan:
    """A WARC file as one of this machine: where it is, or fetched into `folder` under its own name.
    Raises OSError where nothing can be written there."""
    if not _REMOTE.match(url):
        return _find(url)
    started = time.monotonic()
    path = folder / name_file(url)
    if _WEB.match(url):
        answer = save_large(url, path, MOST_BYTES, private)
    else:
        try:
            answer = Answer(url, size=copy_object(url, path, MOST_BYTES))
        except BucketFailed as failed:
            answer = _fail(url, failed.fault, failed.transient)
        answer = replace(answer, seconds=time.monotonic() - started)
    if answer.fault is not None:
        path.unlink(missing_ok=True)
        return Loan(answer)
    return Loan(answer, path, temporary=True)


def _find(url: str) -> Loan:
    path = to_path(url)
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        return Loan(_refuse(url, error))
    return Loan(Answer(url, size=size), path)


def to_path(url: str) -> Path:
    """The path of this machine that an address without a scheme, or file://, names."""
    return Path(unquote(urlsplit(url).path) if url.lower().startswith("file://") else url)


def name_file(url: str) -> str:
    """The last part of an address, as a name of a file."""
    name = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    return re.sub(r"[^\w.-]+", "-", name)[-150:].lstrip(".") or "archive.warc.gz"


def _refuse(url: str, error: OSError) -> Answer:
    reason = error.strerror or str(error)
    message = f"{url} cannot be read: {reason}; check that it is there, and its permissions."
    return _fail(url, _make_fault("unreadable", message), transient=True)


def _make_fault(code: str, message: str) -> Fault:
    return Fault(Stage.DISCOVER, code, message)


def _fail(url: str, fault: Fault, transient: bool = False) -> Answer:
    return Answer(url, fault=fault, transient=transient)
