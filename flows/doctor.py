"""`copydesk doctor`: what could keep a run from going well, and what to do about it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.errors import CopydeskError

if TYPE_CHECKING:
    from warehouse.layout import Layout

# Free space below which a run can be expected to fail, and below which it may.
DISK_FAIL = 64 << 20
DISK_WARN = 1 << 30


class Verdict(StrEnum):
    """How a check came out; only FAIL makes `copydesk doctor` exit with 1."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `advice` says what to do where it is not well."""

    name: str
    verdict: Verdict
    detail: str
    advice: str = ""


def examine(warehouse: Path) -> Iterator[Check]:
    """Every check, in order: versions, warehouse, disk, server. Nothing is changed."""
    from flows.server import find_server
    from warehouse.layout import locate

    layout = locate(warehouse)
    yield from check_versions()
    yield from check_warehouse(layout)
    yield check_folder(layout)
    yield check_disk(layout)
    yield check_server(find_server())


def check_versions() -> Iterator[Check]:
    """Copydesk, Python, and every declared dependency against its declared range."""
    yield Check("copydesk", Verdict.OK, version("copydesk"))
    python = ".".join(str(part) for part in sys.version_info[:3])
    good = sys.version_info >= (3, 11)
    yield Check("python", _pass(good), python, "" if good else "Use Python 3.11 or later.")
    for requirement in requires("copydesk") or ():
        if "extra ==" not in requirement:
            yield _check_requirement(requirement)


def _check_requirement(text: str) -> Check:
    from packaging.requirements import Requirement

    requirement = Requirement(text)
    advice = f"pip install '{requirement}'"
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return Check(requirement.name, Verdict.FAIL, "not installed", advice)
    if requirement.specifier.contains(found, prereleases=True):
        return Check(requirement.name, Verdict.OK, found)
    return Check(requirement.name, Verdict.FAIL, f"{found}, needs {requirement.specifier}", advice)


def check_warehouse(layout: Layout) -> Iterator[Check]:
    """The published file, its private folder, who writes, and what the archive holds."""
    published = layout.published
    if not published.exists() and not published.is_symlink():
        yield Check(
            "warehouse",
            Verdict.WARN,
            f"there is none at {published} yet",
            f"Make it: copydesk ingest SOURCE… --warehouse {published}",
        )
        return
    yield _check_link(layout)
    yield _check_readable(published)
    yield from _check_schema(published)
    yield _check_holder(layout)
    yield _check_wal(published)
    yield _check_copies(layout)
    yield from _check_archive(layout)


def _check_link(layout: Layout) -> Check:
    name, published = "link", layout.published
    if not published.is_symlink():
        return Check(
            name,
            Verdict.WARN,
            f"{published} is a plain file, not a link into {layout.private.name}/",
            "It can be queried; to add to it, use the original beside its private folder.",
        )
    target = published.parent / published.readlink()
    if not target.exists():
        return Check(
            name,
            Verdict.FAIL,
            f"{published} points to {target}, which is gone",
            "Run copydesk ingest again, or restore the private folder.",
        )
    return Check(name, Verdict.OK, f"{published.name} → {published.readlink()}")


def _check_readable(published: Path) -> Check:
    from warehouse.read import read_status

    try:
        status = read_status(published)
    except CopydeskError as error:
        return Check("warehouse", Verdict.FAIL, error.message, error.hint)
    detail = f"{status.articles:,} articles out of {status.documents:,} documents"
    return Check("warehouse", Verdict.OK, f"readable, {detail}")


def _check_schema(published: Path) -> Iterator[Check]:
    """Silent where the file is no warehouse, which the check before tells."""
    from warehouse.migrate import list_migrations
    from warehouse.read import run_query

    try:
        [[found]] = run_query(published, "select max(number) from schema_migrations").rows
    except CopydeskError:
        return
    known = max(script.number or 0 for script in list_migrations())
    if found and found > known:
        yield Check(
            "schema",
            Verdict.FAIL,
            f"made by a newer Copydesk (schema {found}, this version knows {known})",
            "It can be queried; upgrade copydesk to add to it.",
        )
    else:
        yield Check("schema", Verdict.OK, f"{found}")


