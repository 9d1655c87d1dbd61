"""What the invented press has published so far: sites, their pages, and the pages' versions."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice

from tests.world.news.prose import make_name, make_paragraphs, make_title

SECTIONS = ("world", "town", "sport", "culture", "letters")
_NUMBER = re.compile(r"-(\d+)\.html$")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True)
class Version:
    """One state of a page's text. `told` is False for a silent edit: no date on the page or in a
    listing changes. `served` counts the whole 200 answers with it."""

    made_at: datetime
    told: bool = True
    served: int = 0


@dataclass(slots=True)
class Article:
    """One page of a site, by its number from 1 on."""

    number: int
    published_at: datetime
    versions: list[Version]
    deleted: int | None = None

    @property
    def version(self) -> int:
        """The number of the current version, from 1 on."""
        return len(self.versions)

    @property
    def updated_at(self) -> datetime:
        """When it was last changed, as the page and its listings say."""
        return next(v.made_at for v in reversed(self.versions) if v.told)


@dataclass(slots=True)
class Fault:
    """A behaviour that a site shows instead of the ordinary one. `scope`: all, pages, listings or
    robots. It hits a `share` of the requests, and ends after `turns` of them (None: never)."""

    behaviour: str
    scope: str = "all"
    share: float = 1.0
    turns: int | None = None
    seconds: float | None = None


@dataclass(slots=True)
class Site:
    """One outlet: a host of its own."""

    number: int
    host: str
    seed: int
    articles: list[Article] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    robots: str = "allow"
    crawl_delay: float = 2.0
    revision: int = 1
    changed_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    @property
    def name(self) -> str:
        """The outlet's name."""
        return (
            f"{('Post', 'Herald', 'Courier', 'Lantern', 'Observer')[self.number % 5]} {self.number}"
        )

    @property
    def root(self) -> str:
        """The address of its home page, without the slash."""
        return f"http://{self.host}"

    def path_of(self, article: Article) -> str:
        """The article's path: /section/year/month/slug-number.html."""
        title, _, _ = describe(self.seed, self.number, article.number)
        slug = _NOT_SLUG.sub("-", title.lower().rpartition(",")[0]).strip("-")
        section = SECTIONS[article.number % len(SECTIONS)]
        return f"/{section}/{article.published_at:%Y/%m}/{slug}-{article.number}.html"

    def find(self, path: str) -> Article | None:
        """The article at a path, however its slug is written."""
        found = _NUMBER.search(path)
        number = int(found[1]) if found else 0
        return self.articles[number - 1] if 0 < number <= len(self.articles) else None

    def newest(self, most: int) -> list[Article]:
        """The newest articles that are not deleted, newest first."""
        return list(islice((a for a in reversed(self.articles) if a.deleted is None), most))

    def note_change(self) -> None:
        """The listings have another content from now on."""
        self.revision += 1
        self.changed_at = now()


def now() -> datetime:
    """The time, to the second, as HTTP and feeds print it."""
    return datetime.now(UTC).replace(microsecond=0)


@lru_cache(maxsize=20_000)
def describe(seed: int, site: int, number: int) -> tuple[str, str, str]:
    """An article's title, author and standfirst."""
    rng = random.Random((seed << 40) + (site << 24) + number)
    title = make_title(rng, number)
    return title, make_name(rng), f"{title.rpartition(',')[0]}, and {make_name(rng)} tells how."


def write_text(seed: int, site: int, number: int, version: int) -> list[str]:
    """The paragraphs of a version. Its mark stands in the second, each later one adds a last."""
    rng = random.Random((seed << 40) + (site << 24) + number + (1 << 80))
    paragraphs = make_paragraphs(rng)
    paragraphs[1] += f" {make_name(rng)} has filed the papers as {mark(site, number, version)}."
    for later in range(2, version + 1):
        extra = random.Random((site << 24) + number + (later << 90))
        paragraphs.append(make_paragraphs(extra)[0])
    return paragraphs


def mark(site: int, number: int, version: int) -> str:
    """The word by which a version's body is found; a full stop follows it in the text."""
    return f"A{site}-{number}-r{version}"


class World:
    """All sites, and what changes them."""

    def __init__(self, sites: int, pages: int, seed: int, port: int, feed_size: int = 30) -> None:
        self.seed = seed
        self.port = port
        self.feed_size = feed_size
        self.rng = random.Random(seed)
        self.sites = [self._found(number, pages) for number in range(1, sites + 1)]
        self.by_host = {site.host: site for site in self.sites}

    def _found(self, number: int, pages: int) -> Site:
        site = Site(number, f"{address_of(number)}:{self.port}", self.seed, changed_at=now())
        begun = now() - timedelta(minutes=10 * pages)
        for page in range(1, pages + 1):
            at = begun + timedelta(minutes=10 * page - 5)
            site.articles.append(Article(page, at, [Version(at)]))
        return site

    def site(self, number: int) -> Site:
        """A site by its number, from 1 on."""
        return self.sites[number - 1]

    def publish(self, number: int | None = None, count: int = 1) -> list[str]:
        """New articles at one site, or each at a random one; their addresses."""
        return [
            self._publish(self.site(number or self.rng.randint(1, len(self.sites))))
            for _ in range(count)
        ]

    def _publish(self, site: Site) -> str:
        at = now()
        article = Article(len(site.articles) + 1, at, [Version(at)])
        site.articles.append(article)
        site.note_change()
        return site.root + site.path_of(article)

    def edit(self, number: int, page: int, silent: bool = False) -> int:
        """A new version of a page; its number."""
        site = self.site(number)
        article = site.articles[page - 1]
        article.versions.append(Version(now(), not silent))
        if not silent:
            site.note_change()
        return article.version

    def delete(self, number: int, page: int, status: int = 410) -> None:
        """The page answers 410 or 404 from now on, and no listing names it."""
        self.site(number).articles[page - 1].deleted = status
        self.site(number).note_change()

    def restore(self, number: int, page: int) -> None:
        """A page that was deleted is there again, as it was."""
        self.site(number).articles[page - 1].deleted = None
        self.site(number).note_change()


def address_of(number: int) -> str:
    """A loopback address for each site: 127.0.1.1 is the first's, 250 fit into each third byte."""
    return f"127.0.{1 + (number - 1) // 250}.{1 + (number - 1) % 250}"


def read_clock() -> float:
    """Seconds of the machine's monotonic clock, the same for all its processes."""
    return time.monotonic()
