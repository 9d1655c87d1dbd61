"""Sources, states, fetches and hosts made to measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tasks.identity import make_id
from tasks.live import Fetch, FetchState, HostState, Kind, Outcome, Role, Source
from tasks.model import Told
from warehouse.layout import Layout
from warehouse.live_state import save_sources
from warehouse.segments import Segment, stage_segment
from warehouse.writer import Writer, open_writer

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def after(**span: float) -> datetime:
    return NOON + timedelta(**span)


def make_source(name: str = "courier", **changes) -> Source:
    return replace(Source(name, Kind.FEED, f"https://{name}.example/feed"), **changes)


def make_state(url: str, **changes) -> FetchState:
    made = FetchState(url, urlsplit(url).netloc, Role.PAGE, NOON, "courier", next_at=NOON)
    return replace(made, **changes)


def make_listing(name: str = "courier", **changes) -> FetchState:
    made = FetchState(
        f"https://{name}.example/feed",
        f"{name}.example",
        Role.LISTING,
        NOON,
        name,
        next_at=after(minutes=10),
        fetched_at=NOON,
        outcome=Outcome.FETCHED,
        visits=1,
        interval=600,
        kind=Kind.FEED,
    )
    return replace(made, **changes)


def make_fetch(url: str, minutes: float = 0, **changes) -> Fetch:
    made = Fetch(
        make_id(url, str(minutes)),
        url,
        urlsplit(url).netloc,
        Role.PAGE,
        after(minutes=minutes),
        Outcome.FETCHED,
        "courier",
        size=1000,
        seconds=0.25,
    )
    return replace(made, **changes)


FULL_STATE = make_state(
    "https://courier.example/ferry-runs-again",
    told=Told(title="Ferry runs again", byline="Ann Lee", summary="It runs – again.", by="feed"),
    fetched_at=after(hours=1),
    changed_at=after(minutes=30),
    status=200,
    outcome=Outcome.FETCHED,
    etag='W/"a-1"',
    last_modified="Mon, 04 May 2026 11:00:00 GMT",
    sha256="ab" * 32,
    visits=3,
    failures=1,
    moved_to="https://courier.example/ferry",
    answered_by="https://courier.example/ferry-1",
    interval=3600,
    kind=Kind.SITEMAP,
    nested_in="https://courier.example/index.xml",
)

FULL_FETCH = Fetch(
    "f-1",
    "https://courier.example/a",
    "courier.example",
    Role.PAGE,
    after(seconds=0.125),
    Outcome.FAILED,
    "courier",
    "https://courier.example/b",
    503,
    1234,
    0.375,
    "text/html",
    "Allow: /",
    "server-error",
    "The server failed; it is asked again later.",
    7,
    "https://courier.example/a",
)

FULL_HOST = HostState(
    "courier.example",
    "User-agent: *\nDisallow: /private",
    200,
    NOON,
    1.1,
    0.3,
    4,
    after(hours=6),
    "failed 4 times in a row",
    2,
)


def make_segment(name: str, minutes: float = 0, **content) -> Segment:
    return Segment(name, after(minutes=minutes), **content)


def load_segment(writer: Writer, name: str, minutes: float = 0, **content) -> None:
    writer.load(stage_segment(writer.layout, make_segment(name, minutes, **content)).folder)


def publish_live(layout: Layout, sources: Sequence[Source] = (), **content) -> None:
    """Put all that in and publish it."""
    with open_writer(layout) as writer:
        if sources:
            save_sources(writer, layout, sources, (), NOON)
        load_segment(writer, make_id(repr(content)), **content)
        writer.publish()
