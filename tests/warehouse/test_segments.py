"""What a poll fetched gets into the warehouse exactly once, whatever happens between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import WarehouseCorrupt
from tasks.live import HostState
from tasks.model import Place
from tests.warehouse.builders import edit, make_batch, make_empty, make_layout
from tests.warehouse.live_builders import (
    FULL_FETCH,
    FULL_HOST,
    FULL_STATE,
    NOON,
    after,
    load_segment,
    make_fetch,
    make_segment,
    make_source,
    make_state,
)
from tests.warehouse.test_publishing import assert_copies_equal, dump
from warehouse.apply_live import apply_live
from warehouse.journal import read_entry
from warehouse.layout import Layout
from warehouse.live_rows import FETCHES
from warehouse.live_state import read_hosts, read_states, retire_fetches, save_sources
from warehouse.lock import hold_lock
from warehouse.migrate import migrate
from warehouse.segments import (
    discard_unfinished,
    has_unpublished,
    list_segments,
    name_warc,
    stage_segment,
)
from warehouse.stage import open_folder, stage_batch
from warehouse.writer import Writer, open_writer

URL = "https://courier.example/"


def fetch(writer: Writer, sql: str):
    return writer.open().execute(sql).fetchall()


def test_all_that_is_known_of_an_address_and_a_host_is_kept(layout):
    with open_writer(layout) as writer:
        load_segment(writer, "s1", states=[FULL_STATE], hosts=[FULL_HOST])
        assert writer.states([FULL_STATE.url, URL]) == {FULL_STATE.url: FULL_STATE}
        writer.publish()
    assert read_states(layout.published, [FULL_STATE.url]) == {FULL_STATE.url: FULL_STATE}
    assert read_hosts(layout.published) == {FULL_HOST.host: FULL_HOST}
    assert read_hosts(layout.published, ["other.example"]) == {}
    assert read_states(layout.published, []) == {}


@pytest.mark.parametrize("full", [FULL_STATE, FULL_FETCH, FULL_HOST], ids=type)
def test_the_full_examples_leave_no_field_out(full):
    assert [field.name for field in fields(full) if getattr(full, field.name) is None] == []


def test_a_bare_state_and_a_bare_host_come_back_as_they_were(layout):
    with open_writer(layout) as writer:
        bare = make_state(URL, next_at=None, source=None)
        load_segment(writer, "s1", states=[bare], hosts=[HostState("bare.example")])
        assert writer.states([URL]) == {URL: bare}
        writer.publish()
    assert read_hosts(layout.published) == {"bare.example": HostState("bare.example")}


def test_every_fact_of_a_fetch_is_logged(writer):
    load_segment(writer, "s1", fetches=[FULL_FETCH])
    row = fetch(writer, f"select {FETCHES.listed} from fetches")[0]
    names = {"fetch_id": "id"}
    for column, value in zip(FETCHES.columns, row, strict=True):
        assert value == getattr(FULL_FETCH, names.get(column.name, column.name)), column.name


def test_a_state_replaces_the_one_before_and_the_log_grows(writer):
    one, two = make_state(URL + "1"), make_state(URL + "2")
    load_segment(writer, "s1", states=[one, two], fetches=[make_fetch(URL + "1")])
    again = replace(one, visits=1, next_at=None, etag='"b"')
    load_segment(writer, "s2", 5, states=[again], fetches=[make_fetch(URL + "1", 5)])
    assert writer.states([one.url, two.url]) == {one.url: again, two.url: two}
    assert fetch(writer, "select count(*) from fetch_state") == [(2,)]
    assert fetch(writer, "select count(*) from fetches") == [(2,)]


def test_a_segment_is_loaded_once(writer):
    segment = make_segment("s1", fetches=[make_fetch(URL)], states=[make_state(URL)])
    writer.load(stage_segment(writer.layout, segment).folder)
    newer = make_state(URL, visits=1)
    load_segment(writer, "s2", 1, states=[newer])
    folder = stage_segment(writer.layout, segment).folder
    writer.load(folder)
    assert not folder.exists()
    assert fetch(writer, "select count(*) from fetches") == [(1,)]
    assert writer.states([URL]) == {URL: newer}


def test_segments_are_listed_as_they_were_closed(layout):
    pages = [make_fetch(URL, document_uri=URL), make_fetch(URL, 1)]
    stage_segment(layout, make_segment("b", 1, fetches=pages, warc="b.warc.gz"))
    stage_segment(layout, make_segment("a", 2))
    stage_segment(layout, make_segment("c", 0))
    first, second, third = list_segments(layout)
    assert [first.id, second.id, third.id] == ["c", "b", "a"]
    assert (first.warc, first.documents) == (None, 0)
    assert (second.warc, second.documents) == (layout.archive / "b.warc.gz", 1)
    assert second.folder == layout.fetched / "b"
    assert second.closed_at == after(minutes=1)


def test_an_unfinished_segment_is_none(layout):
    stage_segment(layout, make_segment("whole"))
    half = open_folder(layout.fetched, "half")
    assert [segment.id for segment in list_segments(layout)] == ["whole"]
    discard_unfinished(layout)
    assert not half.exists()
    assert [segment.id for segment in list_segments(layout)] == ["whole"]


def leave_half(layout: Layout, name: str) -> Path:
    """What is left of a fetcher killed between its WARC file and its rows; the WARC file."""
    open_folder(layout.fetched, name)
    warc = layout.archive / name_warc(name)
    warc.write_bytes(b"pages")
    return warc


def test_a_warc_file_of_no_segment_is_removed(layout):
    warc = leave_half(layout, "fetched-a")
    part = warc.with_name(f"{warc.name}.part")
    part.write_bytes(b"pag")
    other = layout.archive / "other.warc.gz"
    other.write_bytes(b"pages")
    discard_unfinished(layout)
    assert list(layout.archive.iterdir()) == [other]
    assert list(layout.fetched.iterdir()) == []


def test_a_warc_file_that_somebody_took_in_stays(layout):
    warc = leave_half(layout, "fetched-a")
    taken = edit("page")
    placed = replace(taken, document=replace(taken.document, place=Place(warc.name, 0, 5)))
    with open_writer(layout) as writer:
        writer.load(stage_batch(layout, make_batch("b1", placed)))
    discard_unfinished(layout)
    assert warc.exists()
    assert list(layout.fetched.iterdir()) == []


def test_while_another_run_writes_what_is_half_waits(layout):
    warc = leave_half(layout, "fetched-a")
    with hold_lock(layout, "other", 0.0):
        discard_unfinished(layout)
        assert warc.exists()
    discard_unfinished(layout)
    assert not warc.exists()


def test_what_is_loaded_and_not_published_is_noticed(layout):
    assert not has_unpublished(layout)
    with open_writer(layout) as writer:
        load_segment(writer, "fetched-a", states=[make_state(URL)])
        assert has_unpublished(layout)
        writer.publish()
        assert not has_unpublished(layout)
        load_segment(writer, "fetched-b", 1, states=[make_state(URL, visits=1)])
        assert has_unpublished(layout)


def test_a_damaged_segment_is_told(layout):
    folder = stage_segment(layout, make_segment("s1")).folder
    (folder / "entry.json").write_text("{")
    with pytest.raises(WarehouseCorrupt, match="s1 is damaged"):
        list_segments(layout)


def test_there_are_no_segments_before_a_warehouse_is_made(tmp_path):
    layout = make_layout(tmp_path)
    layout.fetched.rmdir()
    assert list_segments(layout) == []


def test_opening_a_writer_leaves_what_was_fetched(layout):
    stage_segment(layout, make_segment("s1", states=[make_state(URL)]))
    with open_writer(layout) as writer:
        (segment,) = list_segments(layout)
        writer.load(segment.folder)
        assert list(writer.states([URL])) == [URL]
    assert list_segments(layout) == []


@pytest.mark.parametrize("replaying", [True, False])
def test_both_copies_hold_the_same(layout, monkeypatch, replaying):
    monkeypatch.setattr("warehouse.replay.COPIED_BYTES_A_SECOND", 1 if replaying else 10**12)
    monkeypatch.setattr("warehouse.spare.GRACE_SECONDS", 0)
    for number in range(3):
        with open_writer(layout) as writer:
            save_sources(writer, layout, [make_source(every=60 + number)], (), after(hours=number))
            states = [make_state(URL + str(number + i), visits=number) for i in range(4)]
            hosts = [HostState("courier.example", failures=number)]
            log = [make_fetch(URL + str(i), 60 * number) for i in range(4)]
            load_segment(writer, f"s{number}", states=states, hosts=hosts, fetches=log)
            writer.load(stage_batch(layout, make_batch(f"b{number}", edit(f"a{number}"))))
            retire_fetches(writer, layout, after(hours=number - 1), NOON, now=after(hours=number))
            writer.publish()
    assert_copies_equal(layout, 12)
    tables = dump(layout.published)
    assert len(tables["fetch_state"]) == 6
    assert len(tables["fetches"]) == 8


EVENTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=24)


@pytest.fixture(scope="module")
def empty():
    with duckdb.connect(":memory:") as connection:
        migrate(connection)
        yield connection


def load_split(
    empty: duckdb.DuckDBPyConnection, layout: Layout, rows: Sequence[tuple], bounds: Sequence[int]
) -> list:
    """The tables after loading the rows in segments from bound to bound."""
    empty.execute("begin transaction")
    for start, end in pairwise(bounds):
        states, hosts, fetches = zip(*rows[start:end], strict=True)
        segment = make_segment(f"s{start}", start, states=states, hosts=hosts, fetches=fetches)
        apply_live(empty, read_entry(stage_segment(layout, segment).folder, start + 1))
    tables = ("fetch_state", "hosts", "fetches")
    found = [empty.execute(f"select * from {table}").fetchall() for table in tables]
    empty.execute("rollback")
    return [sorted(one, key=repr) for one in found]


@settings(max_examples=20, deadline=None)
@given(EVENTS, st.sets(st.integers(1, 23), max_size=5))
def test_how_states_are_split_into_segments_does_not_matter(tmp_path_factory, empty, events, cuts):
    layout = make_empty(tmp_path_factory.mktemp("split"))
    rows = [
        (
            make_state(URL + str(page), visits=step, etag=f'"{step}"'),
            HostState(f"h{host}.example", failures=step),
            make_fetch(URL + str(page), step),
        )
        for step, (page, host) in enumerate(events)
    ]
    inner = sorted(cut for cut in cuts if cut < len(rows))
    split = load_split(empty, layout, rows, [0, *inner, len(rows)])
    assert split == load_split(empty, layout, rows, [0, len(rows)])
    newest = {page: step for step, (page, _) in enumerate(events)}
    assert sorted(newest.values()) == sorted(row[18] for row in split[0])


# Stages three segments and loads them, and is killed where the test says.
WORK = """
import os, signal, sys
from pathlib import Path
from tests.warehouse.builders import make_layout
from tests.warehouse.live_builders import make_fetch, make_segment, make_state
from warehouse import apply_live, writer as module
from warehouse.migrate import migrate
from warehouse.segments import list_segments, stage_segment

