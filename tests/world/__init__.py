"""A small invented news world on disk, the same for the same seed: outlets, articles in HTML and
plain text, later versions, copies, and inputs that must fail."""

from __future__ import annotations

import gzip
import os
import random
from dataclasses import dataclass
from pathlib import Path

OUTLETS = ("harbour-post", "valley-herald", "the-lantern", "nordkurier-heute", "diario-sur")
SUBJECTS = (
    "The city council", "A group of farmers", "The harbour authority", "Two local schools",
    "The regional hospital", "A volunteer fire brigade", "The railway operator",
    "An association of tenants", "The public library", "A team of marine biologists",
)  # fmt: skip
VERBS = (
    "approved", "rejected", "delayed", "presented", "questioned", "welcomed", "revised", "funded",
)  # fmt: skip
OBJECTS = (
    "a plan to rebuild the old bridge", "the budget for the coming year",
    "a study of the river's water quality", "new rules for night buses",
    "a proposal to plant nine thousand trees", "the sale of the former barracks",
    "an agreement on longer opening hours", "a report about falling rents",
)  # fmt: skip
ENDS = (
    "after a meeting that lasted until midnight.", "despite objections from several members.",
    "and promised to publish all figures within a month.", "in the presence of sixty guests.",
    "because costs had risen faster than expected.", "following weeks of closed talks.",
)  # fmt: skip
FIRST = ("Mara", "Jon", "Elif", "Pedro", "Ingrid", "Tomas", "Aiko", "Lena")
LAST = ("Castell", "Brandt", "Yildiz", "Moreno", "Halvorsen", "Novak", "Tanaka", "Whitfield")
STAMP = 1_760_000_000  # the modification time of the first file, in seconds since 1970


@dataclass(frozen=True)
class World:
    """How many inputs there are, and how many of them can never be articles."""

    folder: Path
    inputs: int
    bad: int


def build_world(folder: Path, size: int, seed: int = 7) -> World:
    """Write `size` inputs into `folder`; every file has a fixed modification time."""
    folder.mkdir(parents=True, exist_ok=True)
    bad = 0
    for number in range(size):
        name, content = make_input(number, seed)
        bad += number % 25 in (0, 1)
        path = folder / f"{number:06d}-{name}"
        path.write_bytes(content)
        os.utime(path, (STAMP + number, STAMP + number))
    return World(folder, size, bad)


def make_input(number: int, seed: int = 7) -> tuple[str, bytes]:
    """The file name's end and the bytes of input `number`."""
    kind = number % 25
    if kind == 0:
        return "empty.html", b" \n" * (number % 7)
    if kind == 1:
        return "picture.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) + str(number).encode()
    if kind == 2 and number > 25:  # the same bytes as an earlier page, under another name
        return "copy.html", make_page(number - 22, seed)
    if kind == 3 and number > 25:  # a later version of an earlier page
        return "update.html", make_page(number - 22, seed, update=number)
    if kind % 4 == 0:
        return "scrape.txt", make_scrape(number, seed)
    if kind % 4 == 1:
        return "page.html.gz", gzip.compress(make_page(number, seed), mtime=0)
    return "page.html", make_page(number, seed)


def make_paragraphs(number: int, seed: int, update: int = 0) -> list[str]:
    """Five to nine paragraphs of prose that no other number has."""
    rng = random.Random(f"{seed}:{number}")
    paragraphs = [
        " ".join(_make_sentence(rng, number) for _ in range(rng.randint(2, 4)))
        for _ in range(rng.randint(5, 9))
    ]
    if update:
        paragraphs.append(f"This article was extended with file number {update} of the archive.")
    return paragraphs


def _make_sentence(rng: random.Random, number: int) -> str:
    year = 1950 + rng.randrange(70)
    return (
        f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)} "
        f"first drawn up in {year} as case {number}-{rng.randrange(1000)} {rng.choice(ENDS)}"
    )


def make_title(number: int, seed: int) -> str:
    """A headline that no other number has."""
    rng = random.Random(f"{seed}:{number}:title")
    return f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)} in case {number}"


def make_author(number: int, seed: int) -> str:
    """One of 64 names."""
    rng = random.Random(f"{seed}:{number}:author")
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def make_page(number: int, seed: int, update: int = 0) -> bytes:
    """An HTML page with the usual furniture around the article."""
    outlet = OUTLETS[number % len(OUTLETS)]
    title, author = make_title(number, seed), make_author(number, seed)
    url = f"https://www.{outlet}.example/news/{number}-case.html"
    day, minute = 1 + number % 27, number % 60
    changed = f"2025-10-{day:02d}T18:{minute:02d}:00+02:00"
    modified = f'<meta property="article:modified_time" content="{changed}">' if update else ""
    body = "\n".join(f"<p>{text}</p>" for text in make_paragraphs(number, seed, update))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} | {outlet}</title>
<link rel="canonical" href="{url}">
<meta property="og:title" content="{title}"><meta property="og:site_name" content="{outlet}">
<meta property="og:type" content="article">
<meta property="article:published_time" content="2025-10-{day:02d}T08:{minute:02d}:00+02:00">
{modified}<meta name="author" content="{author}"></head>
<body><a href="#main">Skip to content</a>
<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li>
<li><a href="/sport">Sport</a></li></ul></nav>
<main id="main"><article><h1>{title}</h1>
<p class="byline">By <a rel="author" href="/staff">{author}</a></p>
<figure><img src="/img/{number}.jpg" alt="{title}">
<figcaption>The old town hall seen from the river. (Photo: {author})</figcaption></figure>
{body}
</article></main>
<aside><h3>Most read</h3><ul><li><a href="/a">Ferry to run later</a></li>
<li><a href="/b">Rain until Sunday</a></li></ul></aside>
<footer>© 2025 {outlet}. All rights reserved.</footer></body></html>
""".encode()


def make_scrape(number: int, seed: int) -> bytes:
    """The plain text that a naive scraper keeps."""
    title, author = make_title(number, seed), make_author(number, seed)
    lines = ["Skip to content", title, f"By {author}", f"Oct {1 + number % 27}, 2025 9:15 AM"]
    return "\n\n".join([*lines, *make_paragraphs(number, seed)]).encode()
