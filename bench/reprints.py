"""Recall and precision of reprints among invented articles: `make reprints`.

usage: python -m bench.reprints [--articles 100000] [--batch 1000] [--seed 1] [--show 5]

Articles come in batches, each linked to the earlier ones and among itself, as a load does. A
reprint is found when it is linked to an article of its family; a link is wrong when it joins two
families (parts of one series are two families, too). CPU is this process's own, without making the
articles. Bodies are made again from their numbers when candidates are read.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bench.invented import KINDS, Invented, Press
from tasks.reprints.candidates import HOLDERS, Numbers, Postings
from tasks.reprints.links import Entrant, Link, link, link_articles
from tasks.reprints.shingles import Hashes, make_shingles
from tasks.reprints.signatures import Signature, make_signature

# Articles of an original in words, below which a size is told apart.
SIZES = (60, 120, 400)


@dataclass(slots=True)
class ArrayIndex:
    """An index of sorted runs in memory; the last are merged when they have grown alike."""

    runs: list[tuple[Hashes, Numbers]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    ceilings: list[int] = field(default_factory=list)

    def add(self, signatures: Sequence[Signature]) -> None:
        """Take up the next articles; their numbers go on from the last."""
        first = len(self.sizes)
        keys = np.concatenate([signature.keys for signature in signatures])
        counts = [len(signature.keys) for signature in signatures]
        holders = np.repeat(np.arange(first, first + len(counts)), counts)
        self.sizes += [signature.size for signature in signatures]
        self.ceilings += [signature.ceiling for signature in signatures]
        self.runs.append(_sort(keys, holders))
        while len(self.runs) > 1 and len(self.runs[-2][0]) < 2 * len(self.runs[-1][0]):
            (keys, holders), (more, others) = self.runs[-2:]
            self.runs[-2:] = [_sort(np.append(keys, more), np.append(holders, others))]

    def look_up(self, keys: Hashes) -> Postings:
        """See `KeyIndex`."""
        left = np.full(len(keys), HOLDERS)
        parts = []
        for known, holders in self.runs:
            first = np.searchsorted(known, keys, "left")
            counts = np.minimum(np.searchsorted(known, keys, "right") - first, left)
            left -= counts
            within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
            parts.append((np.repeat(keys, counts), holders[np.repeat(first, counts) + within]))
        if not parts:
            nobody = np.array([], dtype=np.int64)
            return Postings(keys[:0], nobody, nobody, keys[:0])
        holders = np.concatenate([part[1] for part in parts])
        told = holders.tolist()
        return Postings(
            np.concatenate([part[0] for part in parts]),
            holders,
            np.array([self.sizes[holder] for holder in told], dtype=np.int64),
            np.array([self.ceilings[holder] for holder in told], dtype=np.uint64),
        )


def _sort(keys: Hashes, holders: Numbers) -> tuple[Hashes, Numbers]:
    order = np.lexsort((holders, keys))
    return keys[order], holders[order]


@dataclass(slots=True)
class Tally:
    """What was found: reprints by kind and by words of the reprint, links, wrong ones, seconds."""

    found: Counter[tuple[str, str]] = field(default_factory=Counter)
    planted: Counter[tuple[str, str]] = field(default_factory=Counter)
    links: int = 0
    wrong: list[Link] = field(default_factory=list)
    missed: list[Invented] = field(default_factory=list)
    aliases: Counter[str] = field(default_factory=Counter)
    sign_seconds: float = 0.0
    # Seconds a batch without signatures, and what was compared.
    link_seconds: list[float] = field(default_factory=list)
    read: int = 0
    keys: int = 0

    def add(self, articles: Sequence[Invented], links: Sequence[Link], press: Press) -> None:
        """Take up a batch."""
        families = {article.number: article.family for article in articles}
        outlets = {article.number: article.outlet for article in articles}
        linked: dict[int, set[int]] = defaultdict(set)
        self.links += len(links)
        for one in links:
            for number in (one.a, one.b):
                if number not in families:
                    other = press.make_article(number)
                    families[number], outlets[number] = other.family, other.outlet
            if families[one.a] != families[one.b]:
                self.wrong.append(one)
            elif outlets[one.a] == outlets[one.b]:
                self.aliases[one.kinship] += 1
            linked[one.a].add(families[one.b])
            linked[one.b].add(families[one.a])
        for article in articles:
            if article.kind:
                self._count(article, article.family in linked[article.number])

    def _count(self, article: Invented, is_found: bool) -> None:
        words = make_shingles(article.body).tokens
        size = next((f"< {size} words" for size in SIZES if words < size), f"≥ {SIZES[-1]} words")
        self.planted[article.kind or "", size] += 1
        self.found[article.kind or "", size] += is_found
        if not is_found:
            self.missed.append(article)


@dataclass(slots=True)
class Reader:
    """Makes articles again that are to be compared, outside of the clock."""

    press: Press
    seconds: float = 0.0
    count: int = 0

    def read(self, numbers: Sequence[int]) -> Mapping[int, Entrant]:
        """See `link_articles`."""
        self.count += len(numbers)
        entrants = {}
        for number in numbers:
            started = time.process_time()
            article = self.press.make_article(number)
            self.seconds += time.process_time() - started
            entrants[number] = enter(article)
        return entrants


def enter(article: Invented) -> Entrant:
    """The article as it is compared."""
    return Entrant(article.number, make_shingles(article.body), article.outlet, article.day)


def run(press: Press, count: int, batch: int) -> Tally:
    """Feed the articles batch by batch."""
    tally, index = Tally(), ArrayIndex()
    for start in range(0, count, batch):
        articles = [press.make_article(n) for n in range(start, min(count, start + batch))]
        reader = Reader(press)
        started = time.process_time()
        entrants = [enter(article) for article in articles]
        new = [(entrant, make_signature(entrant.shingles)) for entrant in entrants]
        signed = time.process_time()
        links = link_articles(new, index, reader.read)
        index.add([signature for _, signature in new])
        tally.sign_seconds += signed - started
        tally.link_seconds.append(time.process_time() - signed - reader.seconds)
        tally.read += reader.count
        tally.keys += sum(len(signature.keys) for _, signature in new)
        tally.add(articles, links, press)
    return tally


def list_lines(tally: Tally, count: int) -> Iterator[str]:
    """The tables, as Markdown."""
    sizes = sorted({size for _, size in tally.planted}, key=lambda s: (s[0] == "≥", len(s), s))
    yield "| recall by kind of change | reprints | all | " + " | ".join(sizes) + " |"
    yield "|---|---:|---:|" + "---:|" * len(sizes)
    for kind in KINDS:
        yield _list_row(tally, kind, sizes, [kind])
    yield _list_row(tally, "one change", sizes, [kind for kind in KINDS if "," not in kind])
    yield _list_row(tally, "several at once", sizes, [kind for kind in KINDS if "," in kind])
    yield _list_row(tally, "all", sizes, KINDS)
    right = tally.links - len(tally.wrong)
    yield ""
    yield f"links {tally.links:,}, wrong {len(tally.wrong):,}: precision {right / tally.links:.4f}"
    yield f"within an outlet, of one family: {dict(sorted(tally.aliases.items()))}"
    tenth = max(1, len(tally.link_seconds) // 10)
    early, late = (sum(part) / len(part) for part in _pick_parts(tally.link_seconds, tenth))
    yield (
        f"CPU an article: {tally.sign_seconds / count * 1e3:.2f} ms to sign, "
        f"{sum(tally.link_seconds) / count * 1e3:.2f} ms to link "
        f"(a batch in the second tenth {early:.3f} s, in the last {late:.3f} s)"
    )
    yield f"index: {tally.keys / count:.1f} keys an article, 16 bytes each with the holder, and 12"
    yield f"earlier articles read an article: {tally.read / count:.2f}"


def _pick_parts(seconds: list[float], tenth: int) -> tuple[list[float], list[float]]:
    return seconds[tenth : 2 * tenth] or seconds, seconds[-tenth:]


def _list_row(tally: Tally, name: str, sizes: Sequence[str], kinds: Sequence[str]) -> str:
    def count(size: str | None, counts: Counter[tuple[str, str]]) -> int:
        return sum(n for (k, s), n in counts.items() if k in kinds and size in (None, s))

    def rate(size: str | None) -> str:
        planted = count(size, tally.planted)
        return f"{count(size, tally.found) / planted:.3f}" if planted else "–"

    rates = " | ".join(rate(size) for size in (None, *sizes))
    return f"| {name} | {count(None, tally.planted):,} | {rates} |"


def show(text: str) -> None:
    """Print at once: a run takes minutes."""
    print(text, flush=True)  # noqa: T201


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables; exit code 1 below the recall (one change) or precision promised."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="so many missed and wrong ones")
    chosen = parser.parse_args(arguments)
    press = Press(chosen.seed)
    tally = run(press, chosen.articles, chosen.batch)
    show("\n".join(list_lines(tally, chosen.articles)))
    for article in tally.missed[: chosen.show]:
        one = link(enter(press.make_article(article.family)), enter(article))
        words = make_shingles(article.body).tokens
        show(f"missed: {article.kind}, {words} words, {one}")
    for wrong in tally.wrong[: chosen.show]:
        show(f"wrong: {wrong}")
    single = [key for key in tally.planted if "," not in key[0]]
    recall = sum(tally.found[key] for key in single) / sum(tally.planted[key] for key in single)
    precision = 1 - len(tally.wrong) / tally.links
    sys.exit(0 if recall >= 0.98 and precision >= 0.99 else 1)


if __name__ == "__main__":
    main()
