"""Damaged links: what is found, and that linking again leaves what there was before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from flows.linking import ENGINES, VERSIONS, digest
from tests.warehouse.builders import edit, fail, make_batch, make_layout
from tests.warehouse.test_stories import ENDS, EVERYTHING, TEXTS, rewrite, tell
from tests.world.damage import change_rows, copy_warehouse
from warehouse.audit import RULES, check
from warehouse.layout import Layout
from warehouse.link_rules import LINK_RULES
from warehouse.links import stage_links
from warehouse.search import Question, search_published
from warehouse.search_index import WORDS
from warehouse.stage import stage_batch
from warehouse.upkeep import Upkeep, stage_upkeep
from warehouse.writer import Writer, open_writer

NOW = datetime(2026, 4, 1, tzinfo=UTC)

LONG = " ".join(
    f"Paragraph {n}: the council of Marrow Bay weighed plan {n * 7} for its {n}th pier and "
    f"counted {n * 13} boats at anchor."
    for n in range(14)
)
WIRE = [
    tell("pier", at, f"{LONG} Printed by hand in district {at}.", outlet=f"Outlet {at}")
    for at in range(3)
]

# What linking leaves, but for the places in the search index and the loads that wrote it.
STATE = (
    "select article_id, story_id, reprint_of from articles order by all",
    "select number, article_id from linked_articles order by all",
    "select last_number from linking",
    "from stories order by all",
    "select * exclude (joined_at) from story_articles order by all",
    "from story_changes order by all",
    "from story_sketches order by number",
    "from reprints order by all",
    "from reprint_groups order by all",
    "from reprint_signatures order by all",
    "from reprint_keys order by all",
    "select article_id, load_number, length, published_on from search_articles order by all",
    "select article_id, form, frequency from search_articles "
    "join (from search_postings union all from search_recent union all from search_fresh) "
    "using (place) "
    f"join (from {WORDS} where stem) using (term) order by all",
    f"select distinct form, stem from {WORDS} order by all",
    "from unlinked_articles",
)


# Linked in other batches, stories may have parted and merged again on the way.
SIDE = {"from story_changes order by all"}


def load(writer: Writer, number: int, *edited, **changes) -> None:
    writer.load(stage_batch(writer.layout, make_batch(f"b{number}", *edited, **changes)))


def link(writer: Writer, most: int = 2_000) -> None:
    for _ in range(500):
        if (changes := writer.changes(most)) is None:
            return
        found = {}
        digests = digest(changes.fresh)
        with writer.reading() as connection:
            for engine in ENGINES:
                found |= engine(connection, changes, digests)
        writer.load(stage_links(writer.layout, changes, found))
    raise AssertionError("linking does not end")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Stories, reprints, new versions and what is gone, in both copies."""
    layout = make_layout(tmp_path_factory.mktemp("whole"))
    with open_writer(layout) as writer:
        for number, start in enumerate(range(0, len(EVERYTHING), 6), 1):
            load(writer, number, *EVERYTHING[start : start + 6])
            link(writer)
        load(writer, 7, *WIRE)
        load(writer, 8, rewrite("fire", 0, TEXTS["fire"].replace("{end}", ENDS[4])))
        load(writer, 9, edit("lonely", "Nobody else tells of it."), tell("storm", 5))
        gone = (tell("storm", 5).outcome.id,)
        load(writer, 10, fail("storm-5"), kind="reprocess", replaced_articles=gone)
        link(writer)
        writer.publish()
    return layout


