"""Plain text to a `Page` of labelled lines that cover the input from end to end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from tasks.model import Caption, Label, Limits, Line, Media, Page
from tasks.text.credits import split_credit
from tasks.text.dates import find_leading_date
from tasks.text.label import SIGNOFF, Verdict, strip_title
from tasks.text.revision import label_texts
from tasks.text.signatures import sign_lines

_PHYSICAL = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_PARAGRAPH = re.compile(r"\S(?:.*?\S)??(?=\s*\n[^\S\n]*\n|\s*\Z)", re.S)
# Hard-wrapped text: lines no longer than this, most of which stop in mid-sentence.
WRAP_COLUMNS = 90
WRAP_SHARE = 0.6

Span = tuple[int, int]


def read_plain(
    text: str, *, url: str | None, fetched_at: datetime, source: str | None, limits: Limits
) -> Page:
    """The text as lines: "".join of them is the input, whatever it holds."""
    spans = list(cut_spans(text))
    texts = [text[start:end] for start, end in spans]
    verdicts = sign_lines(texts, label_texts(texts))
    lines = tuple(cover(text, spans, verdicts))
    return Page(
        media=Media.TEXT,
        text=text,
        lines=lines,
        fetched_at=fetched_at,
        url=url,
        source=source,
        captions=read_captions(lines),
    )


def cut_spans(text: str) -> Iterator[Span]:
    """Where the lines with text begin and end, white space outside; a leading date apart."""
    pattern = _PARAGRAPH if is_wrapped(text) else _PHYSICAL
    first = True
    for match in pattern.finditer(text):
        start, end = trim(text, match.start(), match.end())
        if start == end:
            continue
        cut = find_leading_date(text[start:end]) if first else 0
        first = False
        if 0 < cut < end - start:
            yield trim(text, start, start + cut)
            start, end = trim(text, start + cut, end)
        yield start, end


def trim(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return (start + left, start + len(piece.rstrip())) if left < len(piece) else (start, start)


def is_wrapped(text: str) -> bool:
    """Whether paragraphs are broken at a column, with blank lines between them."""
    lines = text.split("\n")
    if len(lines) < 6 or "\n\n" not in text.replace(" ", ""):
        return False
    pairs = [(a, b) for a, b in pairwise(lines) if a.strip() and b.strip()]
    if len(pairs) < 4 or max(map(len, lines)) > WRAP_COLUMNS:
        return False
    running = [
        a for a, b in pairs if len(a) > WRAP_COLUMNS / 2 and a.rstrip()[-1] not in ".!?:。！？"
    ]
    return len(running) >= WRAP_SHARE * len(pairs)


def cover(text: str, spans: Sequence[Span], verdicts: Sequence[Verdict]) -> Iterator[Line]:
    """The spans as lines, and what lies between them as BLANK ones."""
    at = number = 0
    for (start, end), (label, rule) in zip(spans, verdicts, strict=True):
        if at < start:
            yield Line(number, at, start, text[at:start], Label.BLANK, "text.blank")
            number += 1
        yield Line(number, start, end, text[start:end], label, rule)
        number, at = number + 1, end
    if at < len(text):
        yield Line(number, at, len(text), text[at:], Label.BLANK, "text.blank")


def read_captions(lines: Sequence[Line]) -> tuple[Caption, ...]:
    """The caption lines, credit split off; a repeated title glued before one is its alt text."""
    title = next((line.text for line in lines if line.label is Label.TITLE), None)
    found: list[Caption] = []
    alt: str | None = None
    for line in lines:
        if line.label is Label.BLANK:
            continue
        if line.label is Label.CAPTION:
            found.append(read_caption(line.text, title, alt))
        elif line.label is Label.CREDIT and line.rule != SIGNOFF:
            add_credit(found, line.text, line.rule)
        alt = line.text if line.label is Label.IMAGE_ALT else None
    return tuple(dict.fromkeys(found))


def read_caption(printed: str, title: str | None, alt: str | None) -> Caption:
    """One caption line as a caption."""
    rest = strip_title(printed, title) if title else None
    text, credit = split_credit(" ".join((rest or printed).split()))
    return Caption(text or None, credit, alt=title if rest else alt)


def add_credit(found: list[Caption], printed: str, rule: str) -> None:
    """A line with a credit alone belongs to the caption before it, if that has none."""
    credit = " ".join(printed.split()).strip("()[]（） ")
    if found and found[-1].credit is None:
        last = found.pop()
        found.append(Caption(last.text, credit, alt=last.alt))
    elif rule != "text.after":
        found.append(Caption(None, credit))
