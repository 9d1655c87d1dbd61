"""Taking captures in: which bytes are new, which were seen, and what every input is called.

An input is known by its `uri`. It changes nothing when the newest document of its uri has the same
bytes. Bytes that came before under another uri, for the same URL, are a duplicate: a document of
its own that shares the earlier one's outcome. Everything else is fresh.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from tasks.identity import hash_content, make_id
from tasks.model import Capture, Document, Place


class KnownUri(Protocol):
    """The newest document of one uri, and how many documents the uri has."""

    @property
    def document_id(self) -> str: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102
    @property
    def count(self) -> int: ...  # noqa: D102
    @property
    def problem_code(self) -> str | None: ...  # noqa: D102


class KnownBytes(Protocol):
    """A document that has these bytes, and where they lie."""

    @property
    def document_id(self) -> str: ...  # noqa: D102
    @property
    def url(self) -> str | None: ...  # noqa: D102
    @property
    def place(self) -> Place | None: ...  # noqa: D102


class Known(Protocol):
    """What the warehouse knows of some uris and hashes."""

    @property
    def by_uri(self) -> Mapping[str, KnownUri]: ...  # noqa: D102
    @property
    def by_hash(self) -> Mapping[str, Sequence[KnownBytes]]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Recent:
    """A document of a batch that is on its way and not in the warehouse yet."""

    document_id: str
    uri: str
    sha256: str
    url: str | None
    place: Place | None
    count: int
    problem_code: str | None = None


@dataclass(slots=True)
class InFlight:
    """The documents between archive and load, by uri and by hash; batches leave when loaded."""

    by_uri: dict[str, Recent] = field(default_factory=dict)
    by_hash: dict[str, list[Recent]] = field(default_factory=dict)
    batches: dict[int, list[Recent]] = field(default_factory=dict)

    def add(self, number: int, recent: Recent) -> None:
        """Remember a document of batch `number`."""
        self.by_uri[recent.uri] = recent
        self.by_hash.setdefault(recent.sha256, []).append(recent)
        self.batches.setdefault(number, []).append(recent)

    def drop(self, number: int) -> None:
        """Forget a batch: the warehouse knows it now."""
        for recent in self.batches.pop(number, ()):
            if self.by_uri.get(recent.uri) is recent:
                del self.by_uri[recent.uri]
            same_bytes = self.by_hash[recent.sha256]
            same_bytes.remove(recent)
            if not same_bytes:
                del self.by_hash[recent.sha256]


@dataclass(frozen=True, slots=True)
class Taken:
    """A batch, sorted, each part in the order of the input.

    `documents` are new to the warehouse; those with `duplicate_of` are filed without an edit.
    `contents` holds the bytes of the others, by document id; `recents` is what later batches must
    know of them before they are loaded. `unchanged` and `problems` count the inputs that change
    nothing, by the outcome their document had (problems by code).
    """

    documents: tuple[Document, ...]
    contents: Mapping[str, bytes]
    recents: tuple[Recent, ...]
    unchanged: int
    problems: Counter[str]


def describe(capture: Capture, sha256: str | None = None, count: int = 0) -> Document:
    """The document a capture makes; `count` is how many documents its uri had before."""
    digest = sha256 or hash_content(capture.content)
    return Document(
        id=make_id(capture.uri, digest, str(count)),
        sha256=digest,
        size=len(capture.content),
        uri=capture.uri,
        fetched_at=capture.fetched_at,
        url=capture.url,
        external_id=capture.external_id,
        source=capture.source,
        content_type=capture.content_type,
        place=capture.place,
        fault=capture.fault,
        told=capture.told,
        robots=capture.robots,
    )


def take_in(
    captures: Sequence[Capture], hashes: Sequence[str], known: Known, flight: InFlight
) -> Taken:
    """Sort a batch of captures; `hashes` are their SHA-256, in the same order. Changes nothing."""
    batch = InFlight()
    documents: list[Document] = []
    contents: dict[str, bytes] = {}
    unchanged, problems = 0, Counter[str]()
    for capture, sha256 in zip(captures, hashes, strict=True):
        newest = _find_newest(capture.uri, known, flight, batch)
        if newest is not None and newest.sha256 == sha256:
            if newest.problem_code:
                problems[newest.problem_code] += 1
            else:
                unchanged += 1
            continue
        count = newest.count if newest else 0
        document = _share(describe(capture, sha256, count), count, known, flight, batch)
        documents.append(document)
        if document.duplicate_of is None:
            contents[document.id] = capture.content
        batch.add(0, remember(document, count + 1))
    return Taken(tuple(documents), contents, tuple(batch.batches.get(0, ())), unchanged, problems)


def remember(document: Document, count: int) -> Recent:
    """The note of a document that is on its way; its uri then has `count` documents."""
    return Recent(document.id, document.uri, document.sha256, document.url, document.place, count)


def _find_newest(uri: str, known: Known, *flights: InFlight) -> KnownUri | None:
    for flight in reversed(flights):
        if uri in flight.by_uri:
            return flight.by_uri[uri]
    return known.by_uri.get(uri)


def _share(document: Document, count: int, known: Known, *flights: InFlight) -> Document:
    """Mark a document whose bytes, and URL, an earlier one has; where only the bytes are the same,
    share their place. A uri that returns to bytes it had before is news, and no duplicate. What
    could not be read in full shares nothing: its bytes do not say what was wrong."""
    if document.fault is not None or document.size == 0:
        return document
    twins: list[KnownBytes] = [*known.by_hash.get(document.sha256, ())]
    for flight in flights:
        twins += flight.by_hash.get(document.sha256, ())
    for twin in twins:
        if count == 0 and document.url in (None, twin.url):
            return replace(document, duplicate_of=twin.document_id, place=twin.place)
    places = [twin.place for twin in twins if twin.place]
    return replace(document, place=places[0]) if places and not document.place else document
