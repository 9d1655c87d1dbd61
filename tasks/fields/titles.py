"""The title: what JSON-LD, Open Graph, the first headings and <title> say, weighed together.

No single source is right on more than three pages of four; where two agree they mostly are. So
each candidate has a weight of its own, and gains by every other source that says the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tasks.fields.claims import clean_text, list_articles, list_meta, list_texts
from tasks.fields.outlets import make_signer, read_host
from tasks.fields.signers import Signer, squeeze_name
from tasks.identity import fold_name
from tasks.model import Found, Label, Media, Page

_SEPARATOR = re.compile(r"\s+(?:[|–—·•»«›‹~-]|::|//|\|\|)\s+|\s*[|｜]\s*|\s*_\s*(?=[^_]{2,20}$)")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe"})
_LONGEST = 400
# What the page shows as its title, to cut <title> and og:title by.
_DISPLAYED = frozenset({"html.h1", "jsonld.headline"})
_META = (
    ("og:title", 0.52),
    ("twitter:title", 0.23),
    ("headline", 0.3),
    ("dc.title", 0.4),
    ("parsely-title", 0.5),
    ("sailthru.title", 0.4),
    ("title", 0.1),
)


@dataclass(frozen=True, slots=True)
class _Claim:
    text: str
    raw: str
    rule: str
    weight: float
    span: tuple[int, int] | None = None


def find_title(page: Page) -> Sequence[Found[str]]:
    """Candidates, best first; none for a text without a line labelled TITLE."""
    if page.media is Media.TEXT:
        return [
            Found(clean_text(line.text), line.text, line.rule, 0.9, (line.start, line.end))
            for line in page.lines
            if line.label is Label.TITLE
        ]
    site = _Site(make_signer(page), squeeze_name(read_host(page.url) or ""))
    claims = list(_list_claims(page))
    known = {fold_name(c.text) for c in claims if c.rule in _DISPLAYED}
    claims = [replace(c, text=_cut_known(cut_site(c.text, site), known)) for c in claims]
    claims = _cut_kickers(claims)
    return _weigh(
        [c for c in claims if 1 < len(c.text) <= _LONGEST and not site.signer.is_outlet(c.text)]
    )


def _list_claims(page: Page) -> Iterator[_Claim]:
    for node in list_articles(page):
        own = node is page.structured.article
        for raw in list_texts(node.get("headline")):
            yield _Claim(clean_text(raw), raw, "jsonld.headline", 0.75 if own else 0.4)
        if not node.get("headline"):
            for raw in list_texts(node.get("name")):
                yield _Claim(clean_text(raw), raw, "jsonld.name", 0.3 if own else 0.1)
    for name, weight in _META:
        for _, raw in list_meta(page, name):
            yield _Claim(clean_text(raw), raw, f"meta.{name}", weight)
    yield from _list_headings(page)
    if page.structured.title_tag:
        raw = page.structured.title_tag
        yield _Claim(clean_text(raw), raw, "html.title", 0.1)


def _list_headings(page: Page) -> Iterator[_Claim]:
    """The first headings; one that <title> repeats is the page's own, others may be a logo's."""
    told = fold_name(page.structured.title_tag or "")
    for index, raw in enumerate(page.structured.h1[:4]):
        text = clean_text(raw)
        borne_out = len(text) > 8 and fold_name(text) in told
        weight = 0.74 if borne_out else 0.62 if index == 0 else 0.3
        yield _Claim(text, raw, "html.h1", weight)


@dataclass(frozen=True, slots=True)
class _Site:
    """The outlet's names, and the host it is read from."""

    signer: Signer
    host: str

    def is_named(self, part: str) -> bool:
        """Whether a part of a title is the site's name: a known one, or what the host spells."""
        if self.signer.is_outlet(part):
            return True
        key = squeeze_name(part)
        if len(key) < 4 or len(self.host) < 4:
            return False
        return key in self.host or self.host in key or _spell_umlauts(part) in self.host


def _spell_umlauts(part: str) -> str:
    return squeeze_name(part.lower().translate(_UMLAUTS)) or "\0"


def cut_site(title: str, site: _Site) -> str:
    """The title without a part, at either end, that is the site's name."""
    for _ in range(3):
        marks = list(_SEPARATOR.finditer(title))
        if not marks:
            break
        last, first = marks[-1], marks[0]
        if site.is_named(title[last.end() :]):
            title = title[: last.start()].strip()
        elif site.is_named(title[: first.start()]):
            title = title[first.end() :].strip()
        else:
            break
    return title


def _cut_known(title: str, known: set[str]) -> str:
    """A title of parts of which one, at either end, is what the page itself displays."""
    for mark in _SEPARATOR.finditer(title):
        for part in (title[: mark.start()].strip(), title[mark.end() :].strip()):
            if len(part) > 10 and fold_name(part) in known:
                return part
    return title


def _cut_kickers(claims: Sequence[_Claim]) -> list[_Claim]:
    """Displayed titles without a kicker before them, where og:title has none."""
    bare = [c.text for c in claims if c.rule == "meta.og:title" and len(c.text) > 10]
    if not bare:
        return list(claims)
    title, folded = bare[0], fold_name(bare[0])
    return [
        replace(c, text=title)
        if c.rule in _DISPLAYED and fold_name(c.text).endswith(f" {folded}")
        else c
        for c in claims
    ]


def _weigh(claims: Sequence[_Claim]) -> list[Found[str]]:
    """The claims that say the same count together, each kind of source once."""
    groups: dict[str, list[_Claim]] = {}
    for claim in claims:
        groups.setdefault(fold_name(claim.text) or claim.text, []).append(claim)
    scored = []
    for group in groups.values():
        weights: dict[str, float] = {}
        for claim in group:
            weights[claim.rule] = max(claim.weight, weights.get(claim.rule, 0.0))
        best = max(group, key=lambda c: c.weight)
        scored.append((sum(weights.values()), best))
    scored.sort(key=lambda pair: -pair[0])
    total = sum(score for score, _ in scored)
    return [
        Found(c.text, c.raw, c.rule, round(0.4 * min(score, 1.5) / 1.5 + 0.57 * score / total, 3))
        for score, c in scored
    ]
