"""Exports hold what the warehouse holds, appear whole, and replace nothing but exports."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from tasks.errors import DiskFull, FolderUnwritable, UsageError
from tasks.model import Precision, Stamp
from tests.warehouse.builders import edit, fail, make_batch, make_empty
from warehouse.dictionary import TableNote, read_dictionary
from warehouse.export import UNDATED, Form, export_file, export_folder, export_stream
from warehouse.failures import QueryFailed
from warehouse.handover import ExportBusy, prepare_place
from warehouse.keys import INTERNAL, KEYS, PACKED
from warehouse.migrate import list_views
from warehouse.relations import Choice, is_told, read_relations
from warehouse.stage import stage_batch
from warehouse.writer import open_writer

AWKWARD = "Il dit: \"oui\", puis\nrien; 'x'\t=1+1 \\ – 港口 🚢 عربي"


def quiet(table: str, rows: int) -> None: ...


def day(number: int, month: int = 3) -> Stamp:
    return Stamp(date(2026, month, number), Precision.DAY)


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    layout = make_empty(tmp_path_factory.mktemp("export"))
    articles = [
        edit("b", title=AWKWARD, body=AWKWARD, published=day(31)),
        edit("a", outlet="Other Post", published=day(1, 4)),
        edit("c", published=None, standfirst="", section=None),
        edit("d", site="post.example", authors=()),
        fail("e"),
    ]
    with open_writer(layout) as writer:
        writer.load(stage_batch(layout, make_batch("b1", *articles)))
        changed = edit("a", "other", hours=2, outlet="Other Post", published=day(1, 4))
        writer.load(stage_batch(layout, make_batch("b2", changed)))
        writer.publish()
    return layout.published


def ask(path: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        return connection.execute(sql).fetchall()


def read(sql: str) -> list[tuple]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        return connection.execute(sql).fetchall()


def read_back(table: TableNote, form: Form, folder: Path) -> str:
    """The query for a table as it was exported. JSON has one sort of number and CSV no types at
    all, so they are told those of the table; a list in CSV is JSON."""
    file = folder / f"{table.name}.{form}"
    if form is Form.PARQUET:
        file = file if file.exists() else folder / table.name / "*" / "*.parquet"
        return f"from read_parquet('{file}', hive_partitioning = false)"
    types = {column.name: column.type for column in table.columns}
    if form is Form.JSONL:
        return f"from read_json('{file}', columns = {types}, format = 'newline_delimited')"
    cells = {name: "JSON" if kind.endswith("]") else kind for name, kind in types.items()}
    values = ", ".join(f'"{name}"::{kind}' for name, kind in types.items())
    options = "auto_detect = false, header = true, quote = '\"', allow_quoted_nulls = false"
    return f"select {values} from read_csv('{file}', columns = {cells}, {options})"


@pytest.mark.parametrize("form", list(Form))
def test_every_value_of_every_table_comes_back(path, tmp_path, form):
    done = export_folder(path, tmp_path / "out", Choice(()), form, False, quiet)
    notes = read_dictionary()
    tables = [
        n for n in notes if n.name in PACKED or (n.kind == "table" and n.name not in INTERNAL)
    ]
    assert {each.table for each in done} == {table.name for table in tables}
    for table in tables:
        wanted = ask(path, f"from {table.name} order by all")
        assert read(f"{read_back(table, form, tmp_path / 'out')} order by all") == wanted


def test_articles_are_parted_by_month_and_the_undated_apart(path, tmp_path):
    [done] = export_folder(path, tmp_path / "out", Choice(), Form.PARQUET, False, quiet)
    assert (done.table, done.rows, done.files) == ("articles", 4, 3)
    months = sorted(item.name for item in (tmp_path / "out" / "articles").iterdir())
    assert months == ["month=2026-03", "month=2026-04", f"month={UNDATED}"]
    found = read(
        "select month, count(*), count(published_on) "
        f"from '{tmp_path}/out/articles/*/*.parquet' group by month order by month"
    )
    assert found == [("2026-03", 2, 2), ("2026-04", 1, 1), (None, 1, 0)]
    record = json.loads((tmp_path / "out" / "_export.json").read_text())
    assert record == {
        "format": "parquet",
        "load_number": 2,
        "tables": [{"table": "articles", "rows": 4, "files": 3}],
    }


def test_rows_have_an_order_and_a_header_once(path, tmp_path):
    export_file(path, tmp_path / "out.csv", Choice(), Form.CSV, False, quiet)
    rows = read(f"select published_on from read_csv('{tmp_path}/out.csv', header = true)")
    days = [row[0] for row in rows]
    assert days[-1] is None
    assert all(one <= other for one, other in pairwise(days[:-1]))
    assert (tmp_path / "out.csv").read_text().count("article_id,version") == 1


def test_every_table_has_a_key_and_every_other_view_an_order(path):
    columns = {note.name: {column.name for column in note.columns} for note in read_dictionary()}
    tables = {note.name for note in read_dictionary() if note.kind == "table"}
    assert tables <= {*KEYS, *INTERNAL}
    for name in columns.keys() & KEYS.keys():
        assert set(KEYS[name]) <= columns[name]
        key = ", ".join(KEYS[name])
        assert ask(path, f"select {key} from {name} group by all having count(*) > 1") == []
    for view in list_views():
        name = view.name.removeprefix("views/").removesuffix(".sql")
        assert name in KEYS or "\norder by" in view.text, name


@pytest.mark.parametrize(
    ("choice", "rows"),
    [
        (Choice(since=datetime(2026, 4, 1, tzinfo=UTC)), 1),
        (Choice(until=datetime(2026, 3, 31, tzinfo=UTC)), 2),  # d by its day, c by its fetch
        (Choice(outlets=("Other Post",)), 1),
        (Choice(outlets=("post.example", "Other Post")), 2),
        (Choice(("captions",), outlets=("Other Post",)), 1),
        (Choice(("latest_articles",), since=datetime(2026, 3, 31, tzinfo=UTC)), 2),
        (Choice(where="word_count > 100 -- none"), 0),
        (Choice(("problems",), where="code = 'no-text'"), 1),
    ],
)
def test_a_choice_is_what_is_exported(path, tmp_path, choice, rows):
    target = tmp_path / "out.csv"
    assert export_file(path, target, choice, Form.CSV, False, quiet).rows == rows
    assert len(read(f"select 1 from read_csv('{target}', header = true)")) == rows
    assert target.read_text().count("\n") > 0  # a header at least


def test_all_of_some_articles_leaves_out_what_speaks_of_none(path, tmp_path):
    choice = Choice((), outlets=("Other Post",))
    done = export_folder(path, tmp_path / "out", choice, Form.PARQUET, False, quiet)
    rows = {each.table: each.rows for each in done}
    assert rows["articles"] == rows["superseded_versions"] == 1
    assert not {"runs", "sources", "batches"} & set(rows)


@pytest.mark.parametrize(
    ("choice", "error", "said"),
    [
        (Choice(("articlez",)), UsageError, "articles"),
        (Choice(("hosts",), outlets=("x",)), UsageError, "article_id"),
        (Choice(("tags", "links")), UsageError, "one file"),
        (Choice(where="nonsense = 1"), QueryFailed, "nonsense"),
        (Choice(where="1 = 1) to 'x.csv'; copy (select 1"), QueryFailed, "syntax"),
        (
            Choice(where="body = (select content from read_text('/etc/hostname'))"),
            QueryFailed,
            "disabled",
        ),
    ],
)
def test_what_cannot_be_exported_is_said_and_leaves_nothing(path, tmp_path, choice, error, said):
    with pytest.raises(error, match=said):
        export_file(path, tmp_path / "out.csv", choice, Form.CSV, False, quiet)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [".", "..", "/", "sub/.."])
def test_what_is_no_name_is_refused(path, tmp_path, monkeypatch, name):
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    with pytest.raises(UsageError):
        export_folder(path, Path(name), Choice(), Form.CSV, True, quiet)
    assert list((tmp_path / "sub").iterdir()) == []


def test_only_an_export_is_replaced_and_only_by_force(path, tmp_path):
    target, mine = tmp_path / "out", tmp_path / "mine"
    mine.mkdir()
    export_folder(path, mine, Choice(), Form.CSV, False, quiet)  # an empty folder is free
    shutil.rmtree(mine)
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    for _ in range(2):
        with pytest.raises(UsageError, match="is there already"):
            export_folder(path, mine, Choice(), Form.CSV, False, quiet)
        with pytest.raises(UsageError, match="no export"):
            export_folder(path, mine, Choice(), Form.CSV, True, quiet)
    assert (mine / "thesis.txt").read_text() == "years of work"
    export_folder(path, target, Choice(("tags",)), Form.CSV, False, quiet)
    with pytest.raises(UsageError, match="--force"):
        export_folder(path, target, Choice(), Form.CSV, False, quiet)
    export_folder(path, target, Choice(), Form.CSV, True, quiet)
    assert sorted(item.name for item in target.iterdir()) == ["_export.json", "articles.csv"]
    with pytest.raises(UsageError, match="is a folder"):
        export_file(path, target, Choice(), Form.CSV, True, quiet)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["mine", "out"]


def test_a_place_that_is_not_there_is_said(path, tmp_path):
    with pytest.raises(FolderUnwritable, match="no folder"):
        export_folder(path, tmp_path / "none" / "out", Choice(), Form.CSV, False, quiet)


def test_two_exports_to_one_place_do_not_mix(path, tmp_path):
    code = (
        "import sys; from pathlib import Path; from warehouse.handover import prepare_place\n"
        "with prepare_place(Path(sys.argv[1]), False): print('in', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "out")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout.readline() == b"in\n"
    with pytest.raises(ExportBusy):
        export_folder(path, tmp_path / "out", Choice(), Form.CSV, False, quiet)
    holder.communicate(b"", timeout=20)
    export_folder(path, tmp_path / "out", Choice(), Form.CSV, False, quiet)
    assert [item.name for item in tmp_path.iterdir()] == ["out"]


KILLED = """
import sys, time
from pathlib import Path
from warehouse.export import Form, export_folder
from warehouse.relations import Choice

