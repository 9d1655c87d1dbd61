"""Statuses, redirects and odd media: makers of behaviours that only differ in what they say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.world.news.misdeeds import as_bytes
from tests.world.news.wire import Answer, Exchange

Act = Callable[[Exchange], Awaitable[None]]
BINARY = bytes(range(256)) * 60
PNG = b"\x89PNG\r\n\x1a\n" + BINARY
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <</Type/Catalog>> endobj\n" + BINARY


def say(status: int, *headers: tuple[str, str], text: str | None = None) -> Act:
    """A status with a short page that explains it."""

    async def act(exchange: Exchange) -> None:
        body = f"<html><title>{status}</title><p>{text or 'This is all there is.'}</p></html>"
        await exchange.send(Answer(status, body.encode(), headers=list(headers)))

    return act


def say_nothing(status: int) -> Act:
    """A status without a body."""

    async def act(exchange: Exchange) -> None:
        head = [] if status == 204 else [("Content-Length", "0")]
        await exchange.send_raw(status, b"", head)

    return act


def say_on_a_day(status: int) -> Act:
    """A status with a Retry-After that is a date: `seconds` from now, else an hour."""

    async def act(exchange: Exchange) -> None:
        when = datetime.now(UTC) + timedelta(seconds=exchange.seconds or 3_600)
        header = ("Retry-After", format_datetime(when, usegmt=True))
        await exchange.send(Answer(status, b"Later.", headers=[header]))

    return act


def say_in_seconds(status: int, seconds: float) -> Act:
    """A status with a Retry-After in seconds, as many as asked for by the fault or `?seconds=`."""

    async def act(exchange: Exchange) -> None:
        asked = exchange.request.asked.get("seconds") or exchange.seconds or seconds
        header = ("Retry-After", f"{float(asked):.0f}")
        await exchange.send(Answer(status, b"Later.", headers=[header]))

    return act


def recover(times: int, act: Act) -> Act:
    """The first so many requests of an address go wrong, then all is well."""

    async def turn(exchange: Exchange) -> None:
        await (act(exchange) if exchange.turn <= times else exchange.send())

    return turn


def give(content_type: str, body: bytes) -> Act:
    """A body that is no article, or is not what its type says."""

    async def act(exchange: Exchange) -> None:
        await exchange.send(as_bytes(content_type, body))

    return act


def retype(content_type: str) -> Act:
    """The ordinary body under another type."""

    async def act(exchange: Exchange) -> None:
        exchange.answer.content_type = content_type
        await exchange.send()

    return act


def pad(size: int) -> Act:
    """The ordinary page with `size` bytes more of text in its body."""

    async def act(exchange: Exchange) -> None:
        more = b"<p>And so it went on and on, as the clerk wrote down.</p>\n" * (size // 58)
        exchange.answer.body = exchange.answer.body.replace(b"</article>", more + b"</article>")
        await exchange.send(conditional=False)

    return act


def part_of(exchange: Exchange) -> Answer:
    """A 206 that nobody asked for."""
    body = exchange.answer.body
    header = ("Content-Range", f"bytes 0-{len(body) // 2 - 1}/{len(body)}")
    return Answer(206, body[: len(body) // 2], headers=[header])


async def send_part(exchange: Exchange) -> None:
    await exchange.send(part_of(exchange))


def redirect(status: int, where: Callable[[Exchange], str | None]) -> Act:
    """A redirect to what `where` says; None leaves Location out."""

    async def act(exchange: Exchange) -> None:
        target = where(exchange)
        headers = [] if target is None else [("Location", target)]
        await exchange.send(Answer(status, b"It is elsewhere.", headers=headers))

    return act


def to_moved(exchange: Exchange) -> str:
    """The same path below /moved, which is answered in the ordinary way."""
    return f"{exchange.site.root}/moved{exchange.request.path}"


def to_moved_path(exchange: Exchange) -> str:
    """The same, without scheme and host."""
    return f"/moved{exchange.request.path}"


def to_itself(exchange: Exchange) -> str:
    """Where one came from."""
    return f"{exchange.site.root}{exchange.request.path}"


def to_partner(exchange: Exchange) -> str:
    """To and fro between two addresses."""
    path = exchange.request.path
    return path[:-5] if path.endswith("/back") else f"{path}/back"


def to_next(hops: int) -> Callable[[Exchange], str]:
    """One step of a chain; the steps are counted in the query, the last leads to /moved."""

    def where(exchange: Exchange) -> str:
        step = int(exchange.request.asked.get("step", "1"))
        return to_moved(exchange) if step >= hops else f"{to_itself(exchange)}?step={step + 1}"

    return where


def to_next_host(exchange: Exchange) -> str:
    """The page at the next site, below /moved."""
    sites = exchange.world.sites
    other = sites[exchange.site.number % len(sites)]
    return f"{other.root}/moved{exchange.request.path}"


def to_asked(exchange: Exchange) -> str:
    """Where the query's `to` says."""
    return exchange.request.asked.get("to", "/")


def to_fixed(target: str | None) -> Callable[[Exchange], str | None]:
    """Always the same."""
    return lambda exchange: target
