"""From labelled lines to the body and its headings."""

from __future__ import annotations

from tasks.model import KEPT, Heading, Label, Page

LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}


def join_body(page: Page) -> str:
    """The kept lines in order, joined by a blank line; white space inside a line is one space."""
    return "\n\n".join(" ".join(line.text.split()) for line in page.lines if line.label in KEPT)


def list_headings(page: Page) -> tuple[Heading, ...]:
    """The kept sub-headings in order, with their level in HTML."""
    return tuple(
        Heading(" ".join(line.text.split()), LEVELS.get(line.tag))
        for line in page.lines
        if line.label is Label.HEADING
    )
