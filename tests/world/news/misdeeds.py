"""How a server can misbehave in sending a body: functions of one `Exchange`, listed in table.py."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from tests.world.news.wire import Answer, Exchange, make_head

FOREVER = 10_000
BLOCK = b"<p>" + b"All work and no play. " * 180 + b"</p>\n"


async def send_ok(exchange: Exchange) -> None:
    await exchange.send()


async def send_etag_only(exchange: Exchange) -> None:
    exchange.answer.changed_at = None
    await exchange.send()


async def send_modified_only(exchange: Exchange) -> None:
    exchange.answer.etag = None
    await exchange.send()


async def send_no_validators(exchange: Exchange) -> None:
    exchange.answer.etag = exchange.answer.changed_at = None
    await exchange.send()


async def send_weak_etag(exchange: Exchange) -> None:
    await exchange.send() if "if-none-match" in exchange.request.headers else await _send_weak(
        exchange
    )


async def _send_weak(exchange: Exchange) -> None:
    head = [
        (n, f"W/{v}" if n == "ETag" else v)
        for n, v in make_head(exchange.answer, len(exchange.answer.body))
    ]
    await exchange.send_raw(200, exchange.answer.body, head)
    exchange.whole = True


async def send_new_etags(exchange: Exchange) -> None:
    exchange.answer.etag = f'"{exchange.turn}-{id(exchange)}"'
    exchange.answer.changed_at = datetime.now(UTC) + timedelta(hours=1)
    await exchange.send(conditional=False)


async def send_always_304(exchange: Exchange) -> None:
    if exchange.request.headers.keys() & {"if-none-match", "if-modified-since"}:
        await exchange.send_raw(304, b"", make_head(exchange.answer, None))
    else:
        await exchange.send()


async def send_304_unasked(exchange: Exchange) -> None:
    await exchange.send_raw(304, b"", make_head(exchange.answer, None))


async def send_garbage_validators(exchange: Exchange) -> None:
    exchange.answer.etag, exchange.answer.changed_at = "not quoted; \xff", None
    exchange.answer.headers.append(("Last-Modified", "yesterday, about noon"))
    await exchange.send(conditional=False)


async def _send_packed(exchange: Exchange, name: str, body: bytes) -> None:
    head = make_head(exchange.answer, len(body))
    await exchange.send_raw(exchange.answer.status, body, [*head, ("Content-Encoding", name)])


async def send_gzip(exchange: Exchange) -> None:
    if "gzip" not in exchange.request.headers.get("accept-encoding", ""):
        await exchange.send()
        return
    await _send_packed(exchange, "gzip", gzip.compress(exchange.answer.body, 1))
    exchange.whole = True


async def send_deflate(exchange: Exchange) -> None:
    await _send_packed(exchange, "deflate", zlib.compress(exchange.answer.body))
    exchange.whole = True


async def send_raw_deflate(exchange: Exchange) -> None:
    packer = zlib.compressobj(wbits=-15)
    body = packer.compress(exchange.answer.body) + packer.flush()
    await _send_packed(exchange, "deflate", body)
    exchange.whole = True


async def send_unknown_coding(exchange: Exchange) -> None:
    await _send_packed(exchange, "x-shuffle", bytes(reversed(exchange.answer.body)))


async def send_wrong_gzip(exchange: Exchange) -> None:
    await _send_packed(exchange, "gzip", exchange.answer.body)


async def send_corrupt_gzip(exchange: Exchange) -> None:
    packed = gzip.compress(exchange.answer.body)
    await _send_packed(exchange, "gzip", packed[:400] + b"\x00\xff" * 40 + packed[480:])


async def send_cut_gzip(exchange: Exchange) -> None:
    await _send_packed(exchange, "gzip", gzip.compress(exchange.answer.body)[:-700])


async def send_gzip_bomb(exchange: Exchange) -> None:
    await _send_packed(exchange, "gzip", await asyncio.to_thread(make_bomb))


@lru_cache(maxsize=1)
def make_bomb() -> bytes:
    """200 MB in 200 KB."""
    packer = zlib.compressobj(9, wbits=31)
    block = b"<p>" + bytes(1_000_000)
    return b"".join(packer.compress(block) for _ in range(200)) + packer.flush()


async def send_chunked(exchange: Exchange) -> None:
    await _begin_chunks(exchange)
    body = exchange.answer.body
    for start in range(0, len(body), 1_500):
        await exchange.push(_chunk(body[start : start + 1_500]))
    await exchange.push(b"0\r\n\r\n")
    exchange.whole = True


async def send_cut_chunks(exchange: Exchange) -> None:
    await _begin_chunks(exchange)
    await exchange.push(_chunk(exchange.answer.body[:2_000]))
    exchange.closing = True


async def send_bad_chunks(exchange: Exchange) -> None:
    await _begin_chunks(exchange)
    await exchange.push(_chunk(exchange.answer.body[:2_000]) + b"zz\r\nno size\r\n")
    exchange.closing = True


async def _begin_chunks(exchange: Exchange) -> None:
    head = [(n, v) for n, v in make_head(exchange.answer, 0) if n != "Content-Length"]
    await exchange.send_raw(exchange.answer.status, b"", [*head, ("Transfer-Encoding", "chunked")])


def _chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


async def send_slowly(exchange: Exchange) -> None:
    await exchange.wait(_seconds(exchange, 10.0))
    await exchange.send()


async def send_never(exchange: Exchange) -> None:
    await exchange.wait(_seconds(exchange, 3_600.0))
    exchange.closing = True


async def drip_body(exchange: Exchange) -> None:
    body = exchange.answer.body
    await exchange.send_raw(200, b"", make_head(exchange.answer, len(body)))
    for start in range(0, len(body), 100):
        await exchange.push(body[start : start + 100])
        await exchange.wait(_seconds(exchange, 1.0))
    exchange.whole = True


async def drip_head(exchange: Exchange) -> None:
    exchange.closing = True
    await exchange.push(b"HTTP/1.1 200 OK\r\n")
    for number in range(FOREVER):
        await exchange.push(b"X-Wait-%d: a little longer\r\n" % number)
        await exchange.wait(_seconds(exchange, 1.0))


def _seconds(exchange: Exchange, otherwise: float) -> float:
    asked = exchange.request.asked.get("seconds")
    return float(asked) if asked else otherwise if exchange.seconds is None else exchange.seconds


async def send_endless_body(exchange: Exchange) -> None:
    exchange.closing = True
    head = [("Content-Type", "text/html"), ("Connection", "close")]
    await exchange.send_raw(200, exchange.answer.body[:5_000], head)
    for _ in range(FOREVER * 100):
        await exchange.push(BLOCK)


async def send_endless_chunks(exchange: Exchange) -> None:
    exchange.closing = True
    await _begin_chunks(exchange)
    for _ in range(FOREVER * 100):
        await exchange.push(_chunk(BLOCK))


async def send_endless_head(exchange: Exchange) -> None:
    exchange.closing = True
    await exchange.push(b"HTTP/1.1 200 OK\r\n")
    for number in range(FOREVER * 100):
        await exchange.push(b"X-More-%d: %s\r\n" % (number, b"m" * 900))


async def send_endless_line(exchange: Exchange) -> None:
    exchange.closing = True
    await exchange.push(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(FOREVER * 100):
        await exchange.push(b"m" * 4_000)


async def send_half(exchange: Exchange) -> None:
    body = exchange.answer.body
    await exchange.send_raw(200, body[: len(body) // 2], make_head(exchange.answer, len(body)))
    exchange.closing = True


async def send_more_than_said(exchange: Exchange) -> None:
    body = exchange.answer.body
    await exchange.send_raw(200, body + b"<p>And more.</p>", make_head(exchange.answer, len(body)))
    exchange.closing = True


async def reset(exchange: Exchange) -> None:
    exchange.reset()


async def reset_midway(exchange: Exchange) -> None:
    body = exchange.answer.body
    await exchange.send_raw(200, body[:3_000], make_head(exchange.answer, len(body)))
    await asyncio.sleep(0.02)
    exchange.reset()


async def close_at_once(exchange: Exchange) -> None:
    exchange.closing = True


async def send_garbage(exchange: Exchange) -> None:
    exchange.closing = True
    await exchange.push(b"\x16\x03\x01\x02\x00\x01\x00 this is no HTTP\n\n" * 9)


async def send_old_http(exchange: Exchange) -> None:
    head = b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    exchange.seen.status = 200
    await exchange.push(head + exchange.answer.body)
    exchange.whole = exchange.closing = True


async def send_interim(exchange: Exchange) -> None:
    await exchange.push(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")
    await exchange.push(b"HTTP/1.1 102 Processing\r\n\r\n")
    await exchange.send()


async def send_closing(exchange: Exchange) -> None:
    exchange.answer.headers.append(("Connection", "close"))
    await exchange.send()
    exchange.closing = True


def as_bytes(content_type: str, body: bytes) -> Answer:
    """An answer with a body that is no article."""
    return Answer(200, body, content_type)
