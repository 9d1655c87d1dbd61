"""The figures of a set: each page is judged once, then pages are put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from types import MappingProxyType

from bench.quality.corpus import PageSet, Record, find_half
from bench.quality.fields import (
    Authors,
    match_authors,
    match_day,
    match_instant,
    match_titles,
    measure_authors,
)
from bench.quality.rouge import list_truths, score_rouge
from bench.quality.segments import Segments, balance_segments, count_segments
from bench.quality.shingles import Balance, Match, balance_matches, match_bodies
from bench.quality.shown import shows_day, shows_names
from tasks.model import Media

# Sets whose truth begins with the standfirst, which Copydesk keeps apart from the body.
WITH_STANDFIRST = frozenset({"fundus_tests"})
# The parts that are pinned; languages are shown beside them.
HALVES = ("all", "tune", "held")
# A language with fewer pages in a set is counted under "other".
FEW = 5


@dataclass(frozen=True, slots=True)
class Judgement:
    """One page against its truth; None where the truth does not tell."""

    half: str
    language: str | None
    body: Match | None
    rouge: float | None
    segments: Segments | None
    title: bool | None
    authors: Authors | None
    day: bool | None
    instant: bool | None
    names_shown: bool = False
    day_shown: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: the figures of some pages of a set, by name, between 0 and 1."""

    set: str
    media: str
    part: str
    pages: int
    figures: Mapping[str, float]

    @property
    def key(self) -> str:
        """The row's name in a baseline."""
        return f"{self.set} {self.media} {self.part}"


def make_rows(
    page_set: PageSet,
    media: Media,
    records: Mapping[str, Record],
    texts: Mapping[str, str] = MappingProxyType({}),
) -> list[Row]:
    """The rows of one set and medium: all pages, each half, each language. `records` are what
    `copydesk clean` printed, by id; a page that is in no record, or in no truth, does not count.
    `texts` are what the pages show, where authors and days are to be told of those alone that
    show them."""
    standfirst = page_set.name in WITH_STANDFIRST
    known = [(row, records[key]) for key, row in page_set.truth.items() if key in records]
    judged = [
        mark_shown(judge(truth, record, standfirst), truth, texts.get(truth["id"], ""))
        for truth, record in known
    ]
    return [
        Row(page_set.name, media.value, part, len(pages), summarise(pages))
        for part, pages in list_parts(judged)
    ]


def judge(truth: Record, record: Record, standfirst: bool) -> Judgement:
    """One page; with `standfirst`, that goes before the body."""
    lead = record.get("standfirst") if standfirst else None
    body = "\n\n".join(part for part in (lead, record.get("body")) if part)
    published = truth.get("published"), record.get("published")
    return Judgement(
        half=find_half(truth),
        language=truth.get("lang") or record.get("language"),
        body=match_bodies(truth["body"], body) if truth.get("body") is not None else None,
        rouge=_judge_rouge(truth, body),
        segments=_judge_segments(truth, body),
        title=match_titles(truth.get("title"), record.get("title")),
        authors=match_authors(truth.get("authors"), record.get("authors")),
        day=match_day(*published),
        instant=match_instant(*published),
    )


def mark_shown(page: Judgement, truth: Record, text: str) -> Judgement:
    """The judgement with what the page's text shows of the truth."""
    if not text:
        return page
    names, published = truth.get("authors") or [], truth.get("published") or ""
    return replace(
        page,
        names_shown=bool(names) and shows_names(names, text),
        day_shown=bool(published) and shows_day(published, text),
    )


def _judge_rouge(truth: Record, body: str) -> float | None:
    """Only where the truth says which paragraphs are optional, as that measure's does."""
    if truth.get("optional") is None or truth.get("paragraphs") is None:
        return None
    return score_rouge(list_truths(truth["paragraphs"], truth["optional"]), body)


def _judge_segments(truth: Record, body: str) -> Segments | None:
    if truth.get("with") is None:
        return None
    return count_segments(truth["with"], truth.get("without") or (), body)


def list_parts(pages: Sequence[Judgement]) -> Iterator[tuple[str, Sequence[Judgement]]]:
    """All pages, the halves, and the languages where there is more than one; none is empty."""
    yield "all", pages
    for half in HALVES[1:]:
        if chosen := [page for page in pages if page.half == half]:
            yield half, chosen
    languages: dict[str, list[Judgement]] = defaultdict(list)
    for page in pages:
        languages[page.language or ""].append(page)
    named = {code: group for code, group in languages.items() if code and len(group) >= FEW}
    other = [page for page in pages if (page.language or "") not in named]
    if len(named) + bool(other) > 1:
        yield from sorted(named.items(), key=lambda item: (-len(item[1]), item[0]))
        if other:
            yield "other", other


def summarise(pages: Sequence[Judgement]) -> dict[str, float]:
    """The figures of some pages, by name; those that no truth tells are left out."""
    bodies = [page.body for page in pages if page.body]
    segments = [page.segments for page in pages if page.segments]
    authors = [page.authors for page in pages if page.authors]
    figures: dict[str, float | None] = {}
    if bodies:
        figures["shingle_f1"], balance = _spread(balance_matches(bodies))
        figures |= balance | {"exact": _share(match.exact for match in bodies)}
    if segments:
        figures["segment_f1"], balance = _spread(balance_segments(segments))
        figures |= balance
    figures["rouge"] = _share(page.rouge for page in pages)
    figures["title"] = _share(page.title for page in pages)
    figures["author_set"] = _share(page.same for page in authors if page.signed)
    figures["author_f1"] = measure_authors(authors)
    figures["day"] = _share(page.day for page in pages)
    figures["instant"] = _share(page.instant for page in pages)
    figures["author_set_shown"] = _share(
        page.authors.same for page in pages if page.authors and page.names_shown
    )
    figures["day_shown"] = _share(page.day for page in pages if page.day_shown)
    return {name: figure for name, figure in figures.items() if figure is not None}


def _spread(balance: Balance) -> tuple[float, dict[str, float | None]]:
    return balance.f1, {"precision": balance.precision, "recall": balance.recall}


def _share(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