def tell(table, rows):
    print(table, flush=True)
    time.sleep(60)

export_folder(Path(sys.argv[1]), Path(sys.argv[2]), Choice(), Form.PARQUET, True, tell)
"""


@pytest.mark.parametrize("before", [False, True])
def test_a_killed_export_leaves_nothing_that_looks_whole(path, tmp_path, before):
    target = tmp_path / "out"
    if before:
        export_folder(path, target, Choice(("tags",)), Form.CSV, False, quiet)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path), str(target)], stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"articles\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (tmp_path / "out.part" / "whole" / "articles").is_dir()
    assert target.exists() == before
    assert not before or (target / "tags.csv").is_file()
    export_folder(path, target, Choice(), Form.PARQUET, True, quiet)
    assert [item.name for item in tmp_path.iterdir()] == ["out"]
    assert len(list(target.rglob("*.parquet"))) == 3


def test_a_full_disk_is_said(path, tmp_path):
    with (
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(DiskFull, match="No space"),
    ):
        export_stream(path, full, Choice(), Form.CSV, quiet)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
@pytest.mark.parametrize("form", list(Form))
def test_a_full_disk_leaves_nothing_half(path, tmp_path, form):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k,nr_inodes=20", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        with pytest.raises(DiskFull, match=str(disk)):
            export_folder(path, disk / "out", Choice(()), form, False, quiet)
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_the_writer_goes_on_while_an_export_reads(tmp_path):
    layout = make_empty(tmp_path)
    with open_writer(layout) as writer:
        writer.load(stage_batch(layout, make_batch("b1", *(edit(f"a{n}") for n in range(5)))))
        writer.publish()
    seen = []

    def publish_more(table: str, rows: int) -> None:
        number = len(seen)
        with open_writer(layout) as writer:
            writer.load(stage_batch(layout, make_batch(f"m{number}", edit(f"m{number}"))))
            writer.publish()
        seen.append(table)

    started = time.monotonic()
    choice = Choice(("articles", "tags", "evidence"))
    done = export_folder(
        layout.published, tmp_path / "out", choice, Form.PARQUET, False, publish_more
    )
    assert time.monotonic() - started < 30
    assert [(each.table, each.rows) for each in done] == [
        ("articles", 5),
        ("tags", 10),
        ("evidence", 10),
    ]
    assert ask(layout.published, "select count(*) from articles") == [(5 + len(seen),)]


def test_a_place_is_empty_and_goes_at_the_end(tmp_path):
    with prepare_place(tmp_path / "x", False) as part:
        (part / "half").write_text("half")
    assert list(tmp_path.iterdir()) == []


def test_packed_tables_are_exported_as_the_rows_they_hold(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        names = {name for name, one in read_relations(connection).items() if is_told(one)}
    assert {"removed_lines", "evidence", "articles"} <= names
    assert not [name for name in names if name.startswith(("packed_", "loose_"))]
