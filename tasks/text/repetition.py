"""The site's template, learned: which of the lines that its articles share are no part of any.

A line becomes template when articles that have nothing else to do with each other carry it, often
enough and where furniture stands. What recurs because the news goes on (a paragraph of background,
a wire paragraph in follow-ups, a reprint, the updates of one story) comes with articles that share
words with each other, or with the line; that is what the tests below look for. Where they can't
tell, the line stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Any

from tasks.lexicon.lines import is_unspaced, load_rows
from tasks.model import Label, SiteLine, SitePage
from tasks.text.shape import Shape, read_shape
from tasks.text.template import hash_line

# Reads the current bodies of articles, by id.
ReadBodies = Callable[[Sequence[str]], Mapping[str, str]]

# So many pages of a site are remembered from run to run, and as many new ones looked at with them.
REMEMBERED = 200
# A line on so many articles is noted; on so many unrelated ones it can be template.
NOTED, STORIES = 3, 4
# It stands on at least this share of the site's pages since it was first seen.
SHARE = 0.2
# Among the first or last kept lines, or beside another repeated one, on this share of its pages;
# in the midst of the text it needs more pages.
FIRST, LAST, PLACED = 2, 5, 0.7
AMIDST_SHARE, AMIDST_STORIES = 0.4, 8
# Shorter lines, headings and questions are template only beside a line that is.
ALONE_WORDS, BESIDE = 5, 0.8
# A word of the line that so many of its articles begin with says that it belongs to them.
OWN_SHARE = 0.3
# So do words that most of its titles share, or its articles share with each other and not with the
# rest of the site.
TITLE_SHARE, TOPIC_SHARE, TOPIC_LIFT, OTHERS = 0.5, 0.5, 2.0, 5
# Two articles are one story: by so many words in both titles, by this share of the words of their
# beginnings, or by this share of the lines of the shorter one.
TITLE_WORDS, TOPIC_LIKE, LINES_LIKE = 2, 0.3, 0.5
# A line on this share of so many pages does not make two of them alike.
COMMON_SHARE, COMMON_PAGES = 0.5, 8
# Carriers that are compared with each other, and other pages with them: the newest.
COMPARED = 60
_WORD = re.compile(r"[^\W\d_]+")
# In Japanese, what only inflects and joins.
_HIRAGANA = re.compile("[\u3040-\u309f]")
# Letters of a word that carries meaning: in scripts with capitals, and in others.
CASED_LETTERS, OTHER_LETTERS = 4, 3
TELLING_LETTERS = 6


class Carrier:
    """A page as the tests see it: its lines, and the words it is about, which are found when first
    asked for. A paragraph that is repeated itself tells nothing."""

    def __init__(self, page: SitePage, site: str, repeated: Set[int]) -> None:
        self.page = page
        self.lines = page.imprint.lines
        self._site = site
        self._repeated = repeated

    @cached_property
    def title(self) -> frozenset[str]:
        """The words of the title."""
        return find_words(self.page.imprint.topic.split("\n")[0], self._site)

    @cached_property
    def topic(self) -> frozenset[str]:
        """The words of the title and the first paragraphs."""
        _, *leads = self.page.imprint.topic.split("\n")
        told = (lead for lead in leads if hash_line(lead) not in self._repeated)
        return self.title.union(*(find_words(lead, self._site) for lead in told))


@dataclass(frozen=True, slots=True)
class Window:
    """Pages that are looked at together, and for each repeated line the pages that carry it."""

    site: str
    pages: tuple[Carrier, ...]
    carriers: Mapping[int, tuple[int, ...]]
    common: frozenset[int]


def learn_lines(
    site: str, pages: Iterable[SitePage], known: Iterable[SiteLine], read_bodies: ReadBodies
) -> list[SiteLine]:
    """The lines of a site as they stand after its fresh pages: those that changed or are new.

    `pages` come in the order they were loaded, the remembered ones first; `known` are all lines of
    the site noted so far. The same pages always give the same lines.
    """
    lines = {line.line_hash: line for line in known}
    changed: dict[int, SiteLine] = {}
    for batch in cut_windows(pages):
        window = open_window(site, batch, lines)
        fresh = count_fresh(window, lines, find_texts(window, lines, read_bodies))
        judged = judge_lines(window, fresh, lines)
        lines |= judged
        changed |= judged
    return list(changed.values())


def cut_windows(pages: Iterable[SitePage]) -> Iterator[list[SitePage]]:
    """Windows of the pages: each has the last ones before it, and fresh ones; every page is fresh
    in one window."""
    window: list[SitePage] = []
    fresh = 0
    for page in pages:
        if fresh == REMEMBERED:
            yield window
            window, fresh = [old._replace(fresh=False) for old in window[-REMEMBERED:]], 0
        window.append(page)
        fresh += page.fresh
    if fresh:
        yield window


def open_window(site: str, pages: Sequence[SitePage], known: Mapping[int, SiteLine]) -> Window:
    """The pages, and who carries the lines that are known or repeated enough to be noted."""
    found: dict[int, list[int]] = {}
    for number, page in enumerate(pages):
        for line in set(page.imprint.lines):
            found.setdefault(line, []).append(number)
    found.pop(0, None)
    carriers = {
        line: tuple(numbers)
        for line, numbers in found.items()
        if len(numbers) >= NOTED or line in known
    }
    most = COMMON_SHARE * len(pages) if len(pages) >= COMMON_PAGES else len(pages)
    common = frozenset(line for line, numbers in carriers.items() if len(numbers) > most)
    repeated = {line for line, numbers in carriers.items() if len(numbers) >= STORIES}
    return Window(site, tuple(Carrier(page, site, repeated) for page in pages), carriers, common)


def find_words(text: str, site: str) -> frozenset[str]:
    """The words that carry meaning, lower case: no small words, and none of the site's own name.
    Where a script has no spaces, every two characters are a word."""
    small = load_small_words()
    return frozenset(
        word for word in cut_words(text.casefold()) if word not in small and word not in site
    )


def find_telling_words(text: str, site: str) -> frozenset[str]:
    """Those of a line's words by which it could belong to an article: names, and long words. What
    is short and in lower case ("when", "after") stands anywhere."""
    names = {word.casefold() for word in _WORD.findall(text)[1:] if word[0].isupper()}
    return frozenset(
        word
        for word in find_words(text, site)
        if word in names or len(word) >= TELLING_LETTERS or word.upper() == word
    )


def cut_words(text: str) -> Iterator[str]:
    """Words long enough to mean something."""
    for word in _WORD.findall(text):
        if "\u0e00" <= word[0] < "\uac00" and is_unspaced(word[0]):
            pairs = (word[at : at + 2] for at in range(len(word) - 1))
            yield from (pair for pair in pairs if not _HIRAGANA.search(pair))
        elif len(word) >= (CASED_LETTERS if word.upper() != word else OTHER_LETTERS):
            yield word


@lru_cache(maxsize=1)
def load_small_words() -> frozenset[str]:
    """The commonest small words of all languages."""
    return frozenset(w for _, *words in load_rows("function_words.tsv") for w in words)


def find_texts(
    window: Window, known: Mapping[int, SiteLine], read_bodies: ReadBodies
) -> dict[int, str]:
    """The texts of repeated lines that are not known yet, out of the bodies that have them."""
    wanted = {line: numbers[-1] for line, numbers in window.carriers.items() if line not in known}
    ids = [window.pages[number].page.article_id for number in sorted(set(wanted.values()))]
    texts: dict[int, str] = {}
    for body in read_bodies(ids).values() if ids else ():
        for line in body.split("\n\n"):
            texts.setdefault(hash_line(line), line)
    return {line: texts[line] for line in wanted if line in texts}


def count_fresh(
    window: Window, known: Mapping[int, SiteLine], texts: Mapping[int, str]
) -> dict[int, SiteLine]:
    """The lines that fresh pages carry, counted, not judged anew yet."""
    counted: dict[int, SiteLine] = {}
    for line, numbers in window.carriers.items():
        pages = [window.pages[number].page for number in numbers]
        fresh = [page for page in pages if page.fresh]
        if not fresh or not (line in known or line in texts):
            continue
        counted[line] = (
            see_again(known[line], fresh)
            if line in known
            else see_first(window.site, line, texts[line], pages)
        )
    return counted


def see_first(site: str, line: int, text: str, pages: Sequence[SitePage]) -> SiteLine:
    """A line that is noted now."""
    return SiteLine(
        site=site,
        line_hash=line,
        text=text,
        label=None,
        verdict="few",
        pages_seen=len(pages),
        stories=0,
        first_article_id=pages[0].article_id,
        first_seen_at=min(page.seen_at for page in pages),
        last_seen_at=max(page.seen_at for page in pages),
    )


def see_again(line: SiteLine, fresh: Sequence[SitePage]) -> SiteLine:
    """A line that was noted before, seen on more pages."""
    return line._replace(
        pages_seen=line.pages_seen + len(fresh),
        first_seen_at=min(line.first_seen_at, *(page.seen_at for page in fresh)),
        last_seen_at=max(line.last_seen_at, *(page.seen_at for page in fresh)),
    )


def judge_lines(
    window: Window, counted: Mapping[int, SiteLine], known: Mapping[int, SiteLine]
) -> dict[int, SiteLine]:
    """The counted lines, judged by the pages of the window: first those that can stand alone."""
    judged = {line: new for line, new in counted.items() if is_settled(new, known.get(line))}
    unsettled = sorted(counted.keys() - judged.keys())
    alone = [n for n in unsettled if stands_alone(window, n, read_shape(counted[n].text))]
    judged |= {line: judge(window, counted[line]) for line in alone}
    template = {line for line, one in {**known, **judged}.items() if one.label is not None}
    for line in sorted(counted.keys() - judged.keys()):
        beside = count_beside(window, line, template)
        judged[line] = judge(window, counted[line], "short" if beside < BESIDE else None)
    return judged


def is_settled(line: SiteLine, before: SiteLine | None) -> bool:
    """Whether the line is template already, and has not been seen on twice as many pages since it
    was judged."""
    if line.label is None or before is None:
        return False
    return line.pages_seen.bit_length() == before.pages_seen.bit_length()


def stands_alone(window: Window, line: int, shape: Shape) -> bool:
    """Whether the line could be template whatever stands beside it: it is long enough, no question
    and mostly no heading."""
    if shape.words < ALONE_WORDS or shape.text.rstrip()[-1:] in ("?", "？", "؟"):
        return False
    pages = [window.pages[number].page for number in window.carriers[line]]
    return 2 * sum(line in page.imprint.headings for page in pages) < len(pages)


def count_beside(window: Window, line: int, others: set[int]) -> float:
    """The share of the line's pages on which it stands right above or below one of `others`."""
    pages = [window.pages[number] for number in window.carriers[line]]
    return sum(not others.isdisjoint(neighbours(page, line)) for page in pages) / len(pages)


