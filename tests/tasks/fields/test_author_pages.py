"""Who signs a page, as systems for content print it (`author_pages.txt`), and as it is saved as
plain text (`author_texts.txt`)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.fields.bylines.authors import find_authors
from tasks.model import Limits
from tasks.text.html import read_html
from tasks.text.plain import read_plain

TITLE = "The quay of Aldvik opens again after the winter"
PARAGRAPHS = (
    "The quay of Aldvik has been opened again on Thursday, three months after a winter storm broke "
    "its outer wall.",
    "Some forty boats came in on the first morning, the harbour office said, which was more than "
    "anybody had expected.",
    "Work on the second basin goes on until the autumn, and the town will pay for half of it, as "
    "the council agreed.",
    "“We have waited long for this day,” a fisherman said while he unloaded crates of herring from "
    "his boat at noon.",
)
TEXT = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
URL = "https://example.com/a/1"
FETCHED = datetime(2024, 9, 1, tzinfo=UTC)


def read_cases(name):
    text = Path(__file__).with_name(name).read_text("utf-8")
    for chunk in text.split("\n=== ")[1:]:
        title, told, rest = chunk.split("\n", 2)
        language, _, authors = told.partition("|")
        wanted = [author for author in authors.strip().split(" + ") if author]
        yield title, language.strip(), wanted, rest


def list_parameters(cases):
    return [pytest.param(*case[1:], id=case[0]) for case in cases]


def show(page):
    found = find_authors(page)
    return [f"{a.kind}:{a.name}" for a in (found[0].value if found else ())]


def fill(markup):
    headline = f"<h1>{TITLE}</h1>"
    for sign, meant in (("{H}", headline), ("{T}", TEXT), ("{t}", TITLE)):
        markup = markup.replace(sign, meant)
    return markup


PAGES = list(read_cases("author_pages.txt"))
TEXTS = list(read_cases("author_texts.txt"))


def test_the_pages_are_many_and_of_many_languages():
    assert len(PAGES) >= 70
    assert len({language for _, language, *_ in PAGES}) >= 20
    assert len(TEXTS) >= 35


@pytest.mark.parametrize(("language", "wanted", "markup"), list_parameters(PAGES))
def test_who_signs_a_page(language, wanted, markup):
    page = read_html(
        make_markup(language, markup), url=URL, fetched_at=FETCHED, source=None, limits=Limits()
    )
    assert show(page) == wanted


def make_markup(language, markup):
    head, body = f"\n{fill(markup)}".split("\n---\n", 1)
    return (
        f'<!doctype html><html lang="{language}"><head><title>{TITLE}</title>{head}</head>'
        f'<body><nav><a href="/">Home</a> <a href="/news">News</a></nav>{body}'
        "<footer>© 2024 All rights reserved</footer></body></html>"
    )


@pytest.mark.parametrize(("language", "wanted", "lines"), list_parameters(TEXTS))
def test_who_signs_a_text(language, wanted, lines):
    text = lines.replace("{H}", TITLE).replace("{T}", "\n\n".join(PARAGRAPHS)).replace("\n", "\n\n")
    page = read_plain(text, url=URL, fetched_at=FETCHED, source=None, limits=Limits())
    assert show(page) == wanted
