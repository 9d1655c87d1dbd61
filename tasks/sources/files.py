"""Files, folders and globs of pages.

In a folder, pages and WARCs are taken, whatever else there is is skipped and counted; what is named
itself, or by a glob that says more than `*`, is taken whatever its extension.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from tasks.errors import SourceNotFound
from tasks.model import Limits, Skip
from tasks.sources.fetch import Fetcher
from tasks.sources.form import Form, is_glob, judge_file, judge_name
from tasks.sources.kind import Item, SourceKind
from tasks.sources.manifest import check_manifest, read_manifest
from tasks.sources.page_file import capture_page, make_unreadable
from tasks.sources.paths import check_access, check_file, expand, make_uri
from tasks.sources.warc import read_archive


def _matches(spec: str) -> bool:
    return bool(spec)


def _check(spec: str) -> None:
    if "://" in spec:
        scheme = spec.partition("://")[0]
        raise SourceNotFound(
            f"No kind of source reads {scheme}:// addresses: {spec}.",
            "Give a file, a folder, a glob, '-', or an http(s) address.",
        )
    if is_glob(spec):
        _check_glob(spec)
    elif expand(spec).is_dir():
        check_access(expand(spec), os.R_OK | os.X_OK)
    else:
        check_file(expand(spec))


def _check_glob(spec: str) -> None:
    hits = 0
    for hit in find_hits(spec):
        hits += 1
        if _is_named(spec) and judge_name(hit.name) is Form.MANIFEST:
            check_manifest(hit)
    if not hits:
        raise SourceNotFound(f"Nothing matches {spec!r}.", "Check the spelling of the pattern.")


def _read(spec: str, limits: Limits, fetcher: Fetcher) -> Iterator[Item]:
    if not is_glob(spec):
        yield from _read_path(expand(spec), True, limits)
        return
    for hit in find_hits(spec):
        yield from _read_path(hit, _is_named(spec), limits)


def _read_path(path: Path, named: bool, limits: Limits) -> Iterator[Item]:
    if path.is_dir():
        return _read_folder(path, (), limits)
    return _read_file(path, named, limits)


def read_named(path: Path, limits: Limits) -> Iterator[Item]:
    """What one file holds, a page, a WARC or a manifest; raises nothing."""
    return _read_file(path, True, limits)


def _read_file(path: Path, named: bool, limits: Limits) -> Iterator[Item]:
    form = judge_file(path) if named else judge_name(path.name)
    if form is Form.PAGE:
        yield capture_page(path, limits)
    elif form is Form.WARC:
        yield from read_archive(path, limits)
    elif form is Form.MANIFEST and named:
        yield from read_manifest(path, limits)
    else:
        reason = "manifest-in-folder" if form else "other-extension"
        yield Skip(make_uri(path), reason)


def _read_folder(
    folder: Path, above: tuple[tuple[int, int], ...], limits: Limits
) -> Iterator[Item]:
    """All that a folder and those below it hold, name by name; links in a circle are left."""
    try:
        stat = folder.stat()
        names = list_names(folder)
    except OSError as error:
        yield make_unreadable(folder, error)
        return
    here = (stat.st_dev, stat.st_ino)
    if here in above:
        return
    for name in names:
        path = folder / name
        if path.is_dir():
            yield from _read_folder(path, (*above, here), limits)
        else:
            yield from _read_file(path, False, limits)


def list_names(folder: Path) -> list[str]:
    """The names in a folder, sorted, hidden ones left out."""
    return sorted(name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208


def _is_named(pattern: str) -> bool:
    return Path(pattern).name not in {"*", "**"}


def find_hits(pattern: str) -> Iterator[Path]:
    """The paths that a glob matches, folder by folder in sorted order; hidden ones only if asked.

    `**` matches any number of folders, and then only files are hits; without it a folder can be.
    """
    path = Path(pattern).expanduser().absolute()
    parts = [part for n, part in enumerate(path.parts[1:]) if path.parts[n : n + 2] != ("**",) * 2]
    deep = "**" in parts
    for hit in _match(Path(path.anchor), parts):
        hit = expand(str(hit))
        if parts[-1] == "**" or not (deep and hit.is_dir()):
            yield hit


def _match(base: Path, parts: list[str]) -> Iterator[Path]:
    if not parts:
        yield base
        return
    head, rest = parts[0], parts[1:]
    if head == "**":
        yield from _match(base, rest)
        if rest:
            for folder in _list_folders(base):
                yield from _match(folder, parts)
    elif not any(mark in head for mark in "*?["):
        if (base / head).exists():
            yield from _match(base / head, rest)
    else:
        for name in _list_matching(base, head):
            if not rest or (base / name).is_dir():
                yield from _match(base / name, rest)


def _list_folders(base: Path) -> Iterator[Path]:
    for name in _list_matching(base, "*"):
        if (base / name).is_dir() and not (base / name).is_symlink():
            yield base / name


def _list_matching(base: Path, pattern: str) -> list[str]:
    try:
        names = sorted(os.listdir(base))  # noqa: PTH208 - names are enough
    except OSError:
        return []  # as the shell does: what cannot be listed matches nothing
    shown = pattern.startswith(".")
    return [name for name in names if fnmatchcase(name, pattern) and name.startswith(".") is shown]


FILES = SourceKind("files", _matches, _check, _read)
