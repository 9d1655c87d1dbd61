"""The standfirst: the sentence or two between title and body, by which the desk sells a story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.fields.claims import clean_text, list_articles, list_meta, list_texts
from tasks.model import KEPT, Found, Label, Page

_LONGEST = 1_000


def find_standfirst(page: Page) -> Sequence[Found[str]]:
    """The line so labelled, else the description that a page gives of itself, where the page prints
    it outside the body: a description for search engines alone is no standfirst."""
    found = [
        Found(" ".join(line.text.split()), line.text, line.rule, 0.9, (line.start, line.end))
        for line in page.lines
        if line.label is Label.STANDFIRST
    ][:3]
    printed = {line.text for line in page.lines if line.label not in KEPT}
    for rule, raw, confidence in _claim(page):
        text = clean_text(raw)
        if 20 <= len(text) <= _LONGEST and text in printed:
            found.append(Found(text, raw, rule, confidence))
    return found


def _claim(page: Page) -> Iterator[tuple[str, str, float]]:
    article = page.structured.article
    for node in list_articles(page):
        for key in ("alternativeHeadline", "description"):
            for raw in list_texts(node.get(key)):
                if node is article and key == "description":
                    yield f"jsonld.{key}", raw, 0.6
    for name, raw in list_meta(page, "og:description", "twitter:description", "description"):
        yield f"meta.{name}", raw, 0.55
