"""Where the parts of a warehouse lie: the file people query, and the private folder beside it."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from tasks.errors import FolderUnwritable, UsageError

PRIVATE_SUFFIX = ".copydesk"


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one warehouse, all absolute.

    `published` is a symbolic link to one of the files in `copies`; `archive` holds the WARC files,
    `staging` batches that are being written, `journal` batches that not every copy has yet,
    `fetched` segments that polls wrote and that are not loaded yet.
    """

    published: Path
    private: Path
    archive: Path
    staging: Path
    journal: Path
    fetched: Path
    copies: Path
    lock: Path

    @property
    def spill(self) -> Path:
        """Where DuckDB puts what does not fit in its memory limit."""
        return self.private / "spill"


def locate(warehouse: Path) -> Layout:
    """The layout of the warehouse people query as `warehouse`; nothing is touched.

    A link to a published file (one that is not itself the published link) is followed. Raises
    `UsageError` for a folder.
    """
    published = follow_outer_links(Path(os.path.normpath(Path.cwd() / warehouse.expanduser())))
    if published.is_dir():
        raise UsageError(
            f"{warehouse} is a folder, not a warehouse.",
            "Name a file, for instance news.duckdb inside it.",
        )
    private = published.with_name(published.stem + PRIVATE_SUFFIX)
    return Layout(
        published=published,
        private=private,
        archive=private / "archive",
        staging=private / "staging",
        journal=private / "journal",
        fetched=private / "fetched",
        copies=private / "copies",
        lock=private / "lock",
    )


def follow_outer_links(path: Path) -> Path:
    """The published link itself, when `path` is a link to it; else `path`."""
    for _ in range(40):
        if not path.is_symlink():
            return path
        target = Path(os.path.normpath(path.parent / path.readlink()))
        if target.parent.name == "copies" and target.parent.parent.suffix == PRIVATE_SUFFIX:
            return path
        path = target
    return path


def check_free(layout: Layout) -> None:
    """Raise `WarehouseForeign` when a file that Copydesk did not put there has the public name."""
    from warehouse.failures import WarehouseForeign

    if layout.published.exists() and not layout.published.is_symlink():
        raise WarehouseForeign(
            f"{layout.published} is a file of its own, not the link that Copydesk publishes.",
            "Choose another name with --warehouse, or move that file away.",
        )


def prepare(layout: Layout) -> None:
    """Make the folders. Raises `FolderUnwritable` when one cannot be made or written to, and
    `WarehouseForeign` before anything is made."""
    check_free(layout)
    for folder in (
        layout.archive,
        layout.staging,
        layout.journal,
        layout.fetched,
        layout.copies,
        layout.spill,
    ):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise refuse(folder, error.strerror or str(error)) from error
    for folder in (layout.published.parent, layout.private, layout.archive, layout.copies):
        if not os.access(folder, os.W_OK | os.X_OK):
            raise refuse(folder, "no permission to write")


def check_place(layout: Layout) -> None:
    """Raises what `prepare` would, as far as it can be told without making anything."""
    check_free(layout)
    ancestors = (layout.private, *layout.private.parents)
    there = next(folder for folder in ancestors if folder.exists())
    if not there.is_dir():
        raise refuse(there, os.strerror(errno.ENOTDIR))
    if not os.access(there, os.W_OK | os.X_OK):
        raise refuse(there, "no permission to write")


def refuse(folder: Path, reason: str) -> FolderUnwritable:
    """The error for a folder that cannot be used."""
    return FolderUnwritable(
        f"The folder {folder} cannot be written to: {reason}.",
        "Choose another place with --warehouse, or change the folder's permissions.",
    )
