"""The million articles: each made from the seed and its number alone, as the desk would hand it on.

Of a hundred documents, eight are wire copies of an article of the last days (cut, with another
headline, a local lead: see `bench.invented.KINDS`), three bring a new version of one, one brings
one unchanged; the rest are originals. A thousand documents make a day. More than half tell of an
event that others tell of, too, in other words and in up to three languages. Bodies have a median of
3.5 KB and a mean of 4.6 KB in UTF-8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from hashlib import sha256

import numpy as np
from numpy.random import Generator

from bench.invented import HAN, KINDS, Paragraphs, Words, change, write_sentences
from bench.warehouse.events import (
    ARTICLES_A_DAY,
    OUTLETS,
    Event,
    find_names,
    make_news_tongue,
    pick_event,
    speak,
)
from bench.warehouse.furniture import list_evidence, list_links, list_removed
from tasks.identity import hash_content, make_id
from tasks.model import (
    Article,
    ArticleKind,
    Author,
    AuthorKind,
    Caption,
    Document,
    Edited,
    Heading,
    Imprint,
    Media,
    Mention,
    MentionKind,
    Place,
    Precision,
    Quote,
    Stamp,
    ZoneFrom,
)
from tasks.text.template import LEAD_LETTERS, LEADS

START = datetime(2023, 1, 1, tzinfo=UTC)
# Wire copies and updates follow their original within so many documents, three days.
BEHIND = 3 * ARTICLES_A_DAY
COPIES, UPDATES, AGAIN = 8, 3, 1
DERIVED = COPIES + UPDATES + AGAIN
# Half of the copies are of one of a day's few wire stories that everybody prints.
POPULAR = 5
MEDIAN, SPREAD, LEAST, MOST = 3_500.0, 0.74, 250.0, 60_000.0
SECTIONS = ("News", "World", "Politics", "Business", "Sport", "Culture", "Science", "Local")
FIRST = ("Mara", "Jon", "Elif", "Pedro", "Ingrid", "Tomas", "Aiko", "Lena", "Amir", "Ruth")
LAST = ("Castell", "Brandt", "Yildiz", "Moreno", "Halvorsen", "Novak", "Tanaka", "Whitfield")
AGENCIES = ("AP", "Reuters", "AFP", "dpa")
_SPEECH = re.compile("“([^“”]{12,400})”")


class Role(Enum):
    """What a document is among the others."""

    ORIGINAL = "original"
    COPY = "copy"
    UPDATE = "update"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Text:
    """A text as an outlet prints it."""

    outlet: int
    event: Event
    title: str
    paragraphs: Paragraphs
    is_wire: bool = False


@dataclass(frozen=True, slots=True)
class Maker:
    """All documents of a seed."""

    seed: int = 1

    def make_edited(self, number: int) -> Edited:
        """Document `number`, counted from 0, with its article; its uri is its own."""
        role, source = self.derive(number)
        of = number if role in (Role.ORIGINAL, Role.COPY) else source
        text = self.write(of)
        if role is Role.UPDATE:
            text = self._amend(text, number)
        article = self._make_article(of, text, self._draw(of, 5))
        if role is Role.UPDATE:
            article = replace(article, modified=_stamp(when_fetched(number)), imprint=None)
        return self._enclose(number, article)

    def derive(self, number: int) -> tuple[Role, int]:
        """What document `number` is, and the number of the original it comes from."""
        place = number % 100
        if number < BEHIND or place >= DERIVED:
            return Role.ORIGINAL, number
        rng = self._draw(number, 1)
        source = int(rng.integers(number - BEHIND, number))
        source += DERIVED if source % 100 < DERIVED else 0
        if place < COPIES:
            if rng.random() < 0.5:
                day = number // ARTICLES_A_DAY - 1
                source = day * ARTICLES_A_DAY + 100 * int(rng.integers(POPULAR)) + DERIVED
            return Role.COPY, min(source, number - 1)
        role = Role.UPDATE if place < COPIES + UPDATES else Role.AGAIN
        return role, min(source, number - 1)

    def write(self, number: int) -> Text:
        """The text of an original or of a copy."""
        role, source = self.derive(number)
        return self._copy(number, source) if role is Role.COPY else self._write_own(number)

    def _write_own(self, number: int) -> Text:
        rng = self._draw(number, 2)
        outlet = int(rng.integers(OUTLETS))
        language = speak(outlet)
        event = pick_event(self.seed, number, language, rng)
        paragraphs = _write_prose(language, event, rng)
        return Text(outlet, event, _write_title(language, event, rng), paragraphs)

    def _copy(self, number: int, source: int) -> Text:
        rng, text = self._draw(number, 3), self._write_own(source)
        kind = KINDS[int(rng.integers(len(KINDS)))]
        language = speak(text.outlet)
        outlet = text.outlet
        if kind != KINDS[0] or rng.random() < 0.5:
            outlet = int(rng.integers(OUTLETS // 8)) * 8 + text.outlet % 8
        paragraphs = change(text.paragraphs, kind, make_news_tongue(language), rng)
        title = text.title if rng.random() < 0.4 else _write_title(language, text.event, rng)
        return Text(outlet, text.event, title, paragraphs or text.paragraphs, True)

    def _amend(self, text: Text, number: int) -> Text:
        """The same article later: a paragraph more, one less, or another headline."""
        rng, language = self._draw(number, 4), speak(text.outlet)
        how = int(rng.integers(3))
        if how == 0:
            return replace(text, title=_write_title(language, text.event, rng))
        if how == 1 and len(text.paragraphs) > 2:
            return replace(text, paragraphs=text.paragraphs[:-1])
        more = write_sentences(make_news_tongue(language), rng, 40, text.event.words)
        return replace(text, paragraphs=[*text.paragraphs, more])

    def _make_article(self, number: int, text: Text, rng: Generator) -> Article:
        language = speak(text.outlet)
        join = "" if language == HAN else " "
        body = "\n\n".join(join.join(words) for words in text.paragraphs)
        outlet, site = f"Outlet {text.outlet}", f"outlet-{text.outlet}.example"
        when = when_fetched(number)
        url = f"https://www.{site}/{when:%Y/%m/%d}/{make_id('page', str(number))}"
        caption = join.join(text.paragraphs[0][:12])
        author = f"{FIRST[number % 10]} {LAST[number // 10 % 8]}"
        agency = AGENCIES[number % 4] if text.is_wire and rng.random() < 0.6 else None
        article = Article(
            id=make_id("article", url),
            content_hash=hash_content(f"{text.title}\n{body}".encode()),
            body=body,
            lines=tuple(list_removed(text.outlet, number, text.title, caption, rng)),
            language=language,
            word_count=sum(map(len, text.paragraphs)),
            url=url,
            canonical_url=url,
            site=site,
            outlet=outlet,
            title=text.title,
            standfirst=join.join(text.paragraphs[0][:25]) if rng.random() < 0.35 else None,
            byline=f"By {author}",
            authors=(Author(author, AuthorKind.PERSON, author),) if rng.random() < 0.84 else (),
            published=_stamp(_publish(when, rng)) if rng.random() < 0.95 else None,
            section=SECTIONS[int(rng.integers(8))],
            tags=tuple(text.event.words[28:][: int(rng.poisson(3.6))]),
            image_url=f"https://cdn.{site}/images/{number}.jpg",
            captions=_list_captions(number, site, caption, author, rng),
            headings=tuple(Heading(join.join(words[:5]), 2) for words in text.paragraphs[2:8:4]),
            links=list_links(text.outlet, site, rng),
            imprint=_make_imprint(text, join),
            kind=ArticleKind.NEWS,
            language_confidence=0.99,
            agency=agency,
            credit_line=agency,
            paywalled=False,
            truncated=False,
            reading_seconds=len(body) // 16,
            quotes=_list_quotes(body, rng),
            mentions=_list_mentions(body, text.event),
        )
        return replace(article, evidence=list_evidence(article))

    def _enclose(self, number: int, article: Article) -> Edited:
        digest = hash_content(f"{self.seed}:{number}".encode())
        size = 3 * len(article.body) + 40_000
        document = Document(
            id=make_id("document", digest),
            sha256=digest,
            size=size,
            uri=f"{article.url}#{number}",
            fetched_at=when_fetched(number),
            url=article.url,
            source=f"feed-{article.site}",
            content_type="text/html; charset=utf-8",
            place=Place(
                f"invented-{number // 5_000:06d}.warc.gz", number % 5_000 * 9_000, size // 5
            ),
        )
        return Edited(document, article, Media.HTML, "utf-8", "http", 0.012)

    def _draw(self, number: int, purpose: int) -> Generator:
        return np.random.default_rng([self.seed, purpose, number])


def when_fetched(number: int) -> datetime:
    """When document `number` was fetched: a thousand a day."""
    return START + timedelta(seconds=number * 86_400 // ARTICLES_A_DAY)


def _publish(fetched_at: datetime, rng: Generator) -> datetime:
    """Up to ten hours before."""
    return fetched_at - timedelta(minutes=int(rng.integers(1, 600)))


def _stamp(when: datetime) -> Stamp:
    return Stamp(when, Precision.SECOND, when, 0, ZoneFrom.OFFSET)


def _write_prose(language: str, event: Event, rng: Generator) -> Paragraphs:
    """Paragraphs of 25 to 90 words until the length is reached, which is drawn first."""
    tongue = make_news_tongue(language)
    left = min(MOST, max(LEAST, MEDIAN * np.exp(rng.normal(0, SPREAD))))
    told = [word for word in event.words if rng.random() < 0.75]
    paragraphs = []
    while left > 0:
        words = write_sentences(tongue, rng, int(rng.integers(25, 90)), told)
        sizes = np.cumsum([len(word.encode()) + (language != HAN) for word in words])
        keep = max(5, int(np.searchsorted(sizes, left)) + 1)
        paragraphs.append(words[:keep])
        left -= float(sizes[min(keep, len(sizes)) - 1])
    return paragraphs


def _write_title(language: str, event: Event, rng: Generator) -> str:
    """Names and words of the event among free ones."""
    words: Words = make_news_tongue(language).draw(rng, 4)
    words += [event.words[at] for at in rng.integers(0, len(event.words), 4).tolist()]
    words.append(event.names[int(rng.integers(4))])
    words = [words[at] for at in rng.permutation(len(words)).tolist()]
    words[0] = words[0][:1].upper() + words[0][1:]
    return ("" if language == HAN else " ").join(words)


def _list_captions(
    number: int, site: str, text: str, photographer: str, rng: Generator
) -> tuple[Caption, ...]:
    count = min(8, int(rng.poisson(1.3)))
    return tuple(
        Caption(text, photographer, photographer, None, f"https://cdn.{site}/images/{number}-{at}.jpg")
        for at in range(count)
    )  # fmt: skip


def _list_quotes(body: str, rng: Generator) -> tuple[Quote, ...]:
    who = f"{FIRST[int(rng.integers(10))]} {LAST[int(rng.integers(8))]}"
    rule = "quotes.after"
    return tuple(
        Quote(found[1], found.start(1), found.end(1), who, who, "said", rule=rule, confidence=0.9)
        for found in _SPEECH.finditer(body)
    )


def _list_mentions(body: str, event: Event) -> tuple[Mention, ...]:
    kinds = tuple(MentionKind)
    return tuple(
        Mention(name, kinds[len(name) % 3], starts, (name,), None, "mentions.name", 0.8)
        for name, starts in find_names(body, event.names).items()
    )


def _make_imprint(text: Text, join: str) -> Imprint:
    """A hash for each paragraph, and the beginning."""
    paragraphs = [join.join(words) for words in text.paragraphs]
    lines = tuple(
        int.from_bytes(sha256(paragraph.encode()).digest()[:7], "big") for paragraph in paragraphs
    )
    leads = [paragraph[:LEAD_LETTERS] for paragraph in paragraphs[:LEADS]]
    return Imprint(lines, (), "\n".join([text.title, *leads]))
