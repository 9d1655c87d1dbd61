"""The behaviours do what the table says, seen through a plain socket."""

import gzip
import re
import socket
import time
import zlib
from email.utils import parsedate_to_datetime

import pytest

from tests.world.news.table import TABLE
from tests.world.news_world import start_news_world
from tests.world.plain_client import ask, is_article


@pytest.fixture(scope="module")
def world():
    with start_news_world(sites=4, pages=12) as started:
        yield started


def unchunk(body):
    out = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        if int(size, 16) == 0:
            return out
        out, body = out + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    raise ValueError("no last chunk")


def revisit(world, name):
    """The first answer, and the second with the validators of the first."""
    first = ask(world.site(1).wild(name))
    keep = {"etag": "If_None_Match", "last-modified": "If_Modified_Since"}
    known = {keep[h]: first.headers[h] for h in keep if h in first.headers}
    return first, ask(world.site(1).wild(name), **known), set(known)


BOTH = {"If_None_Match", "If_Modified_Since"}


@pytest.mark.parametrize(
    "name, validators, second",
    [
        ("ok", BOTH, 304),
        ("etag", {"If_None_Match"}, 304),
        ("weak-etag", BOTH, 304),
        ("last-modified", {"If_Modified_Since"}, 304),
        ("no-validators", set(), 200),
        ("new-etags", BOTH, 200),
        ("always-304", BOTH, 304),
        ("garbage-validators", BOTH, 200),
    ],
)
def test_validators(world, name, validators, second):
    first, again, known = revisit(world, name)
    assert is_article(first)
    assert (known, again.status) == (validators, second)
    assert again.body == b"" if second == 304 else is_article(again)


STATUS = {
    "400": 400, "401": 401, "403": 403, "404": 404, "410": 410, "451": 451, "429": 429, "500": 500,
    "502": 502, "503": 503, "504": 504, "599": 599, "999": 999, "206": 206, "unasked-304": 304,
    "200-empty": 200, "204": 204, "205": 205,
}  # fmt: skip


@pytest.mark.parametrize("name, status", STATUS.items())
def test_statuses(world, name, status):
    reply = ask(world.site(1).wild(name))
    assert reply.status == status
    assert "retry-after" not in reply.headers
    assert (reply.body == b"") == (name in ("unasked-304", "200-empty", "204", "205"))


def test_retry_after(world):
    site = world.site(1)
    assert ask(site.wild("429-seconds")).headers["retry-after"] == "2"
    assert ask(site.wild("503-seconds", "?seconds=7")).headers["retry-after"] == "7"
    assert ask(site.wild("429-absurd")).headers["retry-after"] == "9" * 20
    assert ask(site.wild("429-garbage")).headers["retry-after"] == "soon"
    when = parsedate_to_datetime(ask(site.wild("429-date")).headers["retry-after"])
    assert 3_500 < when.timestamp() - time.time() <= 3_600


def test_what_recovers(world):
    site = world.site(1)
    assert [ask(site.wild("429-once")).status for _ in range(3)] == [429, 200, 200]
    assert [ask(site.wild("500-twice")).status for _ in range(4)] == [500, 500, 200, 200]
    assert [ask(site.wild("500-twice", "/2")).status for _ in range(3)] == [500, 500, 200]


REDIRECTS = {
    "300": (300, "{root}/moved/wild/300"),
    "301": (301, "{root}/moved/wild/301"),
    "302": (302, "{root}/moved/wild/302"),
    "303": (303, "{root}/moved/wild/303"),
    "307": (307, "{root}/moved/wild/307"),
    "308": (308, "{root}/moved/wild/308"),
    "redirect-relative": (301, "/moved/wild/redirect-relative"),
    "redirect-empty": (302, ""),
    "redirect-nowhere": (302, None),
    "redirect-garbage": (302, "http://[\xff:/"),
    "redirect-loop": (302, "{root}/wild/redirect-loop"),
    "redirect-pair": (302, "/wild/redirect-pair/back"),
    "redirect-3": (302, "{root}/wild/redirect-3?step=2"),
    "redirect-30": (302, "{root}/wild/redirect-30?step=2"),
    "redirect-host": (301, "{next}/moved/wild/redirect-host"),
    "redirect-scheme": (301, "https://127.0.0.1:1/"),
    "redirect-private": (302, "http://10.255.255.1/"),
    "redirect-metadata": (302, "http://169.254.169.254/latest/meta-data/"),
    "redirect-file": (302, "file:///etc/passwd"),
    "redirect-ftp": (302, "ftp://127.0.0.1/x"),
    "redirect-to": (302, "/"),
}


