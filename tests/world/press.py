"""A small press for tests of whole polls: six sites that each do something else, a warehouse that
polls them, and what is left of a crawl on the disk."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import duckdb

from tests.world.killed import Moment
from tests.world.news_world import NewsWorld

SITES, PAGES = 6, 15
MOVING, STUMBLING, MISSING, GONE, TRACKING = 2, 3, 4, 5, 6
HAD = (1, MOVING, STUMBLING, TRACKING)
MARK = re.compile(r"A\d+-\d+-r\d+")

DONE = "outcome in ('fetched', 'unchanged', 'gone')"
QUERIES = {
    "documents": "select uri, sha256, outcome, article_id, url, robots from documents",
    "articles": "select article_id, url, canonical_url, title, body, version, outlet from articles",
    "article_versions": "select article_id, version, content_hash from article_versions",
    "version_changes": "select article_id, version, fields, words_added from version_changes",
    "absences": "select article_id, url, status, checks, back_at is null from absences",
    "problems": "select uri, stage, code, message, attempts from problems",
    "fetch_state": """
        select url, host, role, source, status, outcome, sha256, etag, visits, failures, moved_to,
               answered_by, kind, nested_in, next_at is null
        from fetch_state
    """,
    "hosts": "select host, robots_status, failures, paused_until is null, postponed from hosts",
    "fetches": f"""
        select url, outcome, document_uri, count(*) from fetches where {DONE} group by all
    """,
}


@dataclass(frozen=True, slots=True)
class Desk:
    """A warehouse and the program that feeds it; `environment` names the Prefect server."""

    warehouse: Path
    environment: dict[str, str] = field(repr=False)

    @property
    def private(self) -> Path:
        """Its private folder."""
        return self.warehouse.with_suffix(".copydesk")

    def start(self, *command: str, moment: Moment | None = None) -> subprocess.Popen[bytes]:
        """Start a command of `copydesk`, to be killed at the moment."""
        arguments = [sys.executable, "-m", "tests.world.killed", moment.print() if moment else "-"]
        return subprocess.Popen(
            [*arguments, *command, "--warehouse", str(self.warehouse)],
            env={**self.environment, "COPYDESK_ALLOW_PRIVATE": "1"},
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def start_poll(self, *more: str, moment: Moment | None = None) -> subprocess.Popen[bytes]:
        """Start a poll."""
        return self.start(*POLL, *more, moment=moment)

    def run(self, *command: str) -> str:
        """Run a command to its end, which must be good; what it printed."""
        return finish(self.start(*command))

    def poll(self, *more: str) -> str:
        """Poll what is due."""
        return self.run(*POLL, *more)

    def ask(self, sql: str) -> list[tuple]:
        """The rows of a query on what is published."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def dump(self) -> dict[str, list[tuple]]:
        """What the warehouse says of the world, without what belongs to the run."""
        return {name: sorted(self.ask(sql), key=repr) for name, sql in QUERIES.items()}

    def list_due(self) -> list[tuple]:
        """The addresses that are to be fetched now."""
        return self.ask("select url, role from fetch_state where next_at <= now()")

    def list_kept(self) -> set[str]:
        """The addresses of pages whose fetches are safe: in a whole segment, in the journal, or
        published."""
        select = f"select url from {{}} where role = 'page' and {DONE}"
        kept = set(self.ask(select.format("fetches")))
        for file in self.private.glob("*/*/fetches.parquet"):
            if file.parent.suffix != ".part":
                kept |= set(duckdb.sql(select.format(f"'{file}'")).fetchall())
        return {url for (url,) in kept}

    def list_litter(self) -> list[str]:
        """What no run should leave behind for ever: half files, segments, WARC files that no
        document is in."""
        named = {file for (file,) in self.ask("select distinct archive_file from documents")}
        half = [*self.private.rglob("*.part"), *self.private.rglob("*.tmp")]
        waiting = [*(self.private / "fetched").iterdir(), *(self.private / "staging").iterdir()]
        orphans = [f for f in (self.private / "archive").iterdir() if f.name not in named]
        marks = [f for f in (self.private / "run.json",) if f.exists()]
        return sorted(str(path) for path in [*half, *waiting, *orphans, *marks])


POLL = ("poll", "--pace", "0", "--workers", "1", "--batch-size", "10", "--quiet")


def finish(process: subprocess.Popen[bytes], code: int = 0) -> str:
    """Wait for a command; what it printed."""
    output = process.communicate(timeout=120)[0].decode(errors="replace")
    assert process.returncode == code, output
    return output


def kill(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a command that is to be killed."""
    finish(process, -signal.SIGKILL)


def copy_desk(desk: Desk, warehouse: Path) -> Desk:
    """The same warehouse under another name."""
    other = Desk(warehouse, desk.environment)
    shutil.copytree(desk.private, other.private, symlinks=True)
    target = desk.warehouse.readlink()
    warehouse.symlink_to(Path(other.private.name, *target.parts[1:]))
    return other


def count_marks(desk: Desk) -> Counter[str]:
    """How often each version of a page is in the warehouse, by its mark."""
    bodies = desk.ask("select body from article_versions")
    words = [word for (body,) in bodies for word in body.replace(".", " ").split()]
    return Counter(word for word in words if MARK.fullmatch(word))


def arm(world: NewsWorld) -> None:
    """Let the sites show what they do, from the beginning, and empty their logs."""
    for site in range(1, SITES + 1):
        world.control.heal(site)
    world.control.behave(MOVING, "301", "pages")
    world.control.behave(STUMBLING, "500", "pages", turns=2)
    world.control.behave(MISSING, "404", "pages")
    world.control.behave(GONE, "410", "pages")
    world.control.forget()


def add_sources(desk: Desk, world: NewsWorld, revisits: str = "1h,1d,1w") -> None:
    """Make the warehouse, with two sources for the site that tracks its readers."""
    paths = {f"s{site.number}": site.feed_url for site in world.sites}
    paths[f"s{MOVING}"] = world.site(MOVING).url("/feeds/moved.xml")
    paths["tracking"] = world.site(TRACKING).url("/feeds/tracking.xml")
    file = desk.warehouse.with_name("sources.toml")
    rows = [f'[[source]]\nname = "{name}"\nurl = "{url}"\n' for name, url in paths.items()]
    head = f'[defaults]\nrevisits = "{revisits}"\n'
    file.write_text("\n".join([head, *rows]), encoding="utf-8")
    desk.run("sources", "sync", str(file), "--quiet")


def list_asked(world: NewsWorld) -> list[str]:
    """The pages that were asked for and answered since the logs were emptied, by address, those
    that failed left out; each as often as that was."""
    return [
        site.url(seen.target.removeprefix("/moved"))
        for site in world.sites
        for seen in world.requests(site.host)
        if is_page(seen.target) and seen.status in (200, 304, 404, 410)
    ]


def is_page(target: str) -> bool:
    """Whether a path is that of a page."""
    return urlsplit(target).path.endswith(".html")
