"""Archives of a crawl: a list of WARC files, a folder of them, or one; and which part of it.

An archive's address may end in what is to be taken: `#10-20` the files 10 to 20 of the list, `#10-`
all from the tenth, `#hosts=post.example,echo.example` the pages of these hosts and those below
them, `#base=https://data.example/` where the list's paths begin; more than one with `&` between.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from tasks.compression import unpack_bytes
from tasks.model import Limits
from tasks.sources.form import Form, judge_name

MOST_LIST_BYTES = 64 * 1024 * 1024
_RANGE = re.compile(r"([1-9]\d{0,8})(?:(-)([1-9]\d{0,8})?)?")
_SELECTION = re.compile(r"#((?:\d+(?:-\d*)?(?:&[^#]*)?|(?:hosts|base)=[^#]*))$")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArchiveAddress:
    """Where an archive is, and which part of it is taken: files `first` to `last` of its list,
    counted from 1, and pages of `hosts` (all, where there are none)."""

    url: str
    first: int = 1
    last: int | None = None
    hosts: tuple[str, ...] = ()
    base: str | None = None

    def takes_host(self, host: str) -> bool:
        """Whether the pages of this host are taken."""
        return not self.hosts or any(
            host == each or host.endswith(f".{each}") for each in self.hosts
        )


def split_selection(address: str) -> tuple[str, str]:
    """The address itself, and the selection after its '#'; '' where there is none. The name of a
    file may have a '#', the address of one has none but before a fragment (RFC 3986, 3.5)."""
    if _SCHEME.match(address):
        url, _, selection = address.partition("#")
        return url, selection
    match = _SELECTION.search(address)
    return (address[: match.start()], match[1]) if match else (address, "")


def parse_archive(address: str) -> ArchiveAddress:
    """The address in its parts. Raises ValueError, with a sentence, for a selection that selects
    nothing."""
    url, selection = split_selection(address)
    first, last, base = 1, None, None
    hosts: tuple[str, ...] = ()
    for part in selection.split("&") if selection else ():
        name, mark, value = part.partition("=")
        if match := _RANGE.fullmatch(part):
            first = int(match[1])
            last = first if match[2] is None else int(match[3]) if match[3] else None
        elif mark and name == "hosts" and value:
            hosts = tuple(host.strip().lower() for host in value.split(",") if host.strip())
        elif mark and name == "base" and value:
            base = value if value.endswith("/") else f"{value}/"
        else:
            raise ValueError(f"#{part} selects nothing; write #10-20, #hosts=… or #base=….")
    if last is not None and last < first:
        raise ValueError(f"#{selection} is empty: {last} is before {first}.")
    return ArchiveAddress(url, first, last, hosts, base)


def is_single(url: str) -> bool:
    """Whether an address is that of one WARC file."""
    return judge_name(urlsplit(url).path if _SCHEME.match(url) else url) is Form.WARC


def read_list(content: bytes, address: ArchiveAddress) -> list[str]:
    """The addresses that a list of paths names, those selected, each once, in its order; the list
    may be gzipped. Empty lines and those that begin with # are left out.

    A path is relative to `base`; without one to the folder of the list, or, where its first folder
    is among those above the list, to the folder that holds that one: crawls publish lists of paths
    that begin at their root. Raises ValueError where the bytes are no list.
    """
    unpacked = unpack_bytes(content, Limits(document_bytes=MOST_LIST_BYTES))
    if unpacked.fault is not None:
        raise ValueError(f"The list cannot be read: {unpacked.fault.message}")
    lines = [line.strip() for line in unpacked.content.decode("utf-8", "replace").splitlines()]
    paths = [line for line in lines if line and not line.startswith("#")]
    if not paths:
        raise ValueError("The list is empty.")
    if not any(judge_name(path.partition("?")[0]) is Form.WARC for path in paths[:20]):
        raise ValueError("It is no list of WARC paths: a line each, such as crawl/a.warc.gz.")
    return select([place(path, address) for path in paths], address)


def select(urls: Sequence[str], address: ArchiveAddress) -> list[str]:
    """Those of the selected range, each once."""
    return list(dict.fromkeys(urls))[address.first - 1 : address.last]


def place(path: str, address: ArchiveAddress) -> str:
    """The whole address, or absolute path, of a line of a list."""
    if _SCHEME.match(path):
        return path
    base = address.base or find_base(path, address.url)
    if base.lower().startswith(("http:", "https:")):
        return urljoin(base, path)
    if _SCHEME.match(base):
        return base + path.lstrip("/")
    return posixpath.normpath(posixpath.join(base, path))


def find_base(path: str, listed_at: str) -> str:
    """Where a path of the list at this address begins; ends with a slash."""
    scheme = _SCHEME.match(listed_at)
    start = 0
    if scheme:  # host or bucket stay
        start = listed_at.find("/", scheme.end()) + 1 or len(listed_at)
    folders = listed_at[start:].partition("?")[0].split("/")[:-1]
    first = path.lstrip("/").split("/")[0]
    if "/" in path.strip("/") and first in folders:
        folders = folders[: folders.index(first)]
    return listed_at[:start] + "".join(f"{folder}/" for folder in folders)


def list_folder(folder: Path) -> list[str]:
    """The WARC files in a folder and those below it, in the order of their paths; hidden ones left
    out. Raises OSError where it cannot be read."""
    next(folder.iterdir(), None)  # rglob is silent about a folder that is not there
    found = (path for path in folder.rglob("*") if judge_name(path.name) is Form.WARC)
    shown = (path for path in found if not is_hidden(path.relative_to(folder)))
    return sorted(str(path) for path in shown if path.is_file())


def is_hidden(path: Path) -> bool:
    """Whether a file, or a folder that it is in, is hidden."""
    return any(part.startswith(".") for part in path.parts)
