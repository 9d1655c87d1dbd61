"""Every phrase of the line lexicons labels a line of its language, and leaves prose alone.

A row's own hit and miss are tried as they stand; a row without them in its language's frames. Both
go through the real rules, so that a phrase which an earlier rule always forestalls is seen, too.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from tasks.lexicon.lines import FILES, load_rows
from tasks.model import Label
from tasks.text.credits import split_credit
from tasks.text.dates import is_date_line
from tasks.text.rules import find_rule
from tasks.text.shape import read_shape
from tasks.text.signoffs import is_signoff

LABELS = {
    "navigation": Label.NAVIGATION,
    "share": Label.SHARE,
    "promo": Label.PROMO,
    "related": Label.RELATED,
    "comments": Label.COMMENT,
    "legal": Label.LEGAL,
    "updated": Label.DATE_LINE,
    "byline_prefixes": Label.BYLINE,
    "bio": Label.BIO,
    "signoff": None,
    "credit": Label.CREDIT,
}
FRAMES = {"head": "headline", "updated": "dated", "credit": "pictured", "byline_prefixes": "signed"}
# Rows of these files, unless whole or head, must bring examples of their own.
OWN = ("navigation", "share", "promo", "related", "comments", "legal", "signoff", "bio")
Row = tuple[str, ...]


@lru_cache(maxsize=1)
def frames() -> dict[tuple[str, str], str]:
    text = Path(__file__).with_name("frames.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {(kind, language): frame for kind, language, frame in rows}


def write(kind: str, row: Row) -> str:
    """The phrase in a frame of its language, as printed: with a capital."""
    frame = frames().get((kind, row[0])) or frames()[kind, "en"]
    return frame.format(row[2][:1].upper() + row[2][1:])


def hit_of(name: str, row: Row) -> str:
    if len(row) > 3:
        return row[3]
    if row[1] == "whole":
        return row[2][:1].upper() + row[2][1:]
    if row[1] == "end":
        return write("signed", row).replace(row[2], "").strip() + f" {row[2]}"
    return write(FRAMES.get(name) or FRAMES[row[1]], row)


def miss_of(row: Row) -> str:
    return row[4] if len(row) > 3 else write("prose", row)


def decides(name: str, line: str) -> bool:
    """Whether the file's label or field comes out for the line."""
    shape = read_shape(line)
    if name == "signoff":
        return is_signoff(shape)
    rule = find_rule(shape)
    if name == "credit" and split_credit(f"The crane at dusk. {line}")[1] is not None:
        return True
    return rule is not None and rule.label is LABELS[name]


def takes(name: str, line: str) -> bool:
    """Whether anything at all is made of a line of prose."""
    shape = read_shape(line)
    if name == "signoff":
        return is_signoff(shape)
    if name == "credit" and split_credit(f"The crane at dusk. {line}")[1] is not None:
        return True
    return find_rule(shape) is not None or is_date_line(shape)


@pytest.mark.parametrize("name", FILES)
def test_every_phrase_hits_in_its_context(name):
    failed = [
        (row[:3], hit_of(name, row))
        for row in load_rows(f"lines_{name}.tsv")
        if not decides(name, hit_of(name, row))
    ]
    assert not failed


@pytest.mark.parametrize("name", FILES)
def test_every_phrase_misses_prose(name):
    failed = [
        (row[:3], miss_of(row))
        for row in load_rows(f"lines_{name}.tsv")
        if takes(name, miss_of(row))
    ]
    assert not failed


@pytest.mark.parametrize("name", FILES)
def test_no_phrase_is_without_examples(name):
    for row in load_rows(f"lines_{name}.tsv"):
        assert len(row) in (3, 5), row
        assert all(cell == cell.strip() and cell for cell in row), row
        if name in OWN and row[1] not in ("whole", "head"):
            assert len(row) == 5, row


@pytest.mark.parametrize("name", FILES)
def test_no_phrase_stands_twice(name):
    seen = [row[:3] for row in load_rows(f"lines_{name}.tsv")]
    assert len(set(seen)) == len(seen)
