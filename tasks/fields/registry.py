"""The registry of fields, and the way from a page to an article.

A field is a function from a `Page` to candidates, best first, each with its evidence. To add one:
write the function in a module of its own, give it a row in `FIELDS`, and its value a place in
`Article`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.fields.addresses import find_canonical, find_image
from tasks.fields.bylines.authors import find_authors, find_byline
from tasks.fields.captions import list_captions
from tasks.fields.confidence import rate_confidence
from tasks.fields.kinds import find_kind
from tasks.fields.languages import find_language, find_other_language
from tasks.fields.mentions.entities import list_mentions
from tasks.fields.mentions.mentions import name_people, pick_people
from tasks.fields.outlets import find_outlet, find_site
from tasks.fields.paywalls import find_paywalled, find_truncated
from tasks.fields.readings import measure_seconds
from tasks.fields.sections import find_section, find_tags
from tasks.fields.speech.quotes import find_quotes
from tasks.fields.standfirsts import find_standfirst
from tasks.fields.times.dates import find_modified, find_published
from tasks.fields.titles.titles import find_title
from tasks.fields.told import add_told
from tasks.fields.urls import identify_url, normalise_url
from tasks.fields.wires.agencies import find_agency, find_credit_line
from tasks.fields.wires.datelines import find_dateline
from tasks.fields.words import count_words
from tasks.identity import make_id
from tasks.model import (
    Article,
    Author,
    Caption,
    Dateline,
    Document,
    Evidence,
    Found,
    Media,
    Page,
    Stamp,
)
from tasks.text.body import join_body, list_headings

Values = Mapping[str, Any]
Find = Callable[[Page], Sequence[Found[Any]]]
Derive = Callable[[Page, Values], Sequence[Found[Any]]]

MAX_CANDIDATES = 8
MAX_RAW = 300


@dataclass(frozen=True, slots=True)
class Field:
    """A field by name, and the function that lists its candidates, best first."""

    name: str
    find: Find


@dataclass(frozen=True, slots=True)
class Derived:
    """A field that also asks what was found before it: the values of `FIELDS`, of the derived ones
    above it, and `word_count`."""

    name: str
    find: Derive


FIELDS: tuple[Field, ...] = (
    Field("title", find_title),
    Field("standfirst", find_standfirst),
    Field("byline", find_byline),
    Field("authors", find_authors),
    Field("published", find_published),
    Field("modified", find_modified),
    Field("language", find_language),
    Field("site", find_site),
    Field("outlet", find_outlet),
    Field("canonical_url", find_canonical),
    Field("section", find_section),
    Field("tags", find_tags),
    Field("image_url", find_image),
    Field("dateline", find_dateline),
    Field("credit_line", find_credit_line),
    Field("paywalled", find_paywalled),
)

DERIVED: tuple[Derived, ...] = (
    Derived("agency", find_agency),
    Derived("kind", find_kind),
    Derived("truncated", find_truncated),
    Derived("other_language", find_other_language),
)


def find_article(page: Page, document: Document) -> Article:
    """The article of a page, every value with its evidence."""
    body = join_body(page)
    words = count_words(body)
    found = find_fields(page, words)
    values = {name: candidates[0].value for name, candidates in found.items() if candidates}
    captions = list_captions(page)
    mentions = list_mentions(body, values.get("language"), name_people(values.get("authors", ())))
    canonical = values.get("canonical_url")
    return Article(
        id=make_article_id(canonical, page.url or document.url, document.uri),
        content_hash=hash_article(values, body, captions),
        body=body,
        lines=page.lines,
        language=values.get("language"),
        word_count=words,
        url=page.url or document.url,
        canonical_url=canonical,
        site=values.get("site"),
        outlet=values.get("outlet"),
        title=values.get("title"),
        standfirst=values.get("standfirst"),
        byline=values.get("byline"),
        authors=values.get("authors", ()),
        published=values.get("published"),
        modified=values.get("modified"),
        section=values.get("section"),
        tags=values.get("tags", ()),
        image_url=values.get("image_url"),
        captions=captions,
        headings=list_headings(page),
        links=page.body_links,
        mentions=mentions,
        evidence=tuple(
            e
            for name, candidates in found.items()
            for e in list_evidence(name, page.media, candidates)
        ),
        quotes=find_quotes(body, values.get("language"), pick_people(mentions)),
        kind=values.get("kind"),
        language_confidence=found["language"][0].confidence if found["language"] else None,
        other_language=values.get("other_language"),
        dateline=values.get("dateline"),
        agency=values.get("agency"),
        credit_line=values.get("credit_line"),
        paywalled=values.get("paywalled"),
        truncated=values.get("truncated"),
        reading_seconds=measure_seconds(body, words),
    )


def find_fields(page: Page, words: int) -> dict[str, list[Found[Any]]]:
    """The candidates of every field, the derived ones last."""
    found = {field.name: add_told(field.name, page, field.find(page)) for field in FIELDS}
    values: dict[str, Any] = {name: c[0].value for name, c in found.items() if c}
    values["word_count"] = words
    for derived in DERIVED:
        candidates = found[derived.name] = list(derived.find(page, values))
        if candidates:
            values[derived.name] = candidates[0].value
    return found


def make_article_id(canonical: str | None, url: str | None, uri: str) -> str:
    """The id of what the article is: its canonical address, else its address, else its input."""
    address = canonical or url
    if address and normalise_url(address):
        return make_id("article", identify_url(address))
    return make_id("article", uri)


def list_evidence(name: str, media: Media, candidates: Sequence[Found[Any]]) -> list[Evidence]:
    """The first candidates of a field as rows, the chosen one first, each with the chance that it
    is right."""
    return [
        Evidence(
            name,
            print_value(f.value)[:MAX_RAW],
            f.raw[:MAX_RAW],
            f.rule,
            round(rate_confidence(name, media, f, chosen=index == 0), 3),
            index == 0,
        )
        for index, f in enumerate(candidates[:MAX_CANDIDATES])
    ]


def print_value(value: Any) -> str:  # noqa: ANN401 - a field's own type
    """A value in one line: stamps as ISO 8601, lists joined by a semicolon."""
    if isinstance(value, Stamp):
        return value.isoformat()
    if isinstance(value, Author):
        return value.name
    if isinstance(value, Dateline):
        return "; ".join(filter(None, (value.place, value.country, value.agency)))
    if isinstance(value, tuple):
        return "; ".join(print_value(item) for item in value)
    return str(value)


def hash_article(values: dict[str, Any], body: str, captions: Sequence[Caption]) -> str:
    """32 hex digits of SHA-256 over what a reader reads: title, standfirst, body, authors, day and
    time of publication, captions.

    Left out: the time of modification, which many systems renew without a change; tags, section
    and image, which change with the template; evidence, addresses and fetch time.
    """
    published = values.get("published")
    parts = (
        values.get("title") or "",
        values.get("standfirst") or "",
        body,
        "\n".join(author.name for author in values.get("authors", ())),
        published.isoformat() if published else "",
        "\n".join(f"{c.text or ''}\t{c.credit or ''}" for c in captions),
    )
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
