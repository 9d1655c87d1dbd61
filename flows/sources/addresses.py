"""The address of a source: its normal form, the kind that its shape suggests, and a name."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tasks.errors import UsageError
from tasks.fields.urls import normalise_url
from tasks.live import Kind, Source
from tasks.sources.warc_list import parse_archive, split_selection

# What is read from a folder or bucket, not polled by HTTP.
STORED = frozenset({Kind.INBOX, Kind.ARCHIVE})
BUCKETS = ("s3", "gs", "gcs", "az", "abfs")
LONGEST_NAME = 60

_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):(?=//)", re.IGNORECASE)
_OTHER_SCHEME = re.compile(
    r"^(?:mailto|data|javascript|file|ftp|ftps|gopher|about|blob|feed|urn):", re.IGNORECASE
)
_PATHS_FILE = re.compile(r"\.paths(?:\.gz)?$|\.warc(?:\.gz)?$", re.IGNORECASE)
_SITEMAP = re.compile(r"sitemap|\.xml\.gz$", re.IGNORECASE)
_FEED = re.compile(
    r"(?:^|[/_.=?&-])(?:feeds?|rss\d?|atom|rdf)(?:$|[/_.=&?-])|\.(?:xml|rss|atom|rdf)$",
    re.IGNORECASE,
)
_FEED_HOST = re.compile(r"^(?:feeds?|rss)\.", re.IGNORECASE)
_LIST = re.compile(r"\.(?:txt|lst|urls)(?:\.gz)?$", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:xml|rss|atom|rdf|json|txt|html?|php|aspx?|paths|gz)$", re.IGNORECASE)
_WWW = re.compile(r"^www\d?\.")


def normalise_address(text: str, kind: Kind | None, base: Path) -> str:
    """The address in its normal form; a path made absolute, from the folder `base`.

    Raises `UsageError` for what is no address, or none that this kind of source can have.
    """
    address, selection = split_selection(text.strip())
    if selection and (kind or guess_kind(address)) is Kind.ARCHIVE:
        whole = f"{_normalise(address, Kind.ARCHIVE, base)}#{selection}"
        try:
            parse_archive(whole)
        except ValueError as error:
            raise UsageError(str(error)) from None
        return whole
    return _normalise(text.strip(), kind, base)


def _normalise(text: str, kind: Kind | None, base: Path) -> str:
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() in ("http", "https"):
        return _normalise_web(text, kind)
    if scheme and scheme[1].lower() in BUCKETS:
        return _check_kind(text, kind or Kind.ARCHIVE, frozenset({Kind.ARCHIVE}))
    if text.lower().startswith("file://"):
        return _place_path(unquote(urlsplit(text).path), kind, base, text)
    if scheme or _OTHER_SCHEME.match(text):
        raise UsageError(f"{text} cannot be polled.", "Only http and https addresses are.")
    return _place_path(text, kind, base, text)


def _normalise_web(text: str, kind: Kind | None) -> str:
    if kind is Kind.INBOX:
        raise UsageError(f"{text} is no folder, as an inbox must be.", "Give the folder's path.")
    normal = None if re.search(r"\s", text) else normalise_url(text)
    if normal is None:
        raise UsageError(f"{text!r} is no web address.", "Write it as https://host/path.")
    return normal


def _check_kind(text: str, kind: Kind, fitting: frozenset[Kind]) -> str:
    if kind not in fitting:
        raise UsageError(
            f"{text} is no web address, so it can be no {kind}.",
            "Write it as https://host/path, or leave the kind away.",
        )
    return text


def _place_path(path: str, kind: Kind | None, base: Path, text: str) -> str:
    """An absolute path; what looks like a host without its scheme is refused."""
    if not path and kind in STORED:
        raise UsageError("The path is empty.", "Give that of a folder or a list.")
    looks_local = path.startswith(("/", "./", "../", "~")) or (base / path).exists()
    if kind not in STORED and (not path or not looks_local):
        hint = f"Write it with its scheme: https://{path}" if "." in path else ""
        raise UsageError(f"{text!r} is no web address.", hint or "Write it as https://host/path.")
    whole = os.path.normpath((base / Path(path).expanduser()).absolute())
    return _check_kind(whole, kind or Kind.INBOX, STORED)


def is_path(address: str) -> bool:
    """Whether a source's address is a path of this machine."""
    return _SCHEME.match(address) is None


def guess_kind(address: str) -> Kind:
    """The kind that an address has by its shape; a home page where nothing tells."""
    address, _ = split_selection(address)
    if is_path(address):
        return Kind.ARCHIVE if _PATHS_FILE.search(address) else Kind.INBOX
    parts = urlsplit(address)
    if parts.scheme in BUCKETS or _PATHS_FILE.search(parts.path):
        return Kind.ARCHIVE
    told = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if _SITEMAP.search(parts.path):
        return Kind.SITEMAP
    if _LIST.search(parts.path):
        return Kind.LIST
    if _FEED.search(parts.path) or _FEED.search(told) or _FEED_HOST.match(parts.netloc):
        return Kind.FEED
    return Kind.HOME


def propose_name(address: str) -> str:
    """A name from host and path: `post.example-rss-sport`; from a folder's own name for a path."""
    if is_path(address):
        words = [Path(address).name or "inbox"]
    else:
        parts = urlsplit(address)
        words = [_WWW.sub("", parts.netloc.lower()), *unquote(parts.path).split("/"), parts.query]
    kept = [_ENDING.sub("", _ENDING.sub("", word)) if n else word for n, word in enumerate(words)]
    name = re.sub(r"[^\w.]+|_+", "-", "-".join(word for word in kept if word))
    name = re.sub(r"-{2,}", "-", name).strip("-.").lower()
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - 7].rstrip('-.')}-{mark(address)}"
    return name or f"source-{mark(address)}"


def mark(address: str) -> str:
    """Six characters that stand for an address, the same for ever."""
    return hashlib.sha256(address.encode()).hexdigest()[:6]


def name_sources(sources: Iterable[Source], known: Sequence[Source]) -> list[Source]:
    """The sources, each with a name: its own, that of a known one with the address, or a new one.

    A proposed name that another address has gets a mark of its own address.
    """
    listed = list(sources)
    by_address = {source.url: source.name for source in known}
    taken = {source.name.lower(): source.url for source in known}
    taken |= {source.name.lower(): source.url for source in listed if source.name}
    named = []
    for source in listed:
        name = source.name or by_address.get(source.url) or _find_free(source.url, taken)
        taken.setdefault(name.lower(), source.url)
        named.append(replace(source, name=name))
    return named


def _find_free(address: str, taken: dict[str, str]) -> str:
    name = propose_name(address)
    if taken.get(name.lower(), address) != address:
        name = f"{name}-{mark(address)}"
    return name
