"""A corpus: a folder of sets, each with the truth of its pages, and which half a publisher is in.

A set is a folder with `truth.jsonl` and with `pages.jsonl` (HTML), `text.jsonl` (plain text) or
both, manifests as `copydesk clean` reads them. A row of the truth has an `id` and what is known of:
`body`; `paragraphs` with `optional` ones; segments `with` and `without`; `title`; `authors`;
`published`; `lang`; `url`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tasks.errors import UsageError
from tasks.model import Media

Record = dict[str, Any]

KNOWN = ("aeb", "fundus_eval", "fundus_tests", "trafilatura", "htmldate", "newspaper4k")
MANIFESTS = {Media.HTML: "pages.jsonl", Media.TEXT: "text.jsonl"}
_SCORED = ("body", "with", "title", "authors", "published")
# An archived copy is the publisher's whose page it is.
_ARCHIVED = re.compile(r"/web/\d+[a-z_]*/(https?:.*)", re.DOTALL)
# Under a country's domain, names that anybody can register under (publicsuffix.org, the usual).
# fmt: off
_SHARED = frozenset((
    "ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "govt", "gv", "in", "mil", "ne", "net",
    "nom", "or", "org",
))
# fmt: on


@dataclass(frozen=True, slots=True)
class PageSet:
    """A set: its truth by id, and the manifest of each medium it has."""

    name: str
    truth: Mapping[str, Record]
    manifests: Mapping[Media, Path]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The sets that can be scored, by name. `digest` names the corpus by its truth; `notes` are
    sentences on what is absent."""

    sets: tuple[PageSet, ...]
    digest: str
    notes: tuple[str, ...]


def read_corpus(folder: Path) -> Corpus:
    """All sets of a folder. UsageError where there is none, or a file is not what it should be."""
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.", "Name the folder that holds the sets.")
    sets, notes, digest = [], [], hashlib.sha256()
    present = sorted(path.parent for path in folder.glob("*/truth.jsonl"))
    for place in present:
        page_set = _read_set(place)
        if not page_set.manifests or not _is_scored(page_set):
            notes.append(f"{place.name} has nothing that is scored here; skipped.")
            continue
        sets.append(page_set)
        notes += _list_absent(page_set)
        digest.update(f"{place.name}\0".encode() + (place / "truth.jsonl").read_bytes())
    if not sets:
        raise UsageError(
            f"{folder} holds no set.",
            "A set is a folder with truth.jsonl, and pages.jsonl or text.jsonl.",
        )
    here = {path.name for path in present}
    notes += [f"{name} is not in this corpus; skipped." for name in KNOWN if name not in here]
    return Corpus(tuple(sets), digest.hexdigest(), tuple(notes))


def _read_set(place: Path) -> PageSet:
    rows = {row["id"]: row for row in read_rows(place / "truth.jsonl")}
    there = {media: place / name for media, name in MANIFESTS.items()}
    return PageSet(place.name, rows, {m: path for m, path in there.items() if path.is_file()})


def _is_scored(page_set: PageSet) -> bool:
    """Events are the truth of stories, which are told of documents and not found in them."""
    rows = page_set.truth.values()
    return any(row.get(key) is not None and "event" not in row for row in rows for key in _SCORED)


def _list_absent(page_set: PageSet) -> Iterator[str]:
    if any(row.get("body") is not None for row in page_set.truth.values()):
        for media, name in MANIFESTS.items():
            if media not in page_set.manifests:
                yield f"{page_set.name} has no {name}; its {media} is skipped."


def read_rows(path: Path) -> Iterator[Record]:
    """The objects of a file of JSON lines, each with an `id` of its own. UsageError else."""
    seen: set[str] = set()
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error}).") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            row = _parse(line, f"Line {number} of {path}")
            if row["id"] in seen:
                raise UsageError(f"Line {number} of {path} has the id of an earlier line.")
            seen.add(row["id"])
            yield row


def _parse(line: str, where: str) -> Record:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UsageError(f"{where} is no JSON ({error}).") from error
    if not isinstance(row, dict) or not isinstance(row.get("id"), str):
        raise UsageError(f"{where} is no object with an id.")
    return row


def find_half(row: Record) -> str:
    """'held' or 'tune', the same for all pages of a publisher: `held` where the first byte of the
    SHA-256 of the page's registrable domain (of its id, without one) is odd."""
    name = find_domain(row.get("url") or "") or str(row["id"])
    return "held" if hashlib.sha256(name.encode()).digest()[0] % 2 else "tune"


def find_domain(url: str) -> str:
    """The registrable domain: the last two labels of the host, three below the likes of co.uk.
    The short rule, and no list of public suffixes, so that a page never changes halves."""
    archived = _ARCHIVED.search(url)
    host = urlsplit(archived[1] if archived else url).hostname or ""
    labels = host.rstrip(".").split(".")
    shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED
    return ".".join(labels[-3:] if shared else labels[-2:])
