"""`copydesk sources check` and OPML, against a server on loopback."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.commands.app import app
from flows.sources.store import load_sources
from tasks.live import Kind

HOUR_AGO = format_datetime(datetime.now(UTC) - timedelta(hours=1, minutes=1))
RSS = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Aldvik Post</title>
<item><title>Ferry sails</title><link>/news/ferry</link><pubDate>{HOUR_AGO}</pubDate></item>
<item><title>Pier built</title><link>/news/pier</link></item></channel></rss>"""
OLD = RSS.replace(HOUR_AGO, "Mon, 04 Mar 2024 10:00:00 +0000")
HOME = """<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head>
<body><p>Aldvik Post</p></body></html>"""
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>http://{host}/news/ferry</loc></url></urlset>"""
PAGES = {
    "/robots.txt": ("text/plain", "User-agent: *\nDisallow: /private\n"),
    "/rss": ("application/rss+xml", RSS),
    "/old": ("application/rss+xml", OLD),
    "/empty": ("application/rss+xml", "<rss version='2.0'><channel/></rss>"),
    "/": ("text/html", HOME),
    "/bare": ("text/html", "<html><body><p>Nothing here.</p></body></html>"),
    "/map": ("application/xml", SITEMAP),
    "/private/rss": ("application/rss+xml", RSS),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[str]

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path in ("/moved", "/astray"):
            self.send_response(301)
            self.send_header("Location", "/rss" if self.path == "/moved" else "/private/rss")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        kind, text = PAGES.get(self.path, ("text/plain", ""))
        body = text.replace("{host}", self.headers["Host"]).encode()
        self.send_response(200 if self.path in PAGES else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    made.asked = []
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def site(server, monkeypatch, tmp_path) -> str:
    monkeypatch.setenv("COPYDESK_ALLOW_PRIVATE", "1")
    monkeypatch.setenv("COPYDESK_PACE", "0")
    monkeypatch.chdir(tmp_path)
    server.asked.clear()
    return f"http://127.0.0.1:{server.server_port}"


def call(*arguments: object):
    return CliRunner().invoke(app, ["sources", *(str(a) for a in arguments)])


def check(*arguments: object) -> tuple[int, list[dict]]:
    result = call("check", *arguments, "--json")
    return result.exit_code, json.loads(result.stdout)


def test_a_feed_is_told_with_its_entries(site):
    result = call("check", f"{site}/rss")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("ok ")
    # The feed is as old as this module's import, which may be minutes ago.
    assert re.search(r"feed, 2 entries, newest (6[1-9]|[7-9]\d) minutes ago", result.stdout)
    code, [record] = check(f"{site}/rss")
    assert (code, record["well"], record["found"], record["entries"]) == (0, True, "feed", 2)
    assert record["title"] == "Aldvik Post"
    assert record["robots"] == "no rule"
    assert not Path("news.duckdb").exists()


def test_a_home_page_tells_its_feeds(site):
    code, [record] = check(f"{site}/")
    assert (code, record["kind"], record["found"]) == (0, "home", "home")
    assert record["listings"] == [{"url": f"{site}/rss", "kind": "feed"}]
    assert f"feed: {site}/rss" in call("check", f"{site}/").stdout


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("/feed", "http-404", "404"),
        ("/private/rss", "robots-forbidden", "Disallow: /private"),
        ("/astray", "robots-forbidden", "Disallow: /private"),
        ("/bare", "nothing-found", "give a feed's address"),
    ],
)
def test_what_cannot_be_polled_is_told_and_exits_with_3(path, code, said, site, server):
    result = call("check", f"{site}{path}", f"{site}/rss")
    assert result.exit_code == 3
    assert said in result.stdout
    status, records = check(f"{site}{path}")
    assert status == 3
    assert records[0]["code"] == code
    assert "/private/rss" not in server.asked
    quiet = call("check", "--quiet", f"{site}{path}", f"{site}/rss").stdout
    assert "/rss" not in quiet.replace("/private/rss", "")


def test_a_host_that_does_not_answer_is_told_as_such(site):
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        code, [record] = check(f"http://127.0.0.1:{taken.getsockname()[1]}/rss")
    assert (code, record["code"]) == (3, "robots-unreachable")
    assert "so nothing may be fetched: " in record["problem"]
    assert "connect" in record["problem"].lower()


def test_remarks_say_what_to_change(site):
    remarks = {record["url"]: record["remarks"] for record in check(
        f"{site}/moved", f"{site}/map", f"{site}/old", f"{site}/empty")[1]}  # fmt: skip
    said = {url.rpartition("/")[2]: " ".join(text) for url, text in remarks.items()}
    assert f"copydesk sources add {site}/rss" in said["moved"]
    assert f"copydesk sources add {site}/map --kind sitemap" in said["map"]
    assert "Its newest entry is of 2024-03-04." in said["old"]
    assert "It lists nothing now." in said["empty"]


