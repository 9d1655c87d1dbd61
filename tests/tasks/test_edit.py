import gc
import sys
import warnings
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

import tasks.desk
from tasks.edit import await_edit, edit_all, edit_content, edit_document
from tasks.intake import describe
from tasks.model import Article, Capture, Fault, Limits, Media, Place, Problem, Stage
from tasks.pool import WorkerCrashed, WorkerTimeout
from tests.world import make_page, make_scrape

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LIMITS = Limits()


def document(content=b"", **more):
    return describe(Capture("file:///a", content, NOW, **more))


def test_a_page_becomes_an_article():
    page = make_page(5, 7)
    edited = edit_content(document(page), page, LIMITS)
    assert isinstance(edited.outcome, Article)
    assert edited.outcome.body.count("\n\n") >= 4
    assert (edited.media, edited.charset) == (Media.HTML, "utf-8")
    assert edited.seconds > 0


def test_a_scrape_becomes_an_article():
    text = make_scrape(8, 7)
    edited = edit_content(document(text), text, LIMITS)
    assert isinstance(edited.outcome, Article)
    assert edited.media is Media.TEXT


def test_the_rehearsal_is_a_whole_article():
    edited = edit_document(document(tasks.desk.REHEARSAL), tasks.desk.REHEARSAL, None, LIMITS)
    assert isinstance(edited.outcome, Article)
    assert "trafilatura" in sys.modules


def test_what_the_rehearsal_loaded_is_no_work_for_the_garbage_collector():
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold()[0] == tasks.desk.GARBAGE


def test_a_fault_of_the_source_is_the_outcome():
    fault = Fault(Stage.DISCOVER, "truncated-gzip", "cut off")
    edited = edit_document(document(b"half", fault=fault), b"half", None, LIMITS)
    assert edited.outcome == Problem(Stage.DISCOVER, "truncated-gzip", "cut off")


def test_a_bug_is_a_problem_that_names_its_place(monkeypatch):
    def stumble(content, content_type):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("tasks.edit.sniff", stumble)
    outcome = edit_document(document(b"x"), b"x", None, LIMITS).outcome
    assert isinstance(outcome, Problem)
    assert outcome.code == "internal-error"
    assert "ZeroDivisionError: oops (at test_edit.py:" in outcome.message


def test_a_missing_archive_is_a_problem(tmp_path):
    lost = replace(document(b"x"), place=Place("gone.warc.gz", 0, 10))
    outcome = edit_document(lost, None, tmp_path, LIMITS).outcome
    assert isinstance(outcome, Problem)
    assert "gone.warc.gz" in outcome.message


@pytest.mark.parametrize(
    ("error", "code"),
    [(WorkerTimeout("late"), "time-limit"), (WorkerCrashed("x"), "worker-crashed")],
)
def test_a_dead_worker_is_a_problem(error, code):
    future: Future = Future()
    future.set_exception(error)
    outcome = await_edit(document(b"x"), future, LIMITS).outcome
    assert isinstance(outcome, Problem)
    assert outcome.code == code


def test_results_come_in_input_order_and_as_soon_as_they_are_done():
    pages = [make_page(n, 7) for n in range(30)]
    taken = []

    def jobs():
        for number, page in enumerate(pages):
            taken.append(number)
            yield replace(document(page), id=str(number)), page

    with ThreadPoolExecutor(2) as executor:
        results = edit_all(executor, jobs(), None, LIMITS, window=4)
        first = next(results)
        assert len(taken) <= 4
        rest = list(results)
    assert [e.document.id for e in [first, *rest]] == [str(n) for n in range(30)]


def test_the_same_bytes_give_the_same_article():
    pages = [make_page(n, 7) for n in (5, 6, 7)] + [make_scrape(8, 7)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forward = [edit_content(document(p), p, LIMITS).outcome for p in pages]
        backward = [edit_content(document(p), p, LIMITS).outcome for p in reversed(pages)]
    assert forward == backward[::-1]
