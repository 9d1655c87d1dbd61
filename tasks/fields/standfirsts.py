"""The standfirst: the sentence or two between title and body, by which the desk sells a story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.fields.claims import clean_text, list_articles, list_meta, list_texts
from tasks.model import Found, Label, Page

_LONGEST = 1_000


def find_standfirst(page: Page) -> Sequence[Found[str]]:
    """The line so labelled, else the description that a page gives of itself."""
    found = [
        Found(" ".join(line.text.split()), line.text, line.rule, 0.9, (line.start, line.end))
        for line in page.lines
        if line.label is Label.STANDFIRST
    ][:3]
    lead = _read_lead(page)
    for rule, raw, confidence in _claim(page):
        text = clean_text(raw)
        if text.endswith(("...", "…", "[…]", "[...]")) or lead.startswith(text.rstrip(".")):
            continue  # the body's own beginning is no standfirst
        if 20 <= len(text) <= _LONGEST:
            found.append(Found(text, raw, rule, confidence))
    return found


def _read_lead(page: Page) -> str:
    """The first paragraph of the body, with single spaces."""
    body = (line.text for line in page.lines if line.label is Label.BODY)
    return clean_text(next(body, ""))


def _claim(page: Page) -> Iterator[tuple[str, str, float]]:
    article = page.structured.article
    for node in list_articles(page):
        for key in ("alternativeHeadline", "description"):
            for raw in list_texts(node.get(key)):
                if node is article and key == "description":
                    yield f"jsonld.{key}", raw, 0.6
    for name, raw in list_meta(page, "og:description", "twitter:description", "description"):
        yield f"meta.{name}", raw, 0.55