def _check_holder(layout: Layout) -> Check:
    from warehouse.lock import read_holder

    holder = read_holder(layout)
    if holder is None:
        return Check("lock", Verdict.OK, "nobody writes")
    detail = f"process {holder.pid} on {holder.host} writes since {holder.started_at}"
    return Check("lock", Verdict.WARN, detail, "Readers need not wait; another run does.")


def _check_wal(published: Path) -> Check:
    stray = published.with_name(published.name + ".wal")
    if not stray.exists():
        return Check("wal", Verdict.OK, "no stray write-ahead log")
    return Check(
        "wal",
        Verdict.WARN,
        f"{stray} was left by a program that opened the warehouse for writing",
        "Close that program, open warehouses read-only; the next run removes the file.",
    )


def _check_copies(layout: Layout) -> Check:
    from warehouse.copies import list_copies

    copies = list_copies(layout) if layout.copies.is_dir() else []
    touched = ", ".join(copy.path.name for copy in copies if not copy.is_intact)
    if touched:
        advice = "The next run replaces it; open warehouses read-only."
        return Check("copies", Verdict.WARN, f"{touched} was changed by another program", advice)
    sizes = ", ".join(f"{c.path.name} {format_size(c.path.stat().st_size)}" for c in copies)
    if copies:
        return Check("copies", Verdict.OK, sizes)
    return Check(
        "copies",
        Verdict.WARN,
        f"no working copy in {layout.copies}",
        "The next run makes one from the published file.",
    )


def _check_archive(layout: Layout) -> Iterator[Check]:
    """Every archive file that documents point into, against its size on disk."""
    from warehouse.read import run_query

    query = (
        "select archive_file, max(archive_offset + archive_length), count(*) from documents "
        "where archive_file is not null group by all order by all"
    )
    try:
        rows = list(run_query(layout.published, query).rows)
    except CopydeskError as error:
        yield Check("archive", Verdict.FAIL, error.message, error.hint)
        return
    damaged = [check for row in rows if (check := _check_archive_file(layout, *row))]
    if not damaged:
        documents = sum(int(row[2]) for row in rows)
        yield Check("archive", Verdict.OK, f"{len(rows)} files hold {documents:,} documents")
    yield from damaged


def _check_archive_file(layout: Layout, name: str, end: int, documents: int) -> Check | None:
    path = layout.archive / name  # an absolute name replaces the folder
    size = path.stat().st_size if path.exists() else -1
    if size >= end:
        return None
    state = "is gone" if size < 0 else f"is cut short ({size:,} of {end:,} bytes)"
    return Check(
        "archive",
        Verdict.FAIL,
        f"{path} {state}; {documents:,} documents are in it",
        "Restore it from a backup: what is loaded stays, but cannot be reprocessed without it.",
    )


def check_folder(layout: Layout) -> Check:
    """Whether the folder of the warehouse can be written to."""
    folder = layout.published.parent
    while not folder.exists():
        folder = folder.parent
    if os.access(folder, os.W_OK | os.X_OK):
        return Check("folder", Verdict.OK, f"{folder} is writable")
    advice = "Change its owner or permissions, or name another place with --warehouse."
    return Check("folder", Verdict.FAIL, f"{folder} is not writable", advice)


def check_disk(layout: Layout) -> Check:
    """Free space beside the warehouse; a run may need another copy of it."""
    folder = layout.published.parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    size = layout.published.stat().st_size if layout.published.exists() else 0
    detail = f"{format_size(free)} free in {folder}"
    if free < max(DISK_FAIL, size):
        return Check("disk", Verdict.FAIL, detail, "Free some before the next run.")
    if free < max(DISK_WARN, 3 * size):
        return Check("disk", Verdict.WARN, detail, "Free some soon.")
    return Check("disk", Verdict.OK, detail)


def check_server(url: str | None) -> Check:
    """Whether the Prefect server at this address answers."""
    from flows.server import check_server as reach

    if not url:
        return Check(
            "server", Verdict.OK, "none set: each run starts its own for as long as it runs"
        )
    try:
        reach(url)
    except CopydeskError as error:
        return Check("server", Verdict.FAIL, error.message, error.hint)
    return Check("server", Verdict.OK, f"{url} answers")


def format_size(size: float) -> str:
    """Bytes as people write them, in powers of 1,024."""
    for unit in ("bytes", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1024
    return f"{size:,.1f} TB"


def _pass(good: bool) -> Verdict:
    return Verdict.OK if good else Verdict.FAIL
