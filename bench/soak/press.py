"""The press of a soak: it publishes, edits, deletes and has faults, until it is told to stop."""

from __future__ import annotations

import random
import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from tests.world.news_world import NewsWorld, PageVersion

SITES = 12  # that must be complete in the end
# Sites that never answer well; they must cost the others nothing.
BAD = {13: "never", 14: "500", 15: "endless", 16: "reset", 17: "404"}
CRAWL_DELAY = 0.5  # what the robots.txt of site 3 asks for
KINDS = ("/feed.xml", "/atom.xml", "/rdf.xml", "/feed.json", "/sitemap-news.xml", "/list.txt")
# What the good ones show on a share of their answers. All of it passes, or harms nothing.
FAULTS = (
    ("500", 0.05), ("503-seconds", 0.04), ("429-seconds", 0.04), ("reset", 0.04),
    ("reset-midway", 0.04), ("half", 0.04), ("closed", 0.04), ("garbage", 0.03),
    ("cut-chunks", 0.04), ("slow", 0.04), ("gzip", 0.4), ("chunked", 0.4), ("raw-deflate", 0.2),
    ("close", 0.4), ("http-1.0", 0.2), ("interim", 0.3), ("307", 0.1), ("redirect-relative", 0.05),
    ("no-validators", 0.3), ("weak-etag", 0.3),
)  # fmt: skip
MARK = r"\bA\d+-\d+-r\d+\b"
VERSIONS = f"select regexp_extract(body, '{MARK}'), title from article_versions"


class Press(threading.Thread):
    """Changes the world about once a second. A page is edited only when its current version is in
    the warehouse, and until it is `editable` seconds old, while a revisit is still to come: so each
    version can be had."""

    def __init__(self, world: NewsWorld, warehouse: Path, editable: float, seed: int = 7) -> None:
        super().__init__(name="press", daemon=True)
        self.changes: Counter[str] = Counter()
        self._world = world
        self._warehouse = warehouse
        self._editable = editable
        self._rng = random.Random(seed)
        self._done = threading.Event()
        self._error: BaseException | None = None

    def stop(self) -> None:
        """Publish nothing more, and heal all sites; raises what went wrong in between."""
        self._done.set()
        self.join()
        for site in range(1, SITES + 1):
            self._world.control.heal(site)
        if self._error is not None:
            raise self._error

    def run(self) -> None:
        """Change something, wait a second, and again."""
        turn = 0
        try:
            while not self._done.wait(1.0):
                turn += 1
                self._world.control.publish(self._rng.randint(1, SITES))
                self.changes["published"] += 1
                if turn % 5 == 0:
                    self._edit()
                if turn % 4 == 0:
                    self._break()
        except BaseException as error:  # noqa: BLE001 - it is raised again by `stop`
            self._error = error

    def _edit(self) -> None:
        """Edit one page, or delete one, that has arrived."""
        arrived = {mark for mark, _ in read_versions(self._warehouse)}
        now = datetime.now(UTC)
        pages = [
            page
            for page in list_wanted(self._world)
            if page.current
            and page.mark in arrived
            and not page.deleted
            and (now - datetime.fromisoformat(page.published_at)).total_seconds() < self._editable
        ]
        if not pages:
            return
        page = self._rng.choice(pages)
        if self._rng.random() < 0.1:
            self._world.control.delete(page.site, page.page)
            self.changes["deleted"] += 1
            return
        silent = self._rng.random() < 0.5
        self._world.control.edit(page.site, page.page, silent=silent)
        self.changes["edited silently" if silent else "edited"] += 1

    def _break(self) -> None:
        """Another fault at a random site, in place of its old one."""
        site = self._rng.randint(1, SITES)
        name, share = self._rng.choice(FAULTS)
        self._world.control.heal(site)
        seconds = 1.0 if name.endswith("-seconds") else 2.0
        self._world.control.behave(site, name, scope="pages", share=share, seconds=seconds)
        if self._rng.random() < 0.3:
            self._world.control.behave(site, name, scope="listings", share=share, seconds=seconds)
        self.changes["faults"] += 1


def list_wanted(world: NewsWorld) -> list[PageVersion]:
    """The versions that must be in the warehouse in the end: those of the good sites, where
    robots.txt allows them."""
    return [v for v in world.published() if v.site <= SITES and not v.forbidden]


def read_versions(warehouse: Path) -> list[tuple[str, str]]:
    """The mark and title of every version that readers see."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(VERSIONS).fetchall()


def set_up(world: NewsWorld) -> None:
    """The lasting traits of the sites."""
    world.control.robots(2, "part")
    world.control.robots(3, "delay", crawl_delay=CRAWL_DELAY)
    world.control.robots(4, "missing")
    world.control.robots(5, "moved")
    for site, behaviour in BAD.items():
        world.control.behave(site, behaviour, scope="listings")


def write_sources(world: NewsWorld, path: Path, every: int, revisits: list[int]) -> None:
    """A source for each site, of all kinds in turn, and a home page."""
    rows = ["[defaults]", f'every = "{every}s"', f"revisits = {revisits}", 'zone = "UTC"', ""]
    for site in world.sites:
        kind = KINDS[site.number % len(KINDS)] if site.number != 6 else "/"
        extra = {"/": 'kind = "home"', "/list.txt": 'kind = "list"'}.get(kind, "")
        url = site.url(kind)
        rows += ["[[source]]", f'name = "site-{site.number}"', f'url = "{url}"', extra, ""]
    path.write_text("\n".join(rows), encoding="utf-8")
