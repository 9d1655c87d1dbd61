"""Whole pages as wide-spread systems for content print them (`cms_pages.txt`): title, authors,
published, modified."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.fields.times.dates import find_modified, find_published
from tasks.fields.titles.titles import find_title
from tasks.model import Limits
from tasks.text.html import read_html
from tests.tasks.fields.test_author_pages import TITLE, make_markup, show

FETCHED = datetime(2024, 9, 1, tzinfo=UTC)


def list_pages():
    text = Path(__file__).with_name("cms_pages.txt").read_text("utf-8")
    for chunk in text.split("\n=== ")[1:]:
        name, told, markup = chunk.split("\n", 2)
        yield pytest.param(*(part.strip() for part in told.split("|")), markup, id=name)


def print_first(found):
    return found[0].value.isoformat() if found else "-"


PAGES = list(list_pages())


def test_the_pages_are_many():
    assert len(PAGES) >= 60
    assert len({page.values[0] for page in PAGES}) >= 15


@pytest.mark.parametrize(("language", "url", "authors", "published", "modified", "markup"), PAGES)
def test_a_page(language, url, authors, published, modified, markup):
    page = read_html(
        make_markup(language, markup), url=url, fetched_at=FETCHED, source=None, limits=Limits()
    )
    found = {
        "title": find_title(page)[0].value,
        "authors": " + ".join(show(page)) or "-",
        "published": print_first(find_published(page)),
        "modified": print_first(find_modified(page)),
    }
    assert found == {
        "title": TITLE,
        "authors": authors,
        "published": published,
        "modified": modified,
    }