@pytest.mark.parametrize("name", REDIRECTS)
def test_redirects(world, name):
    status, target = REDIRECTS[name]
    reply = ask(world.site(1).wild(name))
    filled = target and target.format(root=world.site(1).root, next=world.site(2).root)
    assert (reply.status, reply.headers.get("location")) == (status, filled)
    if filled and "/moved/" in filled:
        whole = filled if filled.startswith("http") else world.site(1).url(filled)
        assert is_article(ask(whole))


def test_chains_end_and_pairs_do_not(world):
    url, hops = world.site(1).wild("redirect-3"), 0
    while (reply := ask(url)).status == 302:
        url, hops = reply.headers["location"], hops + 1
    assert (hops, is_article(reply)) == (3, True)
    back = ask(world.site(1).wild("redirect-pair", "/back")).headers["location"]
    assert back == "/wild/redirect-pair"
    to = ask(world.site(1).wild("redirect-to", "?to=gopher://x/"))
    assert to.headers["location"] == "gopher://x/"


PACKED = {
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
    "raw-deflate": lambda body: zlib.decompress(body, -15),
    "unknown-coding": lambda body: body[::-1],
    "wrong-gzip": lambda body: body,
}


@pytest.mark.parametrize("name", PACKED)
def test_codings(world, name):
    reply = ask(world.site(1).wild(name), Accept_Encoding="gzip, deflate")
    coding = {"raw-deflate": "deflate", "wrong-gzip": "gzip", "unknown-coding": "x-shuffle"}
    assert reply.headers["content-encoding"] == coding.get(name, name)
    assert is_article(reply, PACKED[name](reply.body))


@pytest.mark.parametrize("name", ["corrupt-gzip", "cut-gzip"])
def test_bad_gzip(world, name):
    reply = ask(world.site(1).wild(name))
    assert reply.headers["content-encoding"] == "gzip"
    assert reply.body[:2] == b"\x1f\x8b"
    with pytest.raises((zlib.error, EOFError, OSError)):
        gzip.decompress(reply.body)


def test_a_bomb_is_small_on_the_wire(world):
    reply = ask(world.site(1).wild("gzip-bomb"), enough=5_000_000, wait=8)
    assert len(reply.body) == int(reply.headers["content-length"]) < 400_000
    unpacker = zlib.decompressobj(wbits=31)
    assert len(unpacker.decompress(reply.body, 50_000_000)) == 50_000_000


def test_plain_where_gzip_is_not_accepted(world):
    assert is_article(ask(world.site(1).wild("gzip")))


def test_chunks(world):
    site = world.site(1)
    whole = ask(site.wild("chunked"))
    assert whole.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in whole.headers
    assert is_article(whole, unchunk(whole.body))
    for name in ("cut-chunks", "bad-chunks"):
        reply = ask(site.wild(name))
        assert (reply.status, reply.ended) == (200, "closed")
        with pytest.raises(ValueError):
            unchunk(reply.body)


