"""One fetch against servers that behave, that lie, and that never end."""

import asyncio
import gzip
import random
import time
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tasks.errors import UsageError
from tasks.fetching.agent import name_agent
from tasks.fetching.client import Client, Request, read_retry_after
from tasks.fetching.exchange import Deadlines, fail
from tasks.fetching.guard import Guard
from tests.tasks.fetching.servers import HASTE, PATIENCE, fetch_all, make_answer, make_client, serve

PAGE = "<p>Der Rat tagt, die Brücke bleibt zu.</p>".encode()
OK = b"HTTP/1.1 200 OK\r\n"


def drip(piece, pause=0.02, head=OK + b"\r\n"):
    async def answer(writer):
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


def cut(data):
    """Bytes, and then the end of the connection."""

    async def answer(writer):
        writer.write(data)
        await writer.drain()
        return False

    return answer


def half_close(data):
    async def answer(writer):
        writer.write(data)
        writer.write_eof()
        await asyncio.sleep(0.2)
        return False

    return answer


async def say_nothing(writer):
    await asyncio.sleep(9)


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LIES = {
    # name: (what the server does, fault code, status, content)
    "close-ends-body": (cut(OK + b"\r\n" + PAGE), None, 200, PAGE),
    "http-1.0": (cut(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE), None, 200, PAGE),
    "no-reason": (make_answer(PAGE, "200"), None, 200, PAGE),
    "half-closed": (half_close(make_answer(PAGE)), None, 200, PAGE),
    "chunked": (CHUNKED + b"5\r\n<p>Ja\r\n4;x=y\r\n</p>\r\n0\r\n\r\n", None, 200, b"<p>Ja</p>"),
    "early-hints": (
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3 + make_answer(PAGE),
        None,
        200,
        PAGE,
    ),
    "two-lengths-alike": (make_answer(PAGE, Content_Length=len(PAGE)), None, 200, PAGE),
    "203": (make_answer(PAGE, "203 Non-Authoritative"), None, 203, PAGE),
    "too-short": (cut(OK + b"Content-Length: 500\r\n\r\n<p>Ha"), "broken-off", 200, b""),
    "too-short-kept-open": (
        OK + b"Content-Length: 500\r\n\r\n<p>Ha",
        "timeout",
        200,
        b"<p>Ha",
    ),
    "negative-length": (cut(OK + b"Content-Length: -5\r\n\r\n" + PAGE), "not-http", None, b""),
    "two-lengths": (make_answer(PAGE, content_length=7), "not-http", None, b""),
    "bad-chunk": (cut(CHUNKED + b"zz\r\nnope\r\n"), "broken-off", 200, b""),
    "unended-chunks": (cut(CHUNKED + b"5\r\n<p>Ja\r\n"), "broken-off", 200, b""),
    "huge-chunk": (cut(CHUNKED + b"ffffffffffffffff\r\nabc"), "broken-off", 200, b""),
    "empty-reply": (cut(b""), "broken-off", None, b""),
    "http-0.9": (cut(b"<html>no head</html>"), "broken-off", None, b""),
    "http-0.9-in-paragraphs": (cut(b"<html>\n\n<p>no head"), "not-http", None, b""),
    "ssh": (cut(b"SSH-2.0-OpenSSH_9.9\r\n\r\n"), "not-http", None, b""),
    "http-2-unasked": (cut(b"HTTP/2 200\r\n\r\n"), "not-http", None, b""),
    "bad-header": (cut(OK + b"no colon\r\n\r\n"), "not-http", None, b""),
    "many-headers": (cut(OK + b"X-A: b\r\n" * 40_000 + b"\r\n"), "header-too-large", None, b""),
    "long-header": (cut(OK + b"X: " + b"y" * 300_000), "header-too-large", None, b""),
    "headers-drip": (drip(b"X: y\r\n", head=OK), "timeout", None, b""),
    "headers-stop": (OK + b"X: y\r\n", "timeout", None, b""),
    "continue-for-ever": (
        drip(b"HTTP/1.1 100 Continue\r\n\r\n", head=b""),
        "timeout",
        None,
        b"",
    ),
    "silence": (say_nothing, "timeout", None, b""),
    "switching": (cut(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nabc"), "not-http", None, b""),
    "created": (make_answer(PAGE, "201 Created"), "http-201", 201, PAGE),
    "no-content": (b"HTTP/1.1 204 No Content\r\n\r\n", "http-204", 204, b""),
    "reset-content": (make_answer(b"", "205 Reset"), "http-205", 205, b""),
    "partial": (make_answer(PAGE, "206 Partial"), "http-206", 206, PAGE),
    "choices": (make_answer(PAGE, "300 Choices", Location="/x"), "http-300", 300, PAGE),
    "not-modified-unasked": (b"HTTP/1.1 304 Not Modified\r\n\r\n", "http-304", 304, b""),
    "moved-nowhere": (make_answer(PAGE, "301 Moved"), "http-301", 301, PAGE),
    "moved-to-nothing": (make_answer(PAGE, "302 Found", Location=""), "http-302", 302, PAGE),
    "not-allowed": (make_answer(PAGE, "403 No"), "http-403", 403, PAGE),
    "gone": (make_answer(PAGE, "410 Gone"), "http-410", 410, PAGE),
    "legal": (make_answer(PAGE, "451 Unavailable"), "http-451", 451, PAGE),
    "error": (make_answer(PAGE, "500 Oh"), "http-500", 500, PAGE),
    "no-such-status": (make_answer(PAGE, "799 What"), "http-799", 799, PAGE),
}


def play(name):
    given = LIES[name][0]
    return lambda path, writer: given if isinstance(given, bytes) else given(writer)


@pytest.mark.parametrize("name", LIES)
def test_servers_that_lie(name):
    _, code, status, content = LIES[name]
    deadlines = HASTE if code == "timeout" else PATIENCE
    [answer], _ = fetch_all(play(name), "/", deadlines=deadlines)
    assert (answer.fault and answer.fault.code) == code
    assert (answer.status, answer.content) == (status, content)
    assert code is None or len(answer.fault.message) > 20


@pytest.mark.parametrize(
    "status, transient",
    [(500, False), (404, False), (408, True), (429, True), (502, True), (503, True), (504, True)],
)
def test_which_statuses_may_pass(status, transient):
    [answer], _ = fetch_all(lambda p, w: make_answer(b"", f"{status} X"), "/")
    assert answer.transient is transient


def test_an_endless_body_stops_at_its_bound():
    for status in ("200 OK", "500 Oh"):
        head = f"HTTP/1.1 {status}\r\n\r\n".encode()
        flood = drip(b"x" * 65_536, 0, head)
        [answer], _ = fetch_all(lambda p, w, f=flood: f(w), "/", most_bytes=100_000)
        assert answer.fault.code == ("too-large" if "200" in status else "http-500")
        assert len(answer.content) == 100_000
        assert 100_000 <= answer.size < 400_000


def test_a_bomb_is_not_unpacked():
    bomb = gzip.compress(bytes(60_000_000))
    [answer], _ = fetch_all(lambda p, w: make_answer(bomb, Content_Encoding="gzip"), "/")
    assert answer.fault.code == "decompression-bomb"
    assert len(answer.content) < 30_000_000
    assert answer.size == len(bomb)


@pytest.mark.parametrize(
    "coding, body, code",
    [
        ("gzip", gzip.compress(PAGE, mtime=0), None),
        ("x-gzip", gzip.compress(PAGE, mtime=0), None),
        ("GZIP", gzip.compress(PAGE, mtime=0), None),
        ("deflate", zlib.compress(PAGE), None),
        ("identity", PAGE, None),
        ("gzip", PAGE, None),  # it says so, but it is not
        ("gzip, gzip", gzip.compress(gzip.compress(PAGE, mtime=0), mtime=0), None),
        ("gzip", gzip.compress(PAGE, mtime=0)[:-9], "truncated-gzip"),
    ],
)
def test_codings(coding, body, code):
    [answer], site = fetch_all(lambda p, w: make_answer(body, Content_Encoding=coding), "/")
    assert (answer.fault and answer.fault.code) == code
    assert code or answer.content == PAGE
    assert answer.size == len(body)
    assert site.find_header("Accept-Encoding") == "gzip, br"


def test_brotli():
    packed = bytes.fromhex("1b3f01f88dd4482d3dbb06510a53532c2eb15b38406eb800")
    [answer], _ = fetch_all(lambda p, w: make_answer(packed, Content_Encoding="br"), "/")
    assert answer.content == b"Ja, ja. " * 40


def test_drips_end_in_time():
    begun = time.monotonic()
    [answer], _ = fetch_all(lambda p, w: drip(b"drop ")(w), "/", deadlines=HASTE)
    assert time.monotonic() - begun < 0.9
    assert (answer.fault.code, answer.transient) == ("timeout", True)
    assert answer.content.startswith(b"drop drop ")


def test_what_is_sent():
    _, site = fetch_all(lambda p, w: make_answer(), "/x?a=b%20c&d=%C3%A4#part", accept="text/xml")
    assert site.asked[0].split(b"\r\n")[0] == b"GET /x?a=b%20c&d=%C3%A4 HTTP/1.1"
    assert site.find_header("User-Agent") == "desk/1"
    assert site.find_header("Accept") == "text/xml"
    assert site.find_header("Host") == f"127.0.0.1:{site.port}"
    assert site.find_header("Cookie") is None


def test_cookies_are_not_kept():
    def answer(path, writer):
        return make_answer(Set_Cookie="a=b")

    _, site = fetch_all(answer, "/", "/")
    assert len(site.asked) == 2
    assert site.find_header("Cookie") is None


def test_no_proxy_of_the_environment_is_used(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    [answer], _ = fetch_all(lambda p, w: make_answer(PAGE), "/")
    assert answer.content == PAGE


def test_a_password_is_sent_to_its_own_server_only():
    async def run():
        async with serve(lambda p, w: make_answer(PAGE), "127.0.0.2") as other:

            def answer(path, writer):
                away = f"http://you:too@127.0.0.2:{other.port}/c"
                return make_answer(b"", "302 Found", Location="/b" if path == "/a" else away)

            async with serve(answer) as site, make_client() as client:
                last = await client.fetch(Request(f"http://me:s%40fe@127.0.0.1:{site.port}/a"))
                sent = [site.find_header("Authorization", n) for n in (0, 1)]
                return sent, other.find_header("Authorization"), last.url

    own, others, url = asyncio.run(run())
    assert own == ["Basic bWU6c0BmZQ=="] * 2
    assert others is None
    assert url.startswith("http://127.0.0.2:")


def test_headers_that_are_told():
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "ETag": 'W/"7"',
        "Last-Modified": "Sun, 22 Nov 2026 09:00:00 GMT",
        "Retry-After": "120",
    }
    [answer], _ = fetch_all(lambda p, w: make_answer(PAGE, **headers), "/")
    assert answer.content_type == "text/html; charset=utf-8"
    assert (answer.etag, answer.last_modified) == ('W/"7"', "Sun, 22 Nov 2026 09:00:00 GMT")
    assert answer.retry_after == 120.0
    assert 0 < answer.seconds < 0.5


def test_conditional_requests():
    def answer(path, writer):
        return b'HTTP/1.1 304 Not Modified\r\nETag: "7"\r\n\r\n'

    [answer], site = fetch_all(
        answer, "/", etag='"7"', last_modified="Sun, 22 Nov 2026 09:00:00 GMT"
    )
    assert (answer.status, answer.fault, answer.etag) == (304, None, '"7"')
    assert site.find_header("If-None-Match") == '"7"'
    assert site.find_header("If-Modified-Since") == "Sun, 22 Nov 2026 09:00:00 GMT"


@pytest.mark.parametrize("etag", ['"a\r\nX-Evil: 1"', '"\x00"', '"日本"', ""])
def test_a_validator_that_cannot_stand_in_a_header_is_not_sent(etag):
    [answer], site = fetch_all(lambda p, w: make_answer(PAGE), "/", etag=etag)
    assert answer.content == PAGE
    assert site.find_header("If-None-Match") is None
    assert site.find_header("X-Evil") is None


def send_round(path, writer):
    """/n/3 redirects by /n/2 and /n/1 to /n/0, by 301s; /x/… by a 302."""
    kind, _, rest = path[1:].partition("/")
    if kind == "n" and rest != "0":
        return make_answer(b"bye", "301 Moved", Location=f"/n/{int(rest) - 1}")
    if kind == "x":
        return make_answer(b"bye", "302 Found", Location="/" + rest)
    if kind == "loop":
        return make_answer(b"", "307 Again", Location=f"/loop/{1 - int(rest)}")
    return make_answer(PAGE, ETag='"9"')


def test_redirects():
    [answer], site = fetch_all(send_round, "/n/3")
    root = f"http://127.0.0.1:{site.port}"
    assert (answer.url, answer.content, answer.fault) == (f"{root}/n/0", PAGE, None)
    assert [(h.url, h.status, h.location) for h in answer.hops] == [
        (f"{root}/n/{n}", 301, f"{root}/n/{n - 1}") for n in (3, 2, 1)
    ]
    assert answer.moved_to == f"{root}/n/0"
    assert answer.size == len(PAGE) + 3 * len(b"bye")
    assert site.guests == 1


def test_what_moved_for_good_ends_at_the_first_hop_that_is_not():
    [passing, mixed], site = fetch_all(send_round, "/x/n/1", "/n/2")
    assert passing.moved_to is None
    assert mixed.moved_to == f"http://127.0.0.1:{site.port}/n/0"


@pytest.mark.parametrize("path, requests", [("/loop/0", 2), ("/n/11", 11), ("/n/999", 11)])
def test_redirects_without_end(path, requests):
    [answer], site = fetch_all(send_round, path)
    assert answer.fault.code == "too-many-redirects"
    assert (len(site.asked), answer.transient) == (requests, False)


def test_ten_redirects_are_followed():
    [answer], _ = fetch_all(send_round, "/n/10")
    assert (answer.content, len(answer.hops)) == (PAGE, 10)


def test_validators_are_sent_to_the_address_they_came_from():
    [_], site = fetch_all(send_round, "/n/1", etag='"9"')
    assert [site.find_header("If-None-Match", n) for n in (0, 1)] == ['"9"', None]

    async def run():
        async with serve(send_round) as site, make_client() as client:
            root = f"http://127.0.0.1:{site.port}"
            request = Request(f"{root}/n/1", etag='"9"', validators_of=f"{root}/n/0")
            await client.fetch(request)
            return [site.find_header("If-None-Match", n) for n in (0, 1)]

    assert asyncio.run(run()) == [None, '"9"']


@pytest.mark.parametrize(
    "location, ends",
    [
        ("../c", "/c"),
        ("?page=2", "/a/b?page=2"),
        ("/ä ö", "/%C3%A4%20%C3%B6"),
        ("/x#part", "/x"),
        ("//127.0.0.1:{port}/y", "/y"),
        ("http://user:pw@127.0.0.1:{port}/z", "/z"),
        ("\\c\\d", "/c/d"),
        ("/%E4%zz", "/%E4%zz"),
    ],
)
def test_locations_in_the_wild(location, ends):
    site = None

    def answer(path, writer):
        port = writer.get_extra_info("sockname")[1]
        if path == "/a/b":
            return make_answer(b"", "302 Found", Location=location.replace("{port}", str(port)))
        return make_answer(PAGE)

    [answer], site = fetch_all(answer, "/a/b")
    assert answer.content == PAGE
    assert answer.url == f"http://127.0.0.1:{site.port}{ends}"
    assert site.paths[-1] == ends


@pytest.mark.parametrize(
    "location", ["http://[::1", "http://a b/", "mailto:x@e.org", "http://\x01/"]
)
def test_locations_that_are_none(location):
    [answer], _ = fetch_all(lambda p, w: make_answer(b"", "302 Found", Location=location), "/")
    assert answer.fault.code in {"redirect-refused", "address-refused", "not-http"}


def test_the_caller_allows_each_hop():
    asked = []

    async def allow(url):
        asked.append(url)
        return fail("forbidden", "Nobody may.") if url.endswith("/n/1") else None

    [answer], site = fetch_all(send_round, "/n/3", allow=allow)
    root = f"http://127.0.0.1:{site.port}"
    assert asked == [f"{root}/n/2", f"{root}/n/1"]
    assert (answer.fault.code, answer.url) == ("forbidden", f"{root}/n/1")
    assert site.paths == ["/n/3", "/n/2"]


def test_waiting_for_leave_is_not_the_servers_time():
    async def allow(url):
        await asyncio.sleep(0.15)

    deadlines = Deadlines(connect=0.1, read=0.1, whole=0.12)
    [answer], _ = fetch_all(send_round, "/n/2", allow=allow, deadlines=deadlines)
    assert answer.content == PAGE
    assert answer.seconds < 0.12


def test_the_whole_deadline_bounds_all_hops():
    async def dawdle(writer):
        await asyncio.sleep(0.07)
        writer.write(make_answer(b"", "302 Found", Location=f"/{random.random()}"))
        return True

    deadlines = Deadlines(connect=1, read=1, whole=0.2)
    [answer], site = fetch_all(lambda p, w: dawdle(w), "/", deadlines=deadlines)
    assert answer.fault.code == "timeout"
    assert len(site.asked) <= 4


def test_connections_are_kept():
    answers, site = fetch_all(lambda p, w: make_answer(PAGE), *["/"] * 5)
    assert [a.content for a in answers] == [PAGE] * 5
    assert site.guests == 1


def test_a_kept_connection_that_died_is_no_failure():
    """The server closes without saying so, when the next request is on its way already."""
    turns = []

    async def reply(writer):
        turns.append(1)
        if len(turns) % 2 == 0:
            writer.transport.abort()
            return False
        writer.write(make_answer(PAGE))
        return True

    answers, site = fetch_all(lambda p, w: reply(w), "/a", "/b", "/c")
    assert [a.fault for a in answers] == [None] * 3
    assert site.paths == ["/a", "/b", "/b", "/c", "/c"]


def test_a_server_that_breaks_off_at_once_is_asked_once():
    [answer], site = fetch_all(play("empty-reply"), "/")
    assert (answer.fault.code, answer.transient, len(site.asked)) == ("broken-off", True, 1)


def test_what_an_answer_leaves_behind_does_not_touch_the_next():
    """Content-Length counts characters, where it should count bytes."""
    short = OK + f"Content-Length: {len(PAGE.decode())}\r\n\r\n".encode() + PAGE
    answers, _ = fetch_all(lambda p, w: short, "/a", "/b", "/c")
    assert [a.content for a in answers] == [PAGE[:-1]] * 3


def test_nobody_there():
    async def run():
        async with serve(lambda p, w: b"") as site:
            port = site.port
        async with make_client() as client:
            return await client.fetch(Request(f"http://127.0.0.1:{port}/"))

    answer = asyncio.run(run())
    assert (answer.fault.code, answer.transient, answer.status) == ("unreachable", True, None)


def test_idle_connections_are_bounded():
    async def run():
        async with (
            serve(lambda p, w: make_answer(PAGE), "0.0.0.0") as site,
            make_client(idle=3) as client,
        ):
            urls = [f"http://127.0.0.{n}:{site.port}/" for n in range(1, 9)]
            await asyncio.gather(*(client.fetch(Request(url)) for url in urls))
            return len(client._connections._pools), site.guests

    assert asyncio.run(run()) == (3, 8)


def test_requests_at_once_are_bounded():
    now, most = [0], [0]

    async def reply(writer):
        now[0] += 1
        most[0] = max(most[0], now[0])
        await asyncio.sleep(0.02)
        now[0] -= 1
        writer.write(make_answer(PAGE))
        return True

    async def run():
        async with serve(lambda p, w: reply(w)) as site, make_client(at_once=3) as client:
            request = Request(f"http://127.0.0.1:{site.port}/")
            return await asyncio.gather(*(client.fetch(request) for _ in range(9)))

    answers = asyncio.run(run())
    assert [a.fault for a in answers] == [None] * 9
    assert most[0] == 3


def test_a_slow_host_holds_up_nobody():
    async def run():
        def answer(path, writer):
            return say_nothing(writer) if path == "/slow" else make_answer(PAGE)

        async with serve(answer, "0.0.0.0") as site, make_client(deadlines=HASTE) as client:
            slow = asyncio.create_task(client.fetch(Request(f"http://127.0.0.9:{site.port}/slow")))
            begun = time.monotonic()
            for n in range(1, 9):
                await client.fetch(Request(f"http://127.0.0.{n}:{site.port}/"))
            others = time.monotonic() - begun
            return others, (await slow).fault.code

    others, code = asyncio.run(run())
    assert (others < 0.25, code) == (True, "timeout")


def test_a_cancelled_fetch_ends_at_once_and_leaves_nothing():
    async def run():
        async with serve(lambda p, w: say_nothing(w)) as site, make_client() as client:
            fetch = asyncio.create_task(client.fetch(Request(f"http://127.0.0.1:{site.port}/")))
            await asyncio.sleep(0.05)
            fetch.cancel()
            with pytest.raises(asyncio.CancelledError):
                await fetch
            return len(client._connections._pools)

    assert asyncio.run(run()) == 0


def test_rubbish_never_raises():
    """Two hundred servers that answer with noise, or with good answers that were damaged."""
    rng = random.Random(7)
    sound = CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    body = gzip.compress(PAGE, mtime=0)
    sound += f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"

    def answer(path, writer):
        noise = rng.randbytes(rng.randrange(300))
        if rng.random() < 0.3:
            return cut(noise)(writer)
        damaged = bytearray(sound)
        for _ in range(rng.randrange(1, 4)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        return cut(bytes(damaged))(writer)

    deadlines = Deadlines(connect=0.5, read=0.1, whole=0.2)
    answers, _ = fetch_all(answer, *["/"] * 200, deadlines=deadlines)
    codes = {a.fault and a.fault.code for a in answers}
    assert codes >= {"not-http", "broken-off"}


@pytest.mark.parametrize(
    "value, seconds",
    [
        (None, None),
        ("", None),
        ("7", 7.0),
        ("soon", None),
        ("-3", None),
        ("1.5", None),
        ("²", None),
    ],
)
def test_retry_after(value, seconds):
    assert read_retry_after(value) == seconds


def test_retry_after_as_a_date():
    when = datetime.now(UTC) + timedelta(seconds=90)
    assert 85 < read_retry_after(format_datetime(when, usegmt=True)) < 91
    assert read_retry_after("Sun, 22 Nov 1998 09:00:00 GMT") == 0.0
    assert read_retry_after("Sun, 99 Nov 1998 09:00:00 GMT") is None


def test_the_name_it_goes_by(monkeypatch):
    monkeypatch.setenv("COPYDESK_USER_AGENT", "desk/9\r\nX: y")
    with pytest.raises(UsageError):
        name_agent()


def test_the_switch_lets_private_addresses_pass(monkeypatch):
    monkeypatch.setenv("COPYDESK_ALLOW_PRIVATE", "1")

    async def run():
        async with serve(lambda p, w: make_answer(PAGE)) as site:
            url = f"http://127.0.0.1:{site.port}/"
            async with Client() as open_client, Client(Guard()) as guarded:
                return await open_client.fetch(Request(url)), await guarded.fetch(Request(url))

    allowed, refused = asyncio.run(run())
    assert allowed.content == PAGE
    assert refused.fault.code == "address-refused"
