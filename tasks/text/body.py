"""From labelled lines to the body and its headings."""

from __future__ import annotations

from collections.abc import Iterable

from tasks.model import KEPT, Heading, Label, Line, Page

LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}


def join_body(page: Page) -> str:
    """The kept lines in order, joined by a blank line; white space inside a line is one space."""
    return join_lines(page.lines)


def join_lines(lines: Iterable[Line]) -> str:
    """The body that the lines make."""
    return "\n\n".join(" ".join(line.text.split()) for line in lines if line.label in KEPT)


def list_headings(page: Page) -> tuple[Heading, ...]:
    """The kept sub-headings in order, with their level in HTML."""
    return pick_headings(page.lines)


def pick_headings(lines: Iterable[Line]) -> tuple[Heading, ...]:
    """The sub-headings among the lines."""
    heading = Label.HEADING
    return tuple(
        Heading(" ".join(line.text.split()), LEVELS.get(line.tag))
        for line in lines
        if line.label is heading
    )
