"""Whole pages of invented sites, read from end to end, each with its published and modified."""

from pathlib import Path

import pytest

from tasks.fields.times.dates import find_modified, find_published
from tasks.model import Limits, Media, Page
from tasks.text.html import read_html
from tests.tasks.fields.pages import FETCHED

TABLE = Path(__file__).with_name("date_pages.txt")
TEXT = "".join(
    f"<p>{part}</p>"
    for part in (
        "The harbour was quiet in the morning, and the men on the quay spoke of the weather, of "
        "the nets that had to be mended, and of the ships that would come with the next tide.",
        "Nobody had expected that the work would be done so soon, said the woman who runs the "
        "small shop by the gate, but everybody was glad to see the boats go out again.",
        "In the evening there was music by the water, and those who had come from the villages "
        "stayed until the last lamp was put out and the street lay empty under the moon.",
    )
)


def read_blocks():
    for block in TABLE.read_text("utf-8").split("\n== ")[1:]:
        head, _, markup = block.partition("\n")
        yield (*(part.strip() for part in head.split(" | ")), markup.strip())


BLOCKS = list(read_blocks())


def print_first(found):
    return found[0].value.isoformat() if found else "-"


@pytest.mark.parametrize("block", BLOCKS, ids=[block[0] for block in BLOCKS])
def test_a_page(block):
    _name, lang, url, published, modified, markup = block
    page = read_html(
        f'<html lang="{lang}">{markup.replace("TEXT", TEXT)}</html>',
        url=url,
        fetched_at=FETCHED,
        source=None,
        limits=Limits(),
    )
    assert isinstance(page, Page)
    assert page.media is Media.HTML
    assert (print_first(find_published(page)), print_first(find_modified(page))) == (
        published,
        modified,
    )
