"""Lists of addresses: text, one a line; empty lines and those that begin with # are left out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from tasks.listings.entries import Draft, make_listing
from tasks.listings.faults import fault_no_listing
from tasks.live import Listing

MOST_ENTRIES = 50_000
_LOOKED_AT = 20


def read_addresses(text: str, url: str, most: int = MOST_ENTRIES) -> Listing:
    """The pages of a list. Lines that are no address are passed over."""
    listing = make_listing((Draft(line, "") for line in _list_lines(text)), "list", most)
    if not listing.entries and any(True for _ in _list_lines(text)):
        return Listing(fault=fault_no_listing("a text without any address"))
    return listing


def is_list(text: str) -> bool:
    """Whether the first lines of a text are addresses, most of them."""
    lines = list(islice(_list_lines(text), _LOOKED_AT))
    return bool(lines) and sum(map(_is_address, lines)) * 2 > len(lines)


def _is_address(line: str) -> bool:
    return line.lower().startswith(("http://", "https://"))


def _list_lines(text: str) -> Iterator[str]:
    """The first word of each line that says anything."""
    for line in text.splitlines():
        words = line.split(None, 1)
        if words and not words[0].startswith("#"):
            yield words[0]
