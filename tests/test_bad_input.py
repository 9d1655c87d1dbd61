"""Bad input, from the source to the outcome: exactly one end each, and nobody else is harmed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.edit import Job, await_edit, edit_all
from tasks.errors import SourceUnreadable
from tasks.intake import describe
from tasks.model import Article, Capture, Edited, Limits, Problem, Skip
from tasks.pool import DocumentPool, WorkerTimeout
from tasks.sources.registry import open_sources
from tests.world import faults

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
LIMITS = Limits(document_bytes=4 * 1024 * 1024)
GOOD = faults.make_page(title="A good page").encode()
BUGS = {"internal-error", "worker-crashed", "time-limit", "memory-limit"}


def list_jobs(captures: Iterable[Capture | Skip]) -> Iterator[Job]:
    """Every document of the sources, and a good page after each."""
    for number, capture in enumerate(captures):
        if isinstance(capture, Skip):
            continue
        yield describe(capture), capture.content
        good = Capture(f"good:{number}", GOOD, NOON, url=f"https://post.example/good/{number}")
        yield describe(good), GOOD


def edit(*sources: Path, limits: Limits = LIMITS) -> dict[str, Edited]:
    """The outcome of every bad document by its address; that the good ones are well is checked."""
    captures = open_sources([str(source) for source in sources], limits)
    with DocumentPool(2, limits) as pool:
        edited = list(edit_all(pool, list_jobs(captures), None, limits))
    good, bad = edited[1::2], edited[::2]
    assert all(isinstance(one.outcome, Article) for one in good)
    assert len({one.document.uri for one in bad}) == len(bad) == len(good)
    return {one.document.uri: one for one in bad}


def name_end(edited: Edited) -> str:
    return edited.outcome.code if isinstance(edited.outcome, Problem) else faults.ARTICLE


def check_end(edited: Edited, wanted: str) -> None:
    """The wanted end, told in a sentence; `*` is any but a bug."""
    outcome = edited.outcome
    end = name_end(edited)
    said = outcome.message if isinstance(outcome, Problem) else ""
    assert end not in BUGS, (edited.document.uri, said)
    assert wanted in (end, "*"), (edited.document.uri, end, said)
    if isinstance(outcome, Problem):
        assert len(said.split()) > 3
        assert "Error" not in said and "Traceback" not in said


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Edited], dict[str, str]]:
    folder = tmp_path_factory.mktemp("bad") / "pages"
    wanted = faults.write_faults(folder)
    return edit(folder), wanted


def test_every_bad_file_ends_as_it_must(outcomes):
    edited, wanted = outcomes
    pages = {uri: one for uri, one in edited.items() if "crawl.warc" not in uri}
    assert pages.keys() == wanted.keys()
    for uri, end in wanted.items():
        check_end(pages[uri], end)


def test_what_could_be_read_is_kept(outcomes):
    edited, _ = outcomes
    sizes = {Path(uri).name: one.document.size for uri, one in edited.items()}
    assert sizes["large.html"] == LIMITS.document_bytes
    assert sizes["truncated.html.gz"] > 8_000
    assert sizes["bomb.html.gz"] > 1_000_000
    assert sizes["picture.html"] == 8 + 256 * 8
    assert sizes["corrupt.html.gz"] == 360  # nothing could be unpacked: as it is
    assert sizes["zero.html"] == 0


def test_the_good_records_of_a_cut_warc_land(outcomes):
    edited, _ = outcomes
    ends = Counter(name_end(one) for uri, one in edited.items() if "crawl.warc" in uri)
    assert ends == {"article": 3, "truncated-warc": 1}


def test_every_bad_row_of_a_manifest_ends_as_it_must(tmp_path):
    wanted = faults.write_rows(tmp_path / "rows.jsonl")
    edited = list(edit(tmp_path / "rows.jsonl").values())
    assert len(edited) == len(wanted)
    for one, end in zip(edited, wanted.values(), strict=True):
        check_end(one, end)


@pytest.mark.parametrize("name", ["nul-fields", "escapes", "address-5", "escapes-in-text"])
def test_control_characters_do_not_reach_the_article(outcomes, name):
    edited, _ = outcomes
    article = next(one for uri, one in edited.items() if f"/{name}.html" in uri).outcome
    assert isinstance(article, Article)
    told = f"{article.title} {article.body} {article.standfirst} {article.byline} {article.url}"
    found = [told, *article.tags, *(a.name for a in article.authors)]
    found += [link.url for link in article.links] + [e.value + e.raw for e in article.evidence]
    assert not set("".join(found)) & set("\0\a\b\x1b\x7f\x85\x9b")


@pytest.mark.parametrize("kind", ["fifo", "socket", "device"])
def test_what_is_no_file_is_refused_at_once(tmp_path, kind):
    path = tmp_path / "pages.html"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        faults.write_faults(tmp_path / "all")
        path = tmp_path / "all" / "socket.html"
    else:
        path = Path("/dev/zero")
    with pytest.raises(SourceUnreadable, match="no regular file"):
        open_sources([str(path)], LIMITS)


def test_a_file_that_vanishes_after_it_was_listed_is_one_problem(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.html").write_bytes(GOOD)
    captures = open_sources([str(tmp_path)], LIMITS)
    first = next(captures)
    (tmp_path / "b.html").unlink()
    assert isinstance(first, Capture)
    rest = [c for c in captures if isinstance(c, Capture)]
    assert [c.fault and c.fault.code for c in rest] == ["unreadable", None]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_forbidden_file_is_one_problem(tmp_path):
    (tmp_path / "a.html").write_bytes(GOOD)
    (tmp_path / "a.html").chmod(0)
    [one] = edit(tmp_path).values()
    check_end(one, "unreadable")


def test_twenty_thousand_files_are_listed_one_by_one(tmp_path):
    for number in range(20_000):
        (tmp_path / f"{number}.html").touch()
    captures = open_sources([str(tmp_path)], LIMITS)
    assert sum(isinstance(c, Capture) for c in captures) == 20_000


def time_edits(pages: Iterable[tuple[str, str]], limits: Limits) -> dict[str, tuple[str, float]]:
    """How each page ended, and its seconds of CPU, measured in a worker."""
    ends = {}
    with DocumentPool(2, limits) as pool:
        futures = {}
        for name, page in pages:
            content = faults.encode(page)
            document = describe(Capture(name, content, NOON, url="https://post.example/a"))
            futures[name] = document, pool.submit(faults.edit_timed, document, content, limits)
        for name, (document, future) in futures.items():
            try:
                edited, seconds = future.result()
            except WorkerTimeout:
                edited, seconds = await_edit(document, future, limits), limits.seconds
            ends[name] = name_end(edited), seconds
    return ends


def list_runs(size: int, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        run = faults.make_run(name, size)
        for place in faults.PLACES:
            yield f"{place.__name__}/{name}", place(run)


@pytest.mark.slow
def test_no_long_run_of_one_sign_takes_long():
    """A tenth of a megabyte, of what our own patterns look for: what is not linear shows."""
    names = [*faults.RUNS][::3]
    ends = time_edits(list_runs(100_000, names), LIMITS)
    assert {end for end, _ in ends.values()} <= {"article", "no-text", "not-an-article"}
    assert {name: s for name, (_, s) in ends.items() if s > 2.0} == {}


@pytest.mark.slow
@pytest.mark.timed
def test_every_long_run_of_one_sign_takes_a_second_or_so():
    ends = time_edits(list_runs(400_000, faults.RUNS), Limits())
    assert {end for end, _ in ends.values()} <= {"article", "no-text", "not-an-article"}
    seconds = {name: s for name, (_, s) in ends.items()}
    assert sum(seconds.values()) / len(seconds) < 1.0
    assert {name: s for name, s in seconds.items() if s > 4.0} == {}


@pytest.mark.slow
@pytest.mark.timed
def test_heavy_pages_end_within_the_time_limit():
    ends = time_edits(((n, make()) for n, make in faults.HEAVY.items()), Limits(seconds=20))
    bugs = {name: end for name, (end, _) in ends.items() if end in BUGS - {"time-limit"}}
    assert bugs == {}
    overdue = {name for name, (end, _) in ends.items() if end == "time-limit"}
    assert overdue <= {"attributes"}  # a list that libxml2 searches from its start for each


@pytest.mark.slow
def test_a_page_of_200_mb_is_cut_and_told(tmp_path):
    path = tmp_path / "large.html"
    with path.open("wb") as file:
        file.write(GOOD)
        file.truncate(200 * 1024 * 1024)
    [one] = edit(path, limits=Limits()).values()
    path.unlink()
    check_end(one, "too-large")
    assert one.document.size == Limits().document_bytes
