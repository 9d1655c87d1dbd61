"""`copydesk sources …` on real warehouses."""

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.commands.app import app
from flows.sources.changes import Changes, plan_import
from flows.sources.store import change_sources, load_sources
from tasks.live import Kind, Source
from tests.flows.test_cli_clean import measure_children
from tests.warehouse.builders import make_empty
from warehouse.layout import locate, prepare
from warehouse.live_state import save_sources
from warehouse.lock import hold_lock
from warehouse.read import run_query
from warehouse.writer import open_writer

FEED = "https://post.example/rss"
TOML = """
[[source]]
name = "post"
url = "https://post.example/rss"
zone = "Europe/Oslo"
every = "10m"

[[source]]
url = "https://tidende.example/"
"""


@pytest.fixture
def nowhere(tmp_path, monkeypatch) -> Path:
    """Where no warehouse is yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "news.duckdb"


@pytest.fixture
def desk(nowhere) -> Path:
    """Of a warehouse that was made, and nothing published yet."""
    return make_empty(nowhere.parent).published


def call(*arguments: object):
    return CliRunner().invoke(app, ["sources", *(str(a) for a in arguments)])


def say(*arguments: object) -> str:
    result = call(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_source_is_added_shown_changed_and_removed(nowhere):
    said = say("add", FEED, "--outlet", "Aldvik Post", "--zone", "Europe/Oslo", "--every", "10m")
    assert "+ post.example-rss  feed  https://post.example/rss" in said
    assert "copydesk sources check post.example-rss" in said
    [stored] = load_sources(nowhere)
    assert stored == Source(
        "post.example-rss", Kind.FEED, FEED, outlet="Aldvik Post", zone="Europe/Oslo", every=600
    )
    shown = [" ".join(line.split()) for line in say("show", "post.example-rss").splitlines()]
    assert {"Every 10m", "Zone Europe/Oslo", "State new", "Polled yes"} <= set(shown)
    changed = say("edit", FEED, "--every", "", "--revisit", "1h,1d", "--max-pages", "50", "--off")
    assert "~ post.example-rss  every 10m → default, max_pages default → 50" in changed
    assert "enabled on → off" in changed
    [stored] = load_sources(nowhere)
    assert (stored.every, stored.revisits, stored.most, stored.enabled) == (
        None, (3600, 86_400), 50, False,
    )  # fmt: skip
    assert "- post.example-rss" in say("remove", "post.example-rss")
    assert load_sources(nowhere) == []
    assert "There are no sources yet." in say("list")


def test_what_is_stored_is_there_for_people_who_query(desk):
    say("add", FEED, "--pace", "0.5", "--language", "no")
    query = "select name, kind, pace_seconds, language, enabled from sources"
    assert list(run_query(desk, query).rows) == [("post.example-rss", "feed", 0.5, "no", True)]


def test_the_list_tells_how_each_is_doing(desk):
    say("add", FEED, "--name", "post")
    say("add", "https://tidende.example", "--name", "tidende", "--off")
    rows = [line.split("│") for line in say("list").splitlines() if "example" in line]
    assert [[cell.strip() for cell in row[1:5]] for row in rows] == [
        ["post", "feed", "new", "auto"],
        ["tidende", "home", "off", "auto"],
    ]
    records = json.loads(say("list", "--json"))
    assert [(r["name"], r["state"], r["enabled"]) for r in records] == [
        ("post", "new", True),
        ("tidende", "off", False),
    ]
    assert "No source is failing." in say("list", "--failing")
    record = json.loads(say("show", "tidende", "--json"))
    assert record == records[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "post.example/rss"], "https://post.example/rss"),
        (["add", "ftp://post.example/rss"], "Only http and https"),
        (["add", FEED, "--zone", "Oslo"], "IANA"),
        (["add", FEED, "--every", "often"], "10m"),
        (["add", FEED, "--name", "a b"], "letters"),
        (["add", FEED, "--kind", "blog"], "blog"),
        (["show", "post"], "There is no source post."),
        (["edit", "post", "--off"], "There is no source post."),
        (["edit", "post"], "Nothing is to be changed"),
        (["remove", "post"], "There is no source post."),
        (["import", "none.opml"], "none.opml"),
        (["sync", "none.toml"], "none.toml"),
    ],
)
def test_a_wrong_call_is_a_sentence_and_2_and_makes_nothing(arguments, said, nowhere):
    result = call(*arguments)
    assert result.exit_code == 2, result.output
    assert said in " ".join(result.stderr.split())
    assert list(nowhere.parent.iterdir()) == []


def test_an_address_and_a_name_are_taken_once(desk):
    say("add", FEED, "--name", "post")
    again = call("add", "https://POST.example/rss#top", "--every", "1h")
    assert again.exit_code == 2
    assert "copydesk sources edit post" in again.stderr
    taken = call("add", "https://other.example/rss", "--name", "post")
    assert taken.exit_code == 2
    assert "The name post is taken" in taken.stderr
    assert load_sources(desk) == [Source("post", Kind.FEED, FEED)]
    say("add", "https://other.example/rss", "--name", "other")
    assert call("edit", "other", "--url", FEED).exit_code == 2


def test_sync_makes_the_file_true_once(desk, tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text(TOML, encoding="utf-8")
    say("add", "https://gone.example/", "--name", "gone")
    say("add", FEED, "--name", "post")
    planned = say("sync", path, "--dry-run")
    assert "Would add 1, change 1, remove 1." in planned
    assert [source.name for source in load_sources(desk)] == ["gone", "post"]
    done = say("sync", path)
    assert "~ post  zone default → Europe/Oslo, every default → 10m" in done
    assert "Added 1, changed 1, removed 1." in done
    assert [source.name for source in load_sources(desk)] == ["post", "tidende.example"]
    before = desk.resolve().stat().st_mtime_ns
    assert say("sync", path) == "Nothing changed: 2 as before.\n"
    assert desk.resolve().stat().st_mtime_ns == before


def test_what_is_exported_syncs_to_nothing(desk, tmp_path):
    say("add", FEED, "--every", "90", "--revisit", "never", "--outlet", 'The "Post" \\ Co')
    say("add", "./inbox", "--every", "30s")
    path = tmp_path / "out" / "sources.toml"
    path.parent.mkdir()
    assert say("export", "--output", path) == ""
    assert path.read_text("utf-8") == say("export")
    record = json.loads(say("sync", path, "--json"))
    assert record == {"added": [], "changed": [], "removed": [], "same": 2, "planned": False}


def test_lists_are_imported_and_known_addresses_stay_as_they_are(desk, tmp_path):
    say("add", FEED, "--name", "post", "--every", "1h")
    path = tmp_path / "list.txt"
    path.write_text(f"{FEED}\nhttps://tidende.example/sitemap.xml\n", encoding="utf-8")
    record = json.loads(say("import", path, "--json"))
    assert [source["name"] for source in record["added"]] == ["tidende.example-sitemap"]
    assert record["same"] == 1
    assert [(s.name, s.every) for s in load_sources(desk)] == [
        ("post", 3600),
        ("tidende.example-sitemap", None),
    ]


def test_faults_of_a_file_are_all_told_and_nothing_is_changed(nowhere, tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text(TOML + '[[source]]\nurl = "x y"\n[[source]]\nurl = 3\n', encoding="utf-8")
    result = call("sync", path)
    assert result.exit_code == 2
    assert "sources.toml, line 10" in result.stderr
    assert "sources.toml, line 12" in result.stderr
    assert not nowhere.exists()


def test_a_writer_is_waited_for_and_named(desk):
    layout = locate(desk)
    prepare(layout)
    ended = threading.Event()

    def write():
        with hold_lock(layout, "r7", 0):
            started.set()
            ended.wait(20)

    started = threading.Event()
    thread = threading.Thread(target=write)
    thread.start()
    started.wait(20)
    refused = call("add", FEED, "--wait", "0")
    assert refused.exit_code == 1
    assert "run r7" in refused.stderr
    threading.Timer(1.3, ended.set).start()
    result = call("add", FEED, "--wait", "30")
    thread.join()
    assert result.exit_code == 0, result.output
    assert "Waiting up to 29 seconds for run r7" in result.stderr


def test_what_another_did_while_we_waited_is_seen(desk):
    """The decision is made again under the lock."""
    layout = locate(desk)
    prepare(layout)
    waiting = threading.Event()
    made: list[Changes] = []

    def add_mine():
        mine = Source("mine", Kind.FEED, FEED)
        made.append(
            change_sources(
                desk, lambda known: plan_import(known, [mine]), 30, lambda _: waiting.set()
            )
        )

    thread = threading.Thread(target=add_mine)
    with hold_lock(layout, "r7", 0), open_writer(layout) as writer:
        thread.start()
        assert waiting.wait(20)
        save_sources(writer, layout, [Source("theirs", Kind.FEED, FEED)], [], datetime.now(UTC))
        writer.publish()
    thread.join()
    assert made == [Changes(same=1)]
    assert [source.name for source in load_sources(desk)] == ["theirs"]


def test_what_changes_nothing_waits_for_nobody(desk, tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text(TOML, encoding="utf-8")
    say("sync", path)
    with hold_lock(locate(desk), "r7", 0):
        assert say("sync", path, "--wait", "0") == "Nothing changed: 2 as before.\n"
        assert json.loads(say("list", "--json"))


@pytest.mark.slow
def test_processes_add_side_by_side(nowhere):
    command = [sys.executable, "-m", "flows.cli", "sources", "add", "-w", str(nowhere)]
    runs = [
        subprocess.Popen([*command, f"https://n{n}.example/rss"], stdout=subprocess.DEVNULL)
        for n in range(3)
    ]
    assert [run.wait(120) for run in runs] == [0, 0, 0]
    assert len(load_sources(nowhere)) == 3


def test_listing_imports_neither_prefect_nor_httpx(desk):
    say("add", FEED)
    code = (
        "import sys\nfrom flows.cli import main\n"
        f"sys.argv = ['copydesk', 'sources', 'list', '-w', {str(desk)!r}]\n"
        "try: main()\nfinally: print([m for m in ('prefect', 'httpx', 'trafilatura') "
        "if m in sys.modules], file=sys.stderr)\n"
    )
    began = measure_children()
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stderr.strip() == "[]"
    assert measure_children() - began < 5
