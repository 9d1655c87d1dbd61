"""Whether a page is an article at all: precision first, for a refused article is lost."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.model import KEPT, Fault, Label, Line, Page, Stage
from tasks.text.shape import count_words, ends_sentence


def judge(page: Page) -> Fault | None:
    """None for an article, else a fault: 'no-text' or 'not-an-article'."""
    body = [line for line in page.lines if line.label in KEPT]
    if not body:
        return Fault(Stage.EDIT, "no-text", "no line of the page is body text")
    return None