def neighbours(carrier: Carrier, line: int) -> tuple[int, ...]:
    """The lines right above and below, on one page."""
    lines, place = carrier.lines, carrier.lines.index(line)
    return lines[max(0, place - 1) : place] + lines[place + 1 : place + 2]


def judge(window: Window, line: SiteLine, against: str | None = None) -> SiteLine:
    """The line with a verdict. What is template stays so, unless it turns out to belong to what
    its articles are about; too few pages in this window are no reason."""
    numbers = window.carriers[line.line_hash]
    stories = count_stories(window, numbers[-COMPARED:])
    verdict = against or find_verdict(window, line, numbers, stories)
    if line.label is not None and verdict not in ("own-words", "related"):
        verdict = "template"
    label = Label.REPEAT if verdict == "template" else None
    return line._replace(label=label, verdict=verdict, stories=max(stories, line.stories))


def find_verdict(window: Window, line: SiteLine, numbers: Sequence[int], stories: int) -> str:
    """ "template", or the first of the tests that the line fails."""
    share = len(numbers) / (len(window.pages) - numbers[0])
    if len(numbers) < STORIES:
        return "few"
    newest, own = numbers[-COMPARED:], set(numbers)
    if shares_words(window, line.text, newest):
        return "own-words"
    others = [number for number in range(len(window.pages)) if number not in own]
    if stories < STORIES or is_topical(window, newest, others[-COMPARED:]):
        return "related"
    if share < SHARE:
        return "seldom"
    if is_placed(window, line.line_hash, numbers):
        return "template"
    return "template" if share >= AMIDST_SHARE and stories >= AMIDST_STORIES else "amidst"


