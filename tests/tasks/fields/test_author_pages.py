"""Who signs a page, as systems for content print it (`author_pages.txt`)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.fields.bylines import find_authors
from tasks.model import Limits
from tasks.text.html import read_html

TITLE = "The quay of Aldvik opens again after the winter"
TEXT = "".join(
    f"<p>{text}</p>"
    for text in (
        "The quay of Aldvik has been opened again on Thursday, three months after a winter storm broke "
        "its outer wall.",
        "Some forty boats came in on the first morning, the harbour office said, which was more than "
        "anybody had expected.",
        "Work on the second basin goes on until the autumn, and the town will pay for half of it, as "
        "the council agreed.",
        "“We have waited long for this day,” a fisherman said while he unloaded crates of herring from "
        "his boat at noon.",
    )
)
FETCHED = datetime(2024, 9, 1, tzinfo=UTC)


def read_pages():
    for chunk in Path(__file__).with_name("author_pages.txt").read_text("utf-8").split("\n=== ")[1:]:
        name, told, rest = chunk.split("\n", 2)
        head, body = ("\n" + rest).split("\n---\n", 1)
        language, _, authors = told.partition("|")
        wanted = [author for author in authors.strip().split(" + ") if author]
        yield name, language.strip(), wanted, head, body


def fill(markup):
    headline = f"<h1>{TITLE}</h1>"
    for sign, meant in (("{H}", headline), ("{T}", TEXT), ("{t}", TITLE)):
        markup = markup.replace(sign, meant)
    return markup


PAGES = list(read_pages())


def test_the_pages_are_many_and_of_many_languages():
    assert len(PAGES) >= 70
    assert len({language for _, language, *_ in PAGES}) >= 20


@pytest.mark.parametrize(
    ("language", "wanted", "head", "body"),
    [page[1:] for page in PAGES],
    ids=[page[0] for page in PAGES],
)
def test_who_signs(language, wanted, head, body):
    markup = (
        f'<!doctype html><html lang="{language}"><head><title>{TITLE}</title>{fill(head)}</head>'
        f'<body><nav><a href="/">Home</a> <a href="/news">News</a></nav>{fill(body)}'
        "<footer>© 2024 All rights reserved</footer></body></html>"
    )
    page = read_html(markup, url="https://example.com/a/1", fetched_at=FETCHED, source=None, limits=Limits())
    found = find_authors(page)
    assert [f"{a.kind}:{a.name}" for a in (found[0].value if found else ())] == wanted
