"""Articles whose page was gone, as the log of fetches tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.live import Outcome, Role
from tests.warehouse.builders import edit, make_batch, make_empty
from tests.warehouse.live_builders import after, load_segment, make_fetch
from warehouse.stage import stage_batch
from warehouse.writer import Writer, open_writer

URL = "https://courier.example/ferry"
OTHER = "https://courier.example/ferry-2"


def fetched(minutes: float, text: str = "x", uri: str = URL, name: str = "ferry"):
    """A page as a poll loads it."""
    edited = edit(name, text)
    document = replace(
        edited.document,
        id=f"d-{minutes}-{name}",
        uri=uri,
        url=uri,
        fetched_at=after(minutes=minutes),
    )
    return replace(edited, document=document)


def load(writer: Writer, batch_id: str, *edited):
    return writer.load(stage_batch(writer.layout, make_batch(batch_id, *edited)))


def gone(minutes: float, status: int = 404, url: str = URL, **changes):
    return make_fetch(url, minutes, outcome=Outcome.GONE, status=status, **changes)


def well(minutes: float, outcome: Outcome = Outcome.UNCHANGED, url: str = URL):
    return make_fetch(url, minutes, outcome=outcome, status=200)


def rows(writer: Writer) -> list[tuple]:
    """Minutes after noon: gone, checked, back; status and checks."""
    noon = "epoch('2026-05-04 12:00:00+00'::timestamptz)"
    return writer.open().execute(
        f"select (epoch(gone_at) - {noon}) / 60, (epoch(checked_at) - {noon}) / 60, "
        f"(epoch(back_at) - {noon}) / 60, status, checks from absences order by gone_at, url"
    ).fetchall()  # fmt: skip


def deleted(writer: Writer) -> list[tuple]:
    return writer.open().execute("select title, url from deleted_articles").fetchall()


def test_a_page_that_is_gone_marks_its_article(writer):
    load(writer, "b1", fetched(0), fetched(0, uri=OTHER, name="other"))
    load_segment(writer, "s1", 10, fetches=[gone(10)])
    assert rows(writer) == [(10, 10, None, 404, 1)]
    assert deleted(writer) == [("Title of ferry", URL)]
    load_segment(writer, "s2", 20, fetches=[gone(20, 410)])
    assert rows(writer) == [(10, 20, None, 410, 2)]
    assert writer.open().execute("select count(*) from articles").fetchall() == [(2,)]


@pytest.mark.parametrize("outcome", [Outcome.UNCHANGED, Outcome.FETCHED])
def test_a_good_answer_ends_it_and_it_may_be_gone_again(writer, outcome):
    load(writer, "b1", fetched(0))
    load_segment(writer, "s1", 10, fetches=[gone(10)])
    load_segment(writer, "s2", 20, fetches=[well(20, outcome)])
    assert rows(writer) == [(10, 10, 20, 404, 1)]
    assert deleted(writer) == []
    load_segment(writer, "s3", 30, fetches=[gone(30, 410)])
    assert rows(writer) == [(10, 10, 20, 404, 1), (30, 30, None, 410, 1)]


def test_a_later_document_from_the_web_ends_it_under_any_address(writer):
    load(writer, "b1", fetched(0))
    load_segment(writer, "s1", 10, fetches=[gone(10)])
    load(writer, "b2", fetched(5, "older"), fetched(15, "file", uri="file:///in/ferry.html"))
    assert rows(writer) == [(10, 10, None, 404, 1)]
    load(writer, "b3", fetched(20, "x", uri=OTHER))
    assert rows(writer) == [(10, 10, 20, 404, 1)]


def test_the_earliest_document_ends_it_however_batches_are_loaded(writer):
    load(writer, "b1", fetched(0))
    load_segment(writer, "s1", 10, fetches=[gone(10)])
    later = fetched(30, "later", uri=OTHER), fetched(20, "soon")
    for number, edited in enumerate(later):
        load(writer, f"l{number}", edited)
    assert rows(writer) == [(10, 10, 20, 404, 1)]


def test_an_older_answer_that_is_loaded_later_says_since_when(writer):
    load(writer, "b1", fetched(0))
    load_segment(writer, "s1", 30, fetches=[gone(20, 410)])
    load_segment(writer, "s2", 30, fetches=[gone(10)])
    assert rows(writer) == [(10, 20, None, 410, 2)]


def test_fetches_of_one_segment_count_in_the_order_of_time(writer):
    load(writer, "b1", fetched(0))
    load_segment(writer, "s1", 30, fetches=[well(20), gone(15), gone(10)])
    assert rows(writer) == [(10, 15, 20, 404, 2)]
    load_segment(writer, "s2", 50, fetches=[gone(40), well(35)])
    assert rows(writer)[1] == (40, 40, None, 404, 1)


def test_what_was_loaded_before_the_log_counts_by_its_time(writer):
    load(writer, "b1", fetched(0))
    load(writer, "b2", fetched(20, "new"))  # documents of a segment come before its log
    load_segment(writer, "s1", 30, fetches=[gone(10), well(20, Outcome.FETCHED)])
    assert rows(writer) == [(10, 10, 20, 404, 1)]


def test_a_page_that_came_only_later_was_never_gone(writer):
    load(writer, "b1", fetched(20))
    load_segment(writer, "s1", 10, fetches=[gone(10)])
    assert rows(writer) == []


def test_an_old_address_of_an_article_that_lives_on_marks_nothing(writer):
    load(writer, "b1", fetched(0), fetched(5, uri=OTHER))
    load_segment(writer, "s1", 10, fetches=[gone(10)])
    assert rows(writer) == []
    load_segment(writer, "s2", 20, fetches=[gone(20, url=OTHER)])
    assert rows(writer) == [(20, 20, None, 404, 1)]


def test_a_copy_from_a_file_is_no_other_address(writer):
    load(writer, "b1", fetched(0), fetched(5, uri="file:///in/ferry.html"))
    load_segment(writer, "s1", 10, fetches=[gone(10)])
    assert rows(writer) == [(10, 10, None, 404, 1)]


def test_listings_and_pages_without_an_article_mark_nothing(writer):
    load(writer, "b1", fetched(0))
    load_segment(
        writer, "s1", 10,
        fetches=[
            gone(10, role=Role.LISTING),
            gone(10, url="https://courier.example/never-had"),
            make_fetch(URL, 11, outcome=Outcome.FAILED, status=503),
        ],
    )  # fmt: skip
    assert rows(writer) == []


def test_how_the_log_is_cut_into_segments_changes_nothing(tmp_path):
    fetches = [gone(10), gone(15, 410), well(20), gone(25), well(30), gone(40), gone(45)]
    results = []
    for size in (1, 2, 3, 7):
        (tmp_path / str(size)).mkdir()
        with open_writer(make_empty(tmp_path / str(size))) as writer:
            load(writer, "b1", fetched(0))
            for start in range(0, len(fetches), size):
                load_segment(writer, f"s{start}", 60, fetches=fetches[start : start + size])
            results.append(rows(writer))
    expected = [(10, 15, 20, 410, 2), (25, 25, 30, 404, 1), (40, 45, None, 404, 2)]
    assert results == [expected] * 4