def shares_words(window: Window, text: str, numbers: Sequence[int]) -> bool:
    """Whether many of the articles begin with a word of the line."""
    counts: Counter[str] = Counter()
    words = find_telling_words(text, window.site)
    for number in numbers:
        counts.update(words & window.pages[number].topic)
    return any(n >= 2 and n >= OWN_SHARE * len(numbers) for n in counts.values())


def is_topical(window: Window, numbers: Sequence[int], others: Sequence[int]) -> bool:
    """Whether the articles share a word: most of their titles, or their beginnings much more often
    than the other pages of the site do."""
    titles = Counter(word for n in numbers for word in window.pages[n].title)
    if any(count >= TITLE_SHARE * len(numbers) for count in titles.values()):
        return True
    if len(others) < OTHERS:
        return False
    inside = Counter(word for n in numbers for word in window.pages[n].topic)
    outside = Counter(word for n in others for word in window.pages[n].topic)
    return any(
        count >= TOPIC_SHARE * len(numbers)
        and count / len(numbers) >= TOPIC_LIFT * outside[word] / len(others)
        for word, count in inside.items()
    )


def count_stories(window: Window, numbers: Sequence[int]) -> int:
    """How many unrelated stories the pages tell: related ones, in a chain, are one."""
    root = {number: number for number in numbers}

    def find(number: int) -> int:
        while root[number] != number:
            number = root[number]
        return number

    for one, other in combinations(numbers, 2):
        if find(one) != find(other) and is_related(window, window.pages[one], window.pages[other]):
            root[find(other)] = find(one)
    return sum(root[number] == number for number in numbers)


def is_related(window: Window, one: Carrier, other: Carrier) -> bool:
    """Whether two pages tell of the same: by their titles, their beginnings or their lines."""
    if len(one.title & other.title) >= TITLE_WORDS:
        return True
    if is_like(one.topic, other.topic, TOPIC_LIKE):
        return True
    mine, theirs = (set(page.lines) - window.common - {0} for page in (one, other))
    return is_like(mine, theirs, LINES_LIKE)


def is_like(one: Set[Any], other: Set[Any], share: float) -> bool:
    """Whether two sets have at least two members in common, and this share of the smaller one."""
    both = len(one & other)
    return both >= 2 and both >= share * min(len(one), len(other))


def is_placed(window: Window, line: int, numbers: Sequence[int]) -> bool:
    """Whether the line mostly stands near the start or the end, or beside a repeated one."""
    repeated = {other for other, pages in window.carriers.items() if len(pages) >= STORIES}
    placed = 0
    for number in numbers:
        page = window.pages[number]
        place = page.lines.index(line)
        near = place < FIRST or place >= len(page.lines) - LAST
        placed += near or not repeated.isdisjoint(neighbours(page, line))
    return placed >= PLACED * len(numbers)