def test_remarks_name_the_command_for_a_source_that_is_there(site):
    call("add", f"{site}/moved", "--name", "post")
    [record] = check("post")[1]
    assert f"copydesk sources edit post --url {site}/rss" in " ".join(record["remarks"])


def test_a_page_taken_for_a_feed_is_told(site):
    assert call("add", f"{site}/", "--kind", "feed", "--name", "post").exit_code == 0
    code, [record] = check("post")
    assert (code, record["code"], record["found"]) == (3, "not-a-listing", "home")
    assert "copydesk sources edit post --kind home" in record["problem"]


def test_all_that_are_on_are_checked_and_robots_asked_once(site, server, tmp_path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.html").write_text("<p>a</p>", encoding="utf-8")
    call("add", f"{site}/rss")
    call("add", f"{site}/map", "--kind", "sitemap")
    call("add", f"{site}/old", "--off")
    call("add", "./inbox")
    call("add", "./gone/", "--kind", "inbox")
    code, records = check()
    assert code == 3
    assert {r["name"]: (r["well"], r["entries"]) for r in records if r["kind"] != "feed"} == {
        "inbox": (True, 1),
        "gone": (False, 0),
        f"{site[7:].replace(':', '-')}-map": (True, 1),
    }
    assert server.asked.count("/robots.txt") == 1
    assert "/old" not in server.asked


def test_private_addresses_are_refused_unless_allowed(site, monkeypatch, server):
    monkeypatch.delenv("COPYDESK_ALLOW_PRIVATE")
    result = call("check", f"{site}/rss")
    assert result.exit_code == 3
    assert "--allow-private" in result.stdout
    assert server.asked == []
    monkeypatch.setenv("COPYDESK_ALLOW_PRIVATE", "")
    assert call("check", f"{site}/rss", "--allow-private").exit_code == 0


def test_nothing_to_check_is_a_wrong_call(site):
    assert "No source is on" in call("check").stderr
    assert call("check", "nobody").exit_code == 2


OPML = """<?xml version="1.0"?><opml version="2.0"><body><outline text="News">
<outline type="rss" text="Post" xmlUrl="https://post.example/rss"/>
<outline type="rss" text="Tidende" xmlUrl="https://tidende.example/atom.xml"/>
</outline></body></opml>"""


def test_opml_comes_in_and_goes_out(site, tmp_path):
    path = tmp_path / "subscriptions.opml"
    path.write_text(OPML, encoding="utf-8")
    assert "Added 2." in call("import", path).stdout
    assert "Nothing changed: 2 as before." in call("import", path).stdout
    call("edit", "post.example-rss", "--every", "90s", "--zone", "Europe/Oslo", "--revisit", "1h")
    call("add", "https://tidende.example/", "--outlet", "Tidende & Co", "--off")
    out = tmp_path / "out.opml"
    assert call("export", "--format", "opml", "--output", out).exit_code == 0
    before = load_sources(Path("news.duckdb"))
    assert {source.kind for source in before} == {Kind.FEED, Kind.HOME}
    assert call("sync", out).stdout == "Nothing changed: 3 as before.\n"
    call("remove", *(source.name for source in before))
    assert call("import", out).exit_code == 0
    assert load_sources(Path("news.duckdb")) == before


def test_a_broken_opml_is_a_sentence(site, tmp_path):
    path = tmp_path / "x.opml"
    path.write_text("<opml><body><outline", encoding="utf-8")
    result = call("import", path)
    assert result.exit_code == 1
    assert "x.opml" in result.stderr


def test_the_files_of_an_archive_are_listed(site, tmp_path):
    (tmp_path / "crawl").mkdir()
    for name in ("a", "b", "c"):
        (tmp_path / f"crawl/{name}.warc.gz").touch()
    (tmp_path / "crawl/warc.paths").write_text("a.warc.gz\nb.warc.gz\ncrawl/c.warc.gz\n")
    call("add", "./crawl/warc.paths#2-", "--name", "crawl")
    code, [found] = check("crawl")
    assert (code, found["kind"], found["entries"]) == (0, "archive", 2)
    assert [each["url"] for each in found["listings"]] == [
        str(tmp_path / "crawl/b.warc.gz"),
        str(tmp_path / "crawl/c.warc.gz"),
    ]
    code, [found] = check(f"{site}/gone.paths")
    assert (code, found["code"]) == (3, "http-404")


def test_a_list_of_files_that_are_elsewhere_is_told(site, tmp_path):
    (tmp_path / "warc.paths").write_text("crawl/a.warc.gz\n")
    code, [found] = check("./warc.paths")
    assert (code, found["code"]) == (3, "file-missing")
    assert "#base=" in found["problem"]
