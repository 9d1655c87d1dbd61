"""The standfirst: the sentence or two between title and body, by which the desk sells a story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.fields.claims import clean_text, list_articles, list_meta, list_texts
from tasks.model import KEPT, Found, Label, Line, Page

_LONGEST = 1_000


def find_standfirst(page: Page) -> Sequence[Found[str]]:
    """The lines so labelled, else the description that a page gives of itself, where the page
    prints it outside the body: a description for search engines alone is no standfirst."""
    found = sorted(map(_join, _group(page)), key=lambda found: -found.confidence)[:3]
    printed = [line.text for line in page.lines if line.label not in KEPT]
    for rule, raw, confidence in _claim(page):
        text = clean_text(raw)
        if 20 <= len(text) <= _LONGEST and text in printed:
            found.append(Found(text, raw, rule, confidence))
    return found


def _group(page: Page) -> Iterator[list[Line]]:
    """The lines so labelled, those of one rule that follow each other together."""
    label = Label.STANDFIRST
    lines = [line for line in page.lines if line.label is label]
    group: list[Line] = []
    for line in lines:
        if group and (line.number != group[-1].number + 1 or line.rule != group[-1].rule):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _join(lines: Sequence[Line]) -> Found[str]:
    """A standfirst of one line or of a few; what the page tells of itself is surer than a class."""
    text = "\n".join(" ".join(line.text.split()) for line in lines)
    sure = 0.9 if lines[0].rule != "html.standfirst-class" else 0.85
    span = (lines[0].start, lines[-1].end)
    return Found(text, "\n".join(line.text for line in lines), lines[0].rule, sure, span)


def _claim(page: Page) -> Iterator[tuple[str, str, float]]:
    article = page.structured.article
    for node in list_articles(page):
        for key in ("alternativeHeadline", "description"):
            for raw in list_texts(node.get(key)):
                if node is article and key == "description":
                    yield f"jsonld.{key}", raw, 0.6
    for name, raw in list_meta(page, "og:description", "twitter:description", "description"):
        yield f"meta.{name}", raw, 0.55