@pytest.mark.parametrize(
    "name, ended, status",
    [
        ("endless", "enough", 200),
        ("endless-chunks", "enough", 200),
        ("endless-head", "enough", 200),
        ("endless-line", "enough", 200),
        ("half", "closed", 200),
        ("too-long", "closed", 200),
        ("reset", "reset", None),
        ("reset-midway", "reset", 200),
        ("closed", "closed", None),
        ("garbage", "closed", None),
        ("http-1.0", "closed", 200),
        ("close", "open", 200),
    ],
)
def test_how_connections_end(world, name, ended, status):
    reply = ask(world.site(1).wild(name), enough=3_000_000 if "endless" in name else 300_000)
    assert (reply.ended, reply.status) == (ended, status)
    said = int(reply.headers.get("content-length", 0))
    if name == "half":
        assert len(reply.body) == said // 2
    if name == "too-long":
        assert len(reply.body) > said > 0
    if name in ("http-1.0", "close"):
        assert is_article(reply)
    if name in ("endless-head", "endless-line"):
        assert reply.body == b""


def test_slow_ones(world):
    site = world.site(1)
    begun = time.monotonic()
    assert is_article(ask(site.wild("slow", "?seconds=0.2"), wait=2))
    assert 0.2 <= time.monotonic() - begun < 1
    assert ask(site.wild("slow")).content == b""
    assert ask(site.wild("never")).content == b""
    assert ask(site.wild("never", "?seconds=0.05"), wait=1).ended == "closed"
    drip = ask(site.wild("drip"))
    assert len(drip.body) == 100 < int(drip.headers["content-length"])
    assert is_article(ask(site.wild("drip", "?seconds=0.0001"), wait=2))
    assert ask(site.wild("drip-head")).content.count(b"X-Wait-") == 1


def test_interim_answers_come_first(world):
    content = ask(world.site(1).wild("interim")).content
    assert re.findall(rb"HTTP/1.1 (\d+)", content) == [b"103", b"102", b"200"]
    assert content.rstrip().endswith(b"</html>")


TYPES = {
    "image": ("image/png", b"\x89PNG"),
    "image-as-html": ("text/html", b"\x89PNG"),
    "binary-as-html": ("text/html", b"\x00\x01\x02"),
    "pdf": ("application/pdf", b"%PDF"),
    "json": ("application/json", b"{"),
    "html-as-octets": ("application/octet-stream", b"<!DOCTYPE html>"),
    "html-as-image": ("image/jpeg", b"<!DOCTYPE html>"),
    "wrong-charset": ("text/html; charset=utf-16", b"<!DOCTYPE html>"),
}


@pytest.mark.parametrize("name", TYPES)
def test_types(world, name):
    reply = ask(world.site(1).wild(name))
    content_type, begin = TYPES[name]
    assert (reply.status, reply.headers["content-type"]) == (200, content_type)
    assert reply.body.startswith(begin)


def test_sizes(world):
    large = ask(world.site(1).wild("large"), enough=3_000_000)
    assert is_article(large) and 900_000 < len(large.body) < 1_100_000
    huge = ask(world.site(1).wild("huge"), wait=2)
    assert int(huge.headers["content-length"]) > 29_000_000


def test_every_behaviour_is_tested():
    tested = {"ok", "etag", "weak-etag", "last-modified", "no-validators", "new-etags"}
    tested |= {"always-304", "garbage-validators", "gzip-bomb", "corrupt-gzip", "cut-gzip", "slow"}
    tested |= {"never", "drip", "drip-head", "interim", "large", "huge", "chunked", "cut-chunks"}
    tested |= {"bad-chunks", "429-seconds", "429-date", "429-absurd", "429-garbage", "429-once"}
    tested |= {"500-twice", "503-seconds", "endless", "endless-chunks", "endless-head"}
    tested |= {"endless-line", "half", "too-long", "reset", "reset-midway", "closed", "garbage"}
    tested |= {"http-1.0", "close", *STATUS, *REDIRECTS, *PACKED, *TYPES}
    assert {behaviour.name for behaviour in TABLE} == tested


def test_ports_that_refuse_and_are_silent(world):
    with pytest.raises(ConnectionRefusedError):
        ask(world.refused_url)
    with pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", world.silent_port), timeout=0.15)
