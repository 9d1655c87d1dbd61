"""The pipeline reads the sample pages as a careful reader does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tasks.edit import edit_content
from tasks.intake import describe
from tasks.model import Article, Capture, Edited, Limits, Problem, Stamp, ZoneFrom
from tasks.sources.registry import open_sources
from tests.samples_index import MUST_FAIL, SAMPLES, list_golden, load_golden

PLAIN = ("standfirst", "byline", "language", "section", "canonical_url", "body")
PLACES = ("file", "warc", "manifest", "url")
FETCHED_AT = datetime(2025, 1, 15, 6, 0, tzinfo=UTC)


def read_captures(source: Path) -> Iterator[Capture]:
    """The documents of a source as the pipeline reads them, fetched at one fixed time."""
    for item in open_sources([str(source)], Limits()):
        if isinstance(item, Capture):
            yield replace(item, fetched_at=FETCHED_AT)


def read_golden_capture(name: str, truth: dict[str, Any]) -> Capture:
    """The document that a golden file speaks of."""
    if "file" in truth:
        (capture,) = read_captures(SAMPLES / truth["file"])
        return replace(capture, url=truth.get("url", capture.url))
    if "warc" in truth:
        captures = read_captures(SAMPLES / truth["warc"])
        return next(capture for capture in captures if capture.url == truth["url"])
    captures = read_captures(SAMPLES / truth["manifest"])
    return next(capture for capture in captures if capture.external_id == name)


def edit(capture: Capture) -> Edited:
    return edit_content(describe(capture), capture.content, Limits())


def squash(text: str | None) -> str | None:
    """One plain space for any white space: an ideographic space may stay or go."""
    return None if text is None else " ".join(text.split())


def show_stamp(stamp: Stamp | None) -> str | None:
    """As printed: an offset that was only assumed is none that a reader sees."""
    if stamp is not None and stamp.zone_from is ZoneFrom.ASSUMED:
        stamp = replace(stamp, utc=None, offset_minutes=None)
    return stamp.isoformat() if stamp else None


def same_time(text: str | None) -> tuple[bool, Any]:
    """Equal for two spellings of one time, different for an instant, a local time and a day."""
    return len(text or "") > 10, datetime.fromisoformat(text) if text else None


def show_field(article: Article, name: str) -> Any:
    """What the pipeline found, in the shape of the golden files."""
    if name == "title":
        return squash(article.title)
    if name in PLAIN:
        return getattr(article, name)
    if name in ("published", "modified"):
        return same_time(show_stamp(getattr(article, name)))
    if name == "authors":
        return [{"name": author.name, "kind": str(author.kind)} for author in article.authors]
    if name == "headings":
        return [heading.text for heading in article.headings]
    if name == "captions":
        return [show_caption(caption.text, caption.credit) for caption in article.captions]
    headings = [heading.text for heading in article.headings]
    return [block for block in article.body.split("\n\n") if block not in headings]


def show_caption(text: str | None, credit: str | None) -> tuple[str | None, str | None]:
    return text, credit.removeprefix("©").strip() if credit else None


def expect_field(truth: dict[str, Any], name: str) -> Any:
    if name == "title":
        return squash(truth[name])
    if name in ("published", "modified"):
        return same_time(truth[name])
    if name == "captions":
        return [show_caption(entry["caption"], entry["credit"]) for entry in truth[name]]
    return truth[name]


def list_fields() -> list[tuple[str, str]]:
    names = list_golden()
    return [(name, field) for name in names for field in load_golden(name) if field not in PLACES]


@pytest.fixture(scope="module")
def articles() -> dict[str, Article | Problem]:
    """The outcome of every golden document."""
    return {
        name: edit(read_golden_capture(name, load_golden(name))).outcome for name in list_golden()
    }


@pytest.mark.parametrize(("name", "field"), list_fields())
def test_a_field_is_what_a_careful_reader_sees(articles, name, field):
    outcome = articles[name]
    assert isinstance(outcome, Article), asdict(outcome)
    assert show_field(outcome, field) == expect_field(load_golden(name), field)


def test_both_versions_are_one_article(articles):
    first, second = articles["morgenblatt-bridge-1"], articles["morgenblatt-bridge-2"]
    assert first.id == second.id
    assert first.content_hash != second.content_hash


@pytest.mark.parametrize("file", sorted(MUST_FAIL))
def test_what_is_no_article_is_a_problem(file):
    (capture,) = read_captures(SAMPLES / file)
    outcome = edit(capture).outcome
    assert isinstance(outcome, Problem)
    assert outcome.code == {"front-page": "not-an-article"}.get(
        file.split("/")[1].split(".")[0], "truncated-gzip"
    )
    assert outcome.message