@pytest.fixture(scope="module")
def desk(whole: Layout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    """A writer on a copy, which is damaged and mended by turns."""
    with open_writer(copy_warehouse(whole, tmp_path_factory.mktemp("desk"))) as writer:
        yield writer


@pytest.fixture
def layout(whole: Layout, tmp_path: Path) -> Layout:
    return copy_warehouse(whole, tmp_path)


def find_broken(connection: duckdb.DuckDBPyConnection) -> set[str]:
    links = {rule.code for rule in LINK_RULES}
    return {rule.code for rule in RULES if rule.code in links and check(connection, rule)}


def read_state(connection: duckdb.DuckDBPyConnection) -> list[list[tuple]]:
    return [connection.execute(query).fetchall() for query in STATE]


def mend(writer: Writer, most: int = 2_000, **what) -> None:
    stamp = NOW + timedelta(seconds=len(list(writer.layout.journal.iterdir())))
    writer.load(stage_upkeep(writer.layout, Upkeep("r9", stamp, **what or {"relinks": True})))
    link(writer, most)
    assert not writer.has_changes()


def count_repairs(writer: Writer, code: str) -> int:
    query = "select count(*) from upkeep where kind = 'repair' and what = ?"
    return writer.open().execute(query, [code]).fetchall()[0][0]


def test_a_whole_warehouse_breaks_no_rule(desk):
    assert find_broken(desk.open()) == set()
    query = "select count(*), count(distinct first_id) from reprint_groups"
    assert desk.open().execute(query).fetchall() == [(21, 4)]


A_FIRE = "(select article_id from articles where title = 'fire 1')"
A_FIRE_NUMBER = f"(select number from linked_articles where article_id = {A_FIRE})"
A_PIER = (
    "(select number from linked_articles join articles using (article_id) where title = 'pier 1')"
)

DAMAGE = [
    ("linking-cursor", "update linking set through = 999"),
    ("linking-cursor", "delete from linking"),
    ("linking-cursor", "update linking set last_number = 1"),
    ("linked-twice", "insert into linked_articles from linked_articles limit 2"),
    ("linked-twice", "update linked_articles set number = 3 where number = 4"),
    ("article-unlinked", f"delete from linked_articles where article_id = {A_FIRE}"),
    ("article-unlinked", "delete from linked_articles"),
    ("article-unlinked", "update linked_articles set load_number = 1"),
    ("orphan-reprint-keys", "insert into reprint_keys values (7, 999)"),
    ("orphan-reprint-signatures", "insert into reprint_signatures values (999, 7, 7)"),
    ("orphan-story-sketches", "insert into story_sketches values (999, [1], [1])"),
    ("orphan-story-vectors", "insert into story_vectors values (999, 'm', [1])"),
    ("orphan-story-articles",
     f"update story_articles set number = 999 where number = {A_FIRE_NUMBER}"),
    ("orphan-story-articles", "insert into story_articles "
     "select story_id, 'nobody', now(), now(), null, null, 999 from stories limit 1"),
    ("orphan-search-articles",
     f"update search_articles set load_number = 99 where article_id = {A_FIRE}"),
    ("orphan-reprints", "update reprints set other_number = 999"),
    ("orphan-reprints", "update reprints set article_id = 'nobody'"),
    ("orphan-reprint-groups", f"update reprint_groups set number = 999 where number = {A_PIER}"),
    ("orphan-reprint-groups", "update reprint_groups set first_id = 'nobody'"),
    ("orphan-reprint-groups", "update reprint_groups set alias_of = 'nobody'"),
    ("reprint-twice", "insert into reprints from reprints"),
    ("reprint-unsigned", f"delete from reprint_signatures where number = {A_PIER}"),
    ("reprint-unsigned", "delete from reprint_signatures"),
    ("reprint-keyless", f"delete from reprint_keys where number = {A_PIER}"),
    ("reprint-group", f"delete from reprint_groups where number = {A_PIER}"),
    ("reprint-group", f"delete from reprints where other_number = {A_PIER} or number = {A_PIER}"),
    ("reprint-group", "insert into reprint_groups from reprint_groups"),
    ("reprint-mark", "update articles set reprint_of = null"),
    ("reprint-mark", "update articles set reprint_of = 'nobody' where title = 'storm 0'"),
    ("story-unsketched", f"delete from story_sketches where number = {A_FIRE_NUMBER}"),
    ("story-unsketched", "delete from story_sketches"),
    ("story-unsketched", "insert into story_sketches from story_sketches limit 3"),
    ("story-missing", f"delete from story_articles where article_id = {A_FIRE}"),
    ("story-missing", "delete from story_articles"),
    ("story-missing", "insert into story_articles "
     "select * replace ('other' as story_id) from story_articles limit 4"),
    ("story-mark", "update articles set story_id = 'nothing'"),
    ("story-mark", "update articles set story_id = null where title = 'Title of lonely'"),
    ("story-count", "update stories set articles = 77"),
    ("story-count", "update stories set languages = ['xx'], last_seen_at = now()"),
    ("story-count", "delete from stories"),
    ("story-count", "insert into stories from stories limit 2"),
    ("story-count",
     "insert into stories select * replace ('empty' as story_id) from stories limit 1"),
    ("search-unindexed", f"delete from search_articles where article_id = {A_FIRE}"),
    ("search-unindexed", "insert into search_articles from search_articles limit 2"),
    ("search-removed", "insert into search_removed select place from search_articles limit 3"),
    ("search-empty",
     "delete from search_fresh where place = (select max(place) from search_articles)"),
    ("search-empty", "delete from search_fresh"),
    ("orphan-search-postings", "insert into search_fresh values (1, 999, 1)"),
    ("orphan-search-postings", "delete from search_removed"),
    ("search-word", "delete from search_fresh_words where form = 'brunhild'"),
    ("search-word", "delete from search_fresh_words"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("code", "sql"), DAMAGE)
def test_what_is_damaged_is_linked_again_as_it_was(desk, code, sql):
    before, repairs = read_state(desk.open()), count_repairs(desk, code)
    desk.open().execute(sql)
    assert code in find_broken(desk.open())
    mend(desk)
    assert find_broken(desk.open()) == set()
    assert count_repairs(desk, code) == repairs + 1
    after = read_state(desk.open())
    for query, one, other in zip(STATE, before, after, strict=True):
        assert other == one, query


def test_an_article_that_is_gone_leaves_its_links(layout):
    with open_writer(layout) as writer:
        writer.open().execute(f"delete from articles where article_id = {A_FIRE}")
        assert "linked-gone" in find_broken(writer.open())
        mend(writer)
        assert find_broken(writer.open()) == set()
        assert writer.open().execute("select articles from stories where label = 'fire 0'"
                                     " or label = 'fire 2'").fetchall() == [(2,)]  # fmt: skip


def test_every_rule_is_broken_above():
    codes = {rule.code for rule in LINK_RULES}
    assert codes == {code for code, _ in DAMAGE} | {"linked-gone"}
    assert {rule.code for rule in RULES if rule.cure == "links"} == codes


def test_nothing_is_linked_again_where_nothing_is_damaged(desk):
    links = "select count(*) from batches where kind = 'links'"
    before = read_state(desk.open()), desk.open().execute(links).fetchall()
    mend(desk)
    assert (read_state(desk.open()), desk.open().execute(links).fetchall()) == before


def test_of_many_damaged_articles_some_are_linked_at_a_time(desk):
    before = read_state(desk.open())
    desk.open().execute("delete from story_articles; delete from reprint_signatures")
    mend(desk, most=5)
    assert find_broken(desk.open()) == set()
    assert read_state(desk.open()) == before


def test_both_copies_are_mended(layout):
    with duckdb.connect(str(layout.published), read_only=True) as connection:
        before = read_state(connection)
    change_rows(layout, "delete from search_fresh; delete from reprints; delete from stories")
    with open_writer(layout) as writer:
        mend(writer)
        writer.publish()
        assert read_state(writer.open()) == before
    with duckdb.connect(str(layout.published), read_only=True) as connection:
        assert read_state(connection) == before
    assert search_published(layout.published, Question("Brunhilde")).matched == 3


def test_a_new_article_comes_before_those_that_are_linked_again(layout):
    change_rows(layout, "delete from story_sketches")
    with open_writer(layout) as writer:
        writer.load(stage_upkeep(layout, Upkeep("r9", NOW, relinks=True)))
        load(writer, 50, tell("fire", 3))
        link(writer, 4)
        assert find_broken(writer.open()) == set()
        query = "select distinct story_id from articles where title like 'fire %'"
        assert len(writer.open().execute(query).fetchall()) == 1


@pytest.mark.parametrize("most", [3, 2_000])
def test_another_version_of_an_engine_links_everything_again(layout, most):
    change_rows(layout, "update story_sketches set keys = [1]; update reprint_keys set key = 3")
    versions = {**VERSIONS, "reprints": 2}
    with open_writer(layout) as writer:
        damaged = read_state(writer.open())
        mend(writer, most, link_versions=versions)
        after = read_state(writer.open())
        assert writer.link_versions() == versions
        assert find_broken(writer.open()) == set()
        query = "select comment from duckdb_tables() where table_name = 'reprint_keys'"
        assert writer.open().execute(query).fetchall()[0][0].startswith("Which article holds")
        writer.publish()
        assert read_state(writer.open()) == after
    changed = {STATE[at] for at in range(len(STATE)) if after[at] != damaged[at]}
    assert changed - SIDE == {"from story_sketches order by number",
                              "from reprint_keys order by all"}  # fmt: skip
    with duckdb.connect(str(layout.published), read_only=True) as connection:
        assert connection.execute("select distinct keys from story_sketches").fetchall() != [([1],)]


def test_a_new_warehouse_is_linked_by_the_versions_of_today(writer):
    assert writer.link_versions() == VERSIONS
