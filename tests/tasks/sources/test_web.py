import gzip
import os
import signal
import threading
import time
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from itertools import pairwise

import pytest

from tasks.errors import SourceNotFound
from tasks.model import Limits
from tasks.sources.fetch import Fetcher, Manners
from tasks.sources.registry import open_sources

PAGE = "<html><body><p>Die Brücke ist zu.</p></body></html>".encode("latin-1")
HASTE = Manners(pause=0.0, connect=2, read=0.5, whole=0.8, backoff=0.01, patience=1.0)


class Site(BaseHTTPRequestHandler):
    """A newspaper on loopback; `server.seen` has the times and headers of each path's requests."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        seen = self.server.seen[self.path]
        seen.append((time.monotonic(), dict(self.headers)))
        name = self.path.split("?")[0].strip("/").replace("-", "_")
        getattr(self, f"give_{name}", self.give_none)(len(seen))

    def answer(self, status=200, body=PAGE, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def give_none(self, turn):
        self.answer(404, b"<p>No such page.</p>")

    def give_page(self, turn):
        self.answer(Content_Type="text/html; charset=iso-8859-1")

    def give_moved(self, turn):
        self.answer(301, b"", Location="/page?utm=x")

    def give_round(self, turn):
        self.answer(302, b"", Location="/round")

    def give_away(self, turn):
        self.answer(302, b"", Location="file:///etc/passwd")

    def give_packed(self, turn):
        self.answer(body=gzip.compress(PAGE), Content_Encoding="gzip")

    def give_bomb(self, turn):
        self.answer(body=gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")

    def give_large(self, turn):
        self.answer(body=b"x" * 3_000_000)

    def give_later(self, turn):
        if turn == 1:
            self.answer(503, b"", Retry_After="0")
        else:
            self.answer()

    def give_busy(self, turn):
        self.answer(503, b"Busy.")

    def give_much_later(self, turn):
        self.answer(429, b"", Retry_After="3600")

    def give_on_a_day(self, turn):
        when = datetime.now(UTC) + timedelta(hours=1)
        self.answer(503, b"", Retry_After=format_datetime(when, usegmt=True))

    def give_cut(self, turn):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half")
        self.close_connection = True

    def give_silence(self, turn):
        time.sleep(0.9)

    def give_drops(self, turn):
        self.send_response(200)
        self.end_headers()
        for _ in range(40):
            self.wfile.write(b"drop ")
            self.wfile.flush()
            time.sleep(0.05)
        self.close_connection = True

    def log_message(self, *args):
        pass

    def handle(self):
        # The fetcher goes away when it has had enough.
        with suppress(BrokenPipeError, ConnectionResetError):
            super().handle()


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("COPYDESK_ALLOW_PRIVATE", "1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    server.seen = defaultdict(list)
    server.root = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(site, *paths, limits=None, manners=HASTE):
    specs = [site.root + path for path in paths]
    return list(open_sources(specs, limits or Limits(), Fetcher(manners)))


def test_a_page(site):
    before = datetime.now(UTC)
    [item] = fetch(site, "/page")
    assert item.uri == item.url == f"{site.root}/page"
    assert item.content == PAGE
    assert item.content_type == "text/html; charset=iso-8859-1"
    assert before <= item.fetched_at <= datetime.now(UTC)
    assert item.fault is None


def test_it_says_who_it_is(site, monkeypatch):
    monkeypatch.delenv("COPYDESK_USER_AGENT", raising=False)
    fetch(site, "/page")
    monkeypatch.setenv("COPYDESK_USER_AGENT", "desk/9 (+https://e.org)")
    fetch(site, "/page")
    agents = [headers["User-Agent"] for _, headers in site.seen["/page"]]
    assert agents[0].startswith(f"copydesk/{version('copydesk')}")
    assert agents[1] == "desk/9 (+https://e.org)"


def test_redirects_are_followed_and_the_last_address_kept(site):
    [item] = fetch(site, "/moved")
    assert item.uri == f"{site.root}/moved"
    assert item.url == f"{site.root}/page?utm=x"
    assert item.content == PAGE


def test_a_packed_body_is_unpacked(site):
    assert fetch(site, "/packed")[0].content == PAGE


@pytest.mark.parametrize(
    "path, code, content",
    [
        ("/none", "http-404", b"<p>No such page.</p>"),
        ("/busy", "http-503", b"Busy."),
        ("/round", "too-many-redirects", b""),
        ("/away", "redirect-refused", b""),
        ("/cut", "broken-off", b""),
        ("/silence", "timeout", b""),
    ],
)
def test_what_is_no_page_is_a_fault(site, path, code, content):
    [item] = fetch(site, path)
    assert (item.fault.code, item.content) == (code, content)
    assert item.uri == site.root + path


def test_bounds_hold_while_it_streams(site):
    calm = Manners(pause=0.0)
    limits = Limits(document_bytes=1_500_000)
    large, bomb = fetch(site, "/large", "/bomb", limits=limits, manners=calm)
    assert (large.fault.code, len(large.content)) == ("too-large", 1_500_000)
    assert bomb.fault.code in {"too-large", "decompression-bomb"}
    assert len(bomb.content) <= 1_500_000
    assert fetch(site, "/bomb", manners=calm)[0].fault.code == "decompression-bomb"


def test_a_body_that_only_drips_is_given_up(site):
    begun = time.monotonic()
    [item] = fetch(site, "/drops")
    assert time.monotonic() - begun < 1.9
    assert item.fault.code == "timeout"
    assert item.content.startswith(b"drop drop ")


def test_what_may_pass_is_tried_again(site):
    [item] = fetch(site, "/later")
    assert (item.content, item.fault) == (PAGE, None)
    fetch(site, "/busy", "/none", "/cut")
    tries = {path: len(seen) for path, seen in site.seen.items()}
    assert tries == {"/later": 2, "/busy": 3, "/none": 1, "/cut": 3}


@pytest.mark.parametrize("path", ["/much-later", "/on-a-day"])
def test_a_long_retry_after_is_not_sat_out(site, path):
    [item] = fetch(site, path)
    assert item.fault.code.startswith("http-")
    assert len(site.seen[path]) == 1


def test_requests_to_one_host_keep_their_distance(site):
    fetch(site, "/page", "/moved", "/page", manners=Manners(pause=0.15))
    times = sorted(moment for seen in site.seen.values() for moment, _ in seen)
    assert len(times) == 4
    # One gap alone is shorter when the request before it was late on its way.
    assert times[-1] - times[0] >= 0.42
    assert min(b - a for a, b in pairwise(times)) >= 0.08


def test_manners_by_default():
    assert Manners().pause >= 1.0
    assert Manners().redirects == 10
    assert Manners().patience == 30.0


def test_an_unreachable_host_is_a_fault(site):
    site.socket.close()
    [item] = open_sources([site.root + "/page"], Limits(), Fetcher(HASTE))
    assert item.fault.code == "unreachable"
    assert item.url == item.uri


def test_a_private_address_is_refused_and_how_to_allow_it_told(site, monkeypatch):
    monkeypatch.delenv("COPYDESK_ALLOW_PRIVATE")
    [item] = fetch(site, "/page")
    assert (item.fault.code, item.content) == ("address-refused", b"")
    assert "--allow-private" in item.fault.message
    assert not site.seen


def test_ctrl_c_does_not_wait_for_the_server(site, interruptible):
    fetcher = Fetcher(Manners(pause=0.0, read=30, whole=30))
    threading.Timer(0.15, os.kill, (os.getpid(), signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        fetcher.fetch(site.root + "/silence", Limits())
    fetcher.close()
    assert time.monotonic() - begun < 0.6


def test_it_works_again_after_it_was_closed(site):
    fetcher = Fetcher(HASTE)
    for _ in range(2):
        assert fetcher.fetch(site.root + "/page", Limits()).content == PAGE
        fetcher.close()
    assert not [t for t in threading.enumerate() if "portal" in t.name]


@pytest.mark.parametrize(
    "spec", ["http://", "https:///path", "http://e.org:x/", "http://e.org/a b"]
)
def test_an_address_that_is_none_is_told_at_once(spec):
    with pytest.raises(SourceNotFound):
        open_sources([spec], Limits())
