"""Two invented sites over several runs: the template is learned, used for later pages, and taken
out of earlier ones by a reprocess. The stages run as a flow runs them, without an orchestrator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.explain import explain_target
from tasks.model import Capture, Limits
from tests.world.dump import dump_warehouse
from tests.world.runs import Killed, ask, ingest, reprocess
from tests.world.sites import APP, PROMPT, make_page

VALLEY, HARBOUR = "valley-herald.example", "harbour-post.example"
START = datetime(2026, 5, 1, tzinfo=UTC)


def capture(site: str, number: int, **options) -> Capture:
    content = make_page(site, number, **options)
    return Capture(f"file:///{site}/{number}.html", content, START + timedelta(hours=number))


def first_run() -> list[Capture]:
    """Half of the valley's pages have the prompt; one of the harbour's has."""
    valley = [capture(VALLEY, n, prompt=n % 2 == 0) for n in range(12)]
    return valley + [capture(HARBOUR, n, prompt=n == 0) for n in range(12)]


def second_run() -> list[Capture]:
    """Both sites have the prompt now, and the valley's pages a second one."""
    valley = [capture(VALLEY, n, prompt=True, extra=APP) for n in range(12, 24)]
    return valley + [capture(HARBOUR, n, prompt=n == 12) for n in range(12, 24)]


def list_with(warehouse: Path, text: str) -> set[tuple[str, int]]:
    """(site, number) of the articles whose body has a text."""
    rows = ask(warehouse, "select site, url, canonical_url, body from articles")
    return {
        (site, int(address.rsplit("/", 1)[1].removesuffix(".html")))
        for site, url, canonical, body in rows
        if text in body
        for address in (canonical or url,)
    }


@pytest.fixture(scope="module")
def warehouses(tmp_path_factory):
    """The warehouse after the first run, and after the second."""
    folder = tmp_path_factory.mktemp("sites")
    one, two = folder / "one.duckdb", folder / "two.duckdb"
    for path in (one, two):
        ingest(path, first_run())
    ingest(two, second_run())
    return one, two


def test_the_first_run_learns_and_removes_nothing(warehouses):
    one, _ = warehouses
    assert list_with(one, PROMPT) == {(VALLEY, n) for n in range(0, 12, 2)} | {(HARBOUR, 0)}
    rows = ask(one, "select site, text, label, verdict, pages_seen from site_lines")
    assert rows == [(VALLEY, PROMPT, "repeat", "template", 6)]


def test_later_pages_of_that_site_are_without_it(warehouses):
    _, two = warehouses
    assert list_with(two, PROMPT) == (
        {(VALLEY, n) for n in range(0, 12, 2)} | {(HARBOUR, 0), (HARBOUR, 12)}
    )
    assert list_with(two, APP) == {(VALLEY, n) for n in range(12, 24)}
    rows = ask(two, "select text, label, count(*) from removed_lines "
                    "where rule = 'site.template' group by all")  # fmt: skip
    assert rows == [(PROMPT, "repeat", 12)]
    impact = ask(two, "select outlet, hits, articles from rule_impact where rule = 'site.template'")
    assert impact == [(VALLEY, 12, 12)]
    seen = ask(two, "select text, pages_seen, label from site_lines order by 2")
    assert seen == [(APP, 12, "repeat"), (PROMPT, 18, "repeat")]


@pytest.mark.slow
def test_the_same_input_twice_changes_no_row(warehouses, tmp_path):
    _, two = warehouses
    again = tmp_path / "again.duckdb"
    for captures in (first_run(), second_run(), second_run(), first_run()):
        ingest(again, captures)
    assert dump_warehouse(again) == dump_warehouse(two)


@pytest.mark.slow
def test_a_killed_run_uses_what_it_would_have_used(warehouses, tmp_path):
    _, two = warehouses
    rough = tmp_path / "rough.duckdb"
    for captures in (first_run(), second_run()):
        for stop in (1, 2):
            with pytest.raises(Killed):
                ingest(rough, captures, stop=stop)
        ingest(rough, captures)
    assert dump_warehouse(rough) == dump_warehouse(two)


@pytest.mark.slow
def test_batches_and_workers_change_no_body(warehouses, tmp_path):
    _, two = warehouses
    other = tmp_path / "other.duckdb"
    for captures in (first_run(), second_run()):
        ingest(other, captures, size=5, workers=2)
    for table in ("articles", "packed_removed_lines", "site_lines"):
        assert dump_warehouse(other)[table] == dump_warehouse(two)[table]


@pytest.mark.slow
def test_a_page_whose_template_is_known_by_now_has_no_new_version(warehouses, tmp_path):
    path = tmp_path / "seen.duckdb"
    ingest(path, first_run())
    fresh = [
        Capture(one.uri, one.content + b"<!-- fetched again -->", START + timedelta(days=9))
        for one in first_run()
    ]
    ingest(path, fresh)
    assert ask(path, "select max(version), count(*) from articles") == [(1, 24)]
    assert ask(path, "select pages_seen from site_lines") == [(6,)]


@pytest.mark.slow
def test_a_reprocess_takes_it_out_of_earlier_pages_but_the_first(warehouses, tmp_path):
    path = tmp_path / "again.duckdb"
    for captures in (first_run(), second_run()):
        ingest(path, captures)
    reprocess(path)
    assert list_with(path, PROMPT) == {(VALLEY, 0), (HARBOUR, 0), (HARBOUR, 12)}
    assert list_with(path, APP) == {(VALLEY, 12)}
    assert ask(path, "select max(version), count(*) from articles") == [(1, 48)]
    before = dump_warehouse(path)
    assert before["site_lines"] == dump_warehouse(warehouses[1])["site_lines"]
    reprocess(path)
    after = dump_warehouse(path)
    assert {table: after[table] for table in after if table != "batches"} == {
        table: before[table] for table in before if table != "batches"
    }


def test_explaining_a_known_page_shows_the_rule(warehouses):
    _, two = warehouses
    [[article]] = ask(two, "select min(article_id) from removed_lines "
                           f"where rule = 'site.template' and text = '{PROMPT}'")  # fmt: skip
    [explained] = explain_target(article, two, Limits())
    template = [line for line in explained.lines if line.rule == "site.template"]
    assert {str(line.label) for line in template} == {"repeat"}
    assert PROMPT in {line.text for line in template}


def test_no_template_file_is_left_behind(warehouses):
    for path in warehouses:
        assert not list((path.parent / f"{path.stem}.copydesk" / "staging").iterdir())
