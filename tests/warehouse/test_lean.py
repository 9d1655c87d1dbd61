"""What is stored once only: people who query find it wherever it belongs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.model import Evidence, Label, Line, Mention, MentionKind
from tests.warehouse.builders import edit, make_old
from tests.warehouse.test_loading import fetch, load
from tests.world.damage import NOON
from warehouse.apply_stories import INSERT_SKETCHES
from warehouse.connect import BLOCK_BYTES
from warehouse.migrate import migrate
from warehouse.stories import join_terms, read_recent
from warehouse.upkeep import Upkeep, stage_upkeep

BODY = "Zoë \U0001f6a2 said: “We sail at dawn.” Nobody else spoke."


def test_a_name_with_one_form_has_it(writer):
    names = (
        Mention("Zoë", MentionKind.PERSON, (0,), ("Zoë",), None, "m", 0.5),
        Mention("Zoë Quay", MentionKind.PERSON, (0,), ("Quay", "Zoë Quay"), None, "m", 0.5),
        Mention("Ossory", MentionKind.PLACE, (0,), ("Ossory's",), None, "m", 0.5),
    )
    load(writer, "b1", edit("a", body=BODY, mentions=names))
    forms = "select forms from {} order by position"
    assert fetch(writer, forms.format("mentions")) == [(list(name.forms),) for name in names]
    assert fetch(writer, forms.format("lean_mentions"))[0] == (None,)


def test_evidence_is_stored_as_printed_where_that_differs(writer):
    told = [("Dawn", "Dawn"), ("Dawn", "DAWN"), ("", ""), ("null", "null")]
    evidence = tuple(Evidence("title", *pair, "h1", 0.5, False) for pair in told)
    load(writer, "b1", edit("a", evidence=evidence))
    assert fetch(writer, "select value, raw from evidence order by position") == told
    assert fetch(writer, "select json_extract(items, '$.raw')::varchar from packed_evidence") == [
        ('[null,"DAWN",null,null]',)
    ]


def test_packed_rows_of_a_load_stand_by_site(writer):
    """However many documents are packed at once."""
    lines = (Line(0, 0, 4, "Menu", Label.NAVIGATION, "nav"),)
    sites = [f"{'cab'[at % 3]}.example" for at in range(600)]
    edited = (edit(str(at), site=site, lines=lines) for at, site in enumerate(sites))
    load(writer, "b1", *edited)
    stored = fetch(
        writer,
        "select site from packed_removed_lines as packed "
        "join articles using (article_id) order by packed.rowid",
    )
    assert stored == [(site,) for site in sorted(sites)]


@pytest.fixture
def old(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A file of the schema before."""
    with duckdb.connect(str(make_old(tmp_path / "x.duckdb", 15))) as connection:
        yield connection


def test_rows_of_earlier_versions_are_shown_as_they_were(old):
    old.execute(
        "insert into mentions values ('a', 0, 'So', 'place', 1, [5], ['So'], null, 'm', 0.5, 1);"
        "insert into search_words values (md5_number_lower('so'), 'so', 7, true)"
    )
    rows = old.execute("from mentions").fetchall()
    migrate(old)
    assert old.execute("from mentions").fetchall() == rows
    found = "select term from search_words where form = 'so'"
    assert old.execute(found).fetchall() == [(7,)]


# Keys of 20 bits: of the first and the third the last 16 are the same.
EARLIER = [(5 << 8) | 200, (70_000 << 8) | 150, ((65_536 + 5) << 8) | 90, (9 << 8) | 1]
TODAY = ([5, 70_000 - 65_536, 9], [200, 150, 1])


def test_sketches_of_earlier_versions_keep_the_heavier_term(old):
    old.execute("insert into story_sketches values (1, ?), (2, [])", [EARLIER])
    migrate(old)
    kept = old.execute("from story_sketches order by number").fetchall()
    assert kept == [(1, *TODAY), (2, [], [])]


def test_sketches_staged_by_earlier_versions_are_loaded(writer, tmp_path):
    file = tmp_path / "story_sketches.parquet"
    pq.write_table(pa.table({"number": [1, 2], "terms": [EARLIER, [(7 << 8) | 255]]}), file)
    with writer.reading() as connection:
        connection.execute(INSERT_SKETCHES.format(file=f"'{file}'"))
        connection.execute(
            "insert into story_articles values ('s', 'a', ?, ?, null, null, 1), "
            "('s', 'b', ?, ?, null, null, 2)",
            [NOON] * 4,
        )
        terms = read_recent(connection, [NOON], NOON - NOON).terms
    assert [one.tolist() for one in terms] == [
        [key << 8 | part for key, part in zip(*TODAY, strict=True)],
        [(7 << 8) | 255],
    ]


def test_repairs_staged_by_earlier_versions_are_loaded(writer):
    load(writer, "b1", edit("a", body=BODY))
    with writer.reading() as connection:
        connection.execute("insert into lean_mentions by name select 'gone' as article_id, * "
                           "exclude (article_id) from lean_mentions")  # fmt: skip
    staged = stage_upkeep(writer.layout, Upkeep("r", NOON, mends=True))
    about = json.loads((staged / "entry.json").read_text())
    about["repairs"] = ["orphan-evidence", "orphan-mentions"]
    (staged / "entry.json").write_text(json.dumps(about))
    writer.load(staged)
    assert fetch(writer, "select count(*) from mentions") == [(2,)]
    assert fetch(writer, "select what, items from upkeep") == [("orphan-mentions", 2)]


def test_no_sketches_have_no_terms():
    assert list(join_terms([], [])) == []
    (none,) = join_terms([np.zeros(0, np.uint16)], [np.zeros(0, np.uint8)])
    assert none.tolist() == []


def test_files_are_made_of_small_blocks(writer):
    blocks = "select distinct block_size from pragma_database_size()"
    assert fetch(writer, blocks) == [(BLOCK_BYTES,)]
    writer.compact()
    assert fetch(writer, blocks) == [(BLOCK_BYTES,)]
