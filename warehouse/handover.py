"""Files and folders handed over whole: written beside their place, then renamed into it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.errors import CopydeskError, FolderUnwritable, Transient, UsageError
from warehouse.durable import sync_file, sync_folder

# Says that a folder is an export, and whole; written last.
RECORD = "_export.json"


class ExportBusy(Transient, CopydeskError):
    """Another process exports to the same place."""

    code = "export-busy"


@contextmanager
def prepare_place(target: Path, force: bool) -> Iterator[Path]:
    """An empty folder beside `target` to write into, of which nothing is left at the end.

    Raises `UsageError` when something is at the target that may not be replaced, `ExportBusy`, and
    `FolderUnwritable`. What a killed export left is removed.
    """
    from filelock import FileLock, Timeout

    check_target(target, force)
    part = target.with_name(target.name + ".part")
    lock = FileLock(str(part / "lock"))
    try:
        part.mkdir(exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise ExportBusy(f"Another export is writing {target}.", "Let it end.") from error
    except OSError as error:
        raise refuse(target.parent, error) from error
    try:
        empty(part)
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)
        lock.release()


def check_target(target: Path, force: bool) -> None:
    """Raise `UsageError` unless `target` is free, or may be replaced."""
    if target.name in ("", ".."):
        raise UsageError(f"{target} is no name for an export.", "Name a new file or folder.")
    if not target.parent.is_dir():
        raise FolderUnwritable(f"There is no folder {target.parent}.", "Make it first.")
    if not (target.exists() or target.is_symlink()) or is_empty_folder(target):
        return
    if not force:
        raise UsageError(f"{target} is there already.", "Name another place, or use --force.")
    if target.is_symlink() or (target.is_dir() and not (target / RECORD).is_file()):
        raise UsageError(
            f"{target} is no export, so it is not replaced.", "Name another place, or remove it."
        )


def is_empty_folder(path: Path) -> bool:
    """Whether there is a folder, and nothing in it."""
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


def empty(part: Path) -> None:
    """Remove what a killed export left, but not the lock."""
    for item in part.iterdir():
        if item.is_dir():
            shutil.rmtree(item)
        elif item.name != "lock":
            item.unlink()


def hand_over_file(whole: Path, target: Path) -> None:
    """Put the file at its place, in one step. Raises `UsageError` when that is a folder."""
    if target.is_dir():
        raise UsageError(f"{target} is a folder.", "Name a file in it.")
    sync_file(whole)
    whole.replace(target)
    sync_folder(target.parent)


def hand_over_folder(whole: Path, target: Path, record: dict[str, object]) -> None:
    """Put the folder at its place, with the record in it. What was there goes first, so that for an
    instant there is nothing; a mixture there never is."""
    text = json.dumps(record, ensure_ascii=False, indent=1)
    (whole / RECORD).write_text(text + "\n", encoding="utf-8")
    for item in whole.rglob("*"):
        (sync_folder if item.is_dir() else sync_file)(item)
    if target.is_dir():
        target.rename(whole.with_name("replaced"))
    elif target.exists():
        target.unlink()
    whole.rename(target)
    sync_folder(target.parent)


def refuse(folder: Path, error: OSError) -> FolderUnwritable:
    """The error for a folder that cannot be written to."""
    return FolderUnwritable(
        f"The folder {folder} cannot be written to: {error.strerror or error}.",
        "Choose another place, or change its permissions.",
    )
