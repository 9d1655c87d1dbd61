"""Every behaviour of the test world's servers ends as the table in docs/fetching.md says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tasks.fetching.exchange import Deadlines
from tasks.fetching.guard import Guard
from tasks.fetching.settings import Settings
from tasks.live import Outcome
from tests.tasks.fetching.memory import Memory, crawl, visit_page
from tests.world.news.table import TABLE
from tests.world.news_world import start_news_world

pytestmark = pytest.mark.slow

DOCUMENT = Path(__file__).parents[3] / "docs" / "fetching.md"
# These never answer: their deadlines are shorter, and no other host makes them look slow.
SILENT = ("slow", "never", "drip", "drip-head")


@dataclass(frozen=True)
class Row:
    name: str
    outcome: str
    code: str | None
    then: str


def read_table() -> list[Row]:
    """The rows of the document's table, one a behaviour."""
    rows = []
    for line in DOCUMENT.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 4:
            names = re.findall(r"`([^`]+)`", cells[0])
            rows += [Row(name, cells[1], cells[2] or None, cells[3]) for name in names]
    return rows


@pytest.fixture(scope="module")
def ended():
    """For each behaviour what was remembered of its address, after one crawl."""
    with start_news_world(sites=len(TABLE) + 1, pages=2) as world:
        urls = {b.name: world.site(n).wild(b.name) for n, b in enumerate(TABLE, 1)}
        urls["redirect-to"] += f"?to={world.site(len(TABLE) + 1).root}/wild/ok"
        guard = Guard(
            allowed=frozenset((site.host.partition(":")[0], world.port) for site in world.sites)
            | {("127.0.0.1", 1)}
        )
        memory = Memory()
        settings = Settings(pace=0.05, seats=200, patience=1.5, slow_least=60.0)
        quick = [visit_page(url) for name, url in urls.items() if name not in SILENT]
        crawl(memory, quick, settings, Deadlines(10, 10, 15), guard)
        slow = [visit_page(urls[name]) for name in SILENT]
        crawl(memory, slow, settings, Deadlines(1, 1, 1.5), guard)
    return urls, memory


def test_the_table_has_every_behaviour_once():
    names = [row.name for row in read_table()]
    assert sorted(names) == sorted(behaviour.name for behaviour in TABLE)


@pytest.mark.parametrize("row", read_table(), ids=lambda row: row.name)
def test_an_answer_ends_as_the_table_says(ended, row):
    urls, memory = ended
    url = urls[row.name]
    fetch, state = memory.last_fetch(url), memory.states[url]
    assert (fetch.outcome, fetch.code) == (row.outcome, row.code), fetch.message
    told = {
        "due by its age": state.next_at is not None and state.visits == 1,
        "tried again": state.next_at is not None and state.failures == 1,
        "given up": state.next_at is None and url in memory.captures,
        "the host is left alone until then": memory.hosts[state.host].paused_until is not None,
        "moved: due under the new address": state.outcome is Outcome.MOVED
        and memory.states[state.moved_to or ""].visits == 1
        and state.next_at is None,
    }
    assert told[row.then], state
    if row.outcome == "fetched":
        assert memory.captures[state.moved_to or url].fault is None
    assert fetch.robots is not None