folder, moment = sys.argv[1:]
layout = make_layout(Path(folder))

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

for number in range(3):
    url = f"https://courier.example/{number % 2}"
    states, fetches = [make_state(url, visits=number)], [make_fetch(url, number)]
    stage_segment(layout, make_segment(f"s{number}", number, states=states, fetches=fetches))
if moment == "staged":
    die()
if moment == "journal":
    module.apply_entry = die
with module.open_writer(layout) as writer:
    if moment == "applying":
        load = apply_live.load_fetches
        apply_live.load_fetches = lambda *given: (load(*given), die())
    for number, segment in enumerate(list_segments(layout)):
        writer.load(segment.folder)
        if moment == "loaded" and number == 1:
            die()
    writer.publish()
"""


def work(folder: Path, moment: str) -> int:
    command = [sys.executable, "-c", WORK, str(folder), moment]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(command, env=environment, check=False).returncode


@pytest.mark.parametrize("moment", ["staged", "journal", "applying", "loaded"])
def test_a_kill_between_fetching_and_loading_loses_nothing(tmp_path, moment):
    assert work(tmp_path, moment) == -signal.SIGKILL
    layout = make_layout(tmp_path)
    with open_writer(layout) as writer:
        for segment in list_segments(layout):
            writer.load(segment.folder)
        assert fetch(writer, "select count(*) from fetches") == [(3,)]
        assert fetch(writer, "select url, visits from fetch_state order by url") == [
            (URL + "0", 2),
            (URL + "1", 1),
        ]
        writer.publish()
    assert list_segments(layout) == []
    assert_copies_equal(layout, 3)
