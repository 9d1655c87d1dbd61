"""Pages for the field tests, made from HTML by hand or from labelled lines."""

from datetime import UTC, datetime

from hypothesis import settings
from lxml import html

from tasks.fields.structured import read_structured
from tasks.model import Document, Label, Line, Media, Page

# The same examples in every run; the first call loads lexicons and is slow.
FIXED = settings(derandomize=True, deadline=None, max_examples=150)

FETCHED = datetime(2024, 9, 1, tzinfo=UTC)


def make_page(markup="", lines=(), *, url="https://example.com/a/1", source=None, media=Media.HTML):
    structured = read_structured(html.document_fromstring(markup or "<p>.</p>"))
    made, at = [], 0
    for number, (label, text, *tag) in enumerate(lines):
        made.append(Line(number, at, at + len(text), text, Label(label), f"line.{label}", *tag))
        at += len(text) + 1
    text = "\n".join(line[1] for line in lines)
    return Page(media, text, tuple(made), FETCHED, url=url, source=source, structured=structured)


def make_text_page(*lines, url=None):
    return make_page(lines=lines, url=url, media=Media.TEXT)


def make_document(uri="file:///x.html", url=None):
    return Document(id="abc", sha256="0" * 64, size=1, uri=uri, fetched_at=FETCHED, url=url)


def wrap(head="", body="", lang="en"):
    return f'<html lang="{lang}"><head>{head}</head><body>{body}</body></html>'


def jsonld(text):
    return f'<script type="application/ld+json">{text}</script>'
