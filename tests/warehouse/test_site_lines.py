"""What the warehouse remembers of a site's pages, and when lines are learned from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from tasks.identity import make_id
from tasks.model import Imprint, Label, SiteLine
from tasks.tally import Tally
from tasks.text import repetition
from tasks.text.repetition import learn_lines
from tasks.text.template import hash_line
from tests.warehouse.builders import START, edit, make_batch, repeat
from tests.warehouse.test_publishing import assert_copies_equal
from tests.world.sites import APP, PROMPT, STORIES, list_paragraphs
from warehouse import site_lines
from warehouse.read import find_learned
from warehouse.stage import RunRecord, stage_batch, stage_run
from warehouse.writer import Writer, open_writer


@pytest.fixture(autouse=True)
def single(monkeypatch):
    """Every line is of interest, on one page, too."""
    assert site_lines.NOTED == repetition.NOTED
    monkeypatch.setattr(site_lines, "NOTED", 1)


def page(name: str, text: str = "", hours: int = 0, *, site: str = "a.example", lines=(7, 0, 9)):
    imprint = Imprint(tuple(lines), (9,), f"Title of {name}\nFirst words")
    return edit(name, text, hours, site=site, imprint=imprint)


def load(writer: Writer, batch_id: str, *edited, **changes):
    return writer.load(stage_batch(writer.layout, make_batch(batch_id, *edited, **changes)))


def finish(writer: Writer, run_id: str, *lines: SiteLine, status="completed") -> None:
    now = datetime(2026, 4, 1, tzinfo=UTC)
    record = RunRecord(run_id, "ingest", now, now, status, "{}", Tally())
    writer.load(stage_run(writer.layout, record, lines))


def make_line(number: int, label: Label | None = Label.REPEAT, **changes) -> SiteLine:
    made = SiteLine(
        "a.example", number, f"Line {number}", label, "template", 5, 4, "first", START, START
    )
    return made._replace(**changes)


def list_pages(writer: Writer) -> list[tuple[str, list[tuple[str, bool]]]]:
    return [
        (site, [(page.article_id, page.fresh) for page in pages])
        for site, pages, _ in writer.sites()
    ]


def ids(*names: str) -> list[str]:
    return [make_id("article", name) for name in names]


def test_new_articles_are_remembered_in_order(writer):
    load(writer, "b1", page("a"), page("x", site="x.example"), page("b"))
    load(writer, "b2", page("c", hours=2))
    found = {site: list(pages) for site, pages, _ in writer.sites()}
    assert [one.article_id for one in found["a.example"]] == ids("a", "b", "c")
    assert [one.article_id for one in found["x.example"]] == ids("x")
    last = found["a.example"][-1]
    assert last.imprint == Imprint((7, 0, 9), (9,), "Title of c\nFirst words")
    assert (last.fresh, last.seen_at) == (True, START + timedelta(hours=2))


def test_versions_copies_and_articles_without_a_site_are_not(writer):
    load(writer, "b1", page("a"), page("a", "later", 3), repeat(page("a"), 4), edit("n", site=None))
    load(writer, "b2", page("a", "later still", 5), page("s", site=None), page("e", lines=(0, 0)))
    assert list_pages(writer) == [("a.example", [(*ids("a"), True)])]


def test_only_a_completed_run_settles_what_was_fresh(writer):
    load(writer, "b1", page("a"))
    finish(writer, "one", status="interrupted")
    load(writer, "b2", page("b"))
    a, b, c = ids("a", "b", "c")
    assert list_pages(writer) == [("a.example", [(a, True), (b, True)])]
    finish(writer, "two")
    assert list_pages(writer) == []
    load(writer, "b3", page("c"))
    assert list_pages(writer) == [("a.example", [(a, False), (b, False), (c, True)])]


def test_lines_come_with_the_run_and_replace_what_was_known(writer):
    load(writer, "b1", page("a"))
    finish(writer, "one", make_line(7), make_line(2**64 - 1, None, verdict="few"))
    assert writer.template() == [("a.example", 7, "first")]
    load(writer, "b2", page("b"))
    [(_, _, known)] = writer.sites()
    assert sorted(known) == [make_line(7), make_line(2**64 - 1, None, verdict="few")]
    assert known[0].label is Label.REPEAT or known[1].label is Label.REPEAT
    finish(writer, "two", make_line(7, None, pages_seen=6))
    assert writer.template() == []
    rows = writer.open().execute("select line_hash, pages_seen from site_lines order by 1")
    assert rows.fetchall() == [(7, 6), (2**64 - 1, 5)]


def test_an_interrupted_run_brings_no_line(writer):
    load(writer, "b1", page("a"))
    finish(writer, "one", make_line(7), status="interrupted")
    assert writer.template() == []


def test_a_run_loaded_twice_changes_nothing(writer):
    load(writer, "b1", page("a"))
    finish(writer, "one", make_line(7))
    finish(writer, "one", make_line(7, None), make_line(8))
    assert writer.template() == [("a.example", 7, "first")]


def test_the_newest_pages_of_each_site_stay(writer, monkeypatch):
    monkeypatch.setattr(site_lines, "REMEMBERED", 2)
    load(writer, "b1", page("a"), page("b"), page("x", site="x.example"))
    load(writer, "b2", page("c"), page("d"))
    finish(writer, "one")
    rows = writer.open().execute(
        "select site, article_id from site_pages order by site, load_number, position"
    )
    assert rows.fetchall() == [
        ("a.example", *ids("c")), ("a.example", *ids("d")), ("x.example", *ids("x")),
    ]  # fmt: skip


def test_reprocessing_counts_only_articles_that_were_none(writer):
    load(writer, "b1", page("a"), page("b"))
    finish(writer, "one")
    documents = (page("a"), page("b"), page("c"))
    load(writer, "r1", *documents, kind="reprocess", replaced_articles=tuple(ids("a", "b")))
    a, b, c = ids("a", "b", "c")
    assert list_pages(writer) == [("a.example", [(a, False), (b, False), (c, True)])]


def test_both_copies_learn_the_same(layout, monkeypatch):
    monkeypatch.setattr("warehouse.replay.COPIED_BYTES_A_SECOND", 1)
    monkeypatch.setattr("warehouse.spare.GRACE_SECONDS", 0)
    monkeypatch.setattr(site_lines, "REMEMBERED", 2)
    with open_writer(layout) as writer:
        load(writer, "b1", page("a"))
        writer.publish()
        load(writer, "b2", page("b"), page("c"))
        load(writer, "b3", page("d"))
        finish(writer, "one", make_line(7), make_line(8, None))
        writer.publish()
    assert_copies_equal(layout, 4)
    assert find_learned(layout.published) == ([("a.example", 7, "first")], [])


def test_bodies_are_read_by_article(writer):
    load(writer, "b1", page("a", "one"), page("b", "two"))
    assert writer.bodies(ids("b", "zz")) == {ids("b")[0]: "b says.\n\ntwo"}


def test_a_file_from_before_templates_has_none(layout):
    with open_writer(layout) as writer:
        load(writer, "b1", page("a"))
        writer.publish()
    with duckdb.connect(str(layout.published.resolve())) as connection:
        connection.execute("drop table site_lines")
        connection.execute("drop table outlet_zones")
    assert find_learned(layout.published) == ([], [])


EVERYTHING = f"""
create or replace temp table to_learn as
select distinct site, false as is_settled from site_pages
where {site_lines.FRESH} and ? > 0
"""


def told(number: int, site: str, *furniture: str):
    """An article with some lines that others of its site have, too."""
    name, lines = f"{site}{number}", [*list_paragraphs(number), *furniture]
    topic = "\n".join([STORIES[number % len(STORIES)][0], *lines[:2]])
    imprint = Imprint((0, *map(hash_line, lines)), (), topic)
    return edit(name, "\n\n".join(lines), number, site=site, imprint=imprint)


def learn(writer: Writer) -> list[SiteLine]:
    return [
        line
        for site, pages, known in writer.sites()
        for line in learn_lines(site, pages, known, writer.bodies)
    ]


def test_the_pages_that_do_not_matter_change_nothing(writer, monkeypatch):
    monkeypatch.setattr(site_lines, "NOTED", repetition.NOTED)
    seen: dict[str, set[str]] = {"a.example": set(), "b.example": set(), "c.example": set()}
    for run in range(9):
        numbers = range(4 * run, 4 * run + 4)
        prompted = [told(n, "a.example", PROMPT) for n in numbers]
        mixed = [told(n, "b.example", *[PROMPT, APP][: 1 + n % 2]) for n in numbers[:3]]
        plain = [told(n, "c.example", f"Only number {n} has this line here.") for n in numbers[:2]]
        load(writer, f"b{run}", *prompted, *mixed, *plain)
        for site, pages in list_pages(writer):
            seen[site].add("all" if not all(fresh for _, fresh in pages) else "fresh")
        found = learn(writer)
        with monkeypatch.context() as patched:
            patched.setattr(site_lines, "TO_LEARN", EVERYTHING)
            assert learn(writer) == found
        finish(writer, f"r{run}", *found)
    assert len(writer.template()) == 3
    assert seen["a.example"] == {"all", "fresh"}
    # Its few articles share no line, so nobody reads them.
    assert seen["c.example"] == set()


def test_as_many_pages_are_remembered_as_are_looked_at():
    assert site_lines.REMEMBERED == repetition.REMEMBERED
