"""The title: what JSON-LD, Open Graph, the first headings and <title> say, weighed together.

No single source is right on more than three pages of four; where two agree they mostly are. So
each candidate has a weight of its own, and gains by every other source that says the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.fields.claims import clean_text, list_articles, list_meta, list_texts
from tasks.fields.lexicons import fold_name
from tasks.fields.names import Signer
from tasks.fields.outlets import make_signer
from tasks.model import Found, Label, Media, Page

_SEPARATOR = re.compile(r"\s+(?:[|–—·•»«›‹~-]|::|//|\|\|)\s+|\s*[|｜]\s*|\s*_\s*(?=[^_]{2,20}$)")
_LONGEST = 400


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
    signer = make_signer(page)
    claims = [_cut(claim, signer) for claim in _list_claims(page)]
    claims = [c for c in claims if 1 < len(c.text) <= _LONGEST and not signer.is_outlet(c.text)]
    return _weigh(claims)


def _list_claims(page: Page) -> Iterator[_Claim]:
    for node in list_articles(page):
        own = node is page.structured.article
        for raw in list_texts(node.get("headline")):
            yield _Claim(clean_text(raw), raw, "jsonld.headline", 0.7 if own else 0.3)
        if not node.get("headline"):
            for raw in list_texts(node.get("name")):
                yield _Claim(clean_text(raw), raw, "jsonld.name", 0.5 if own else 0.2)
    for name, raw in list_meta(page, "og:title"):
        yield _Claim(clean_text(raw), raw, f"meta.{name}", 0.72)
    for name, raw in list_meta(page, "twitter:title"):
        yield _Claim(clean_text(raw), raw, f"meta.{name}", 0.45)
    for name, raw in list_meta(
        page, "headline", "parsely-title", "dc.title", "sailthru.title", "title", "name"
    ):
        yield _Claim(clean_text(raw), raw, f"meta.{name}", 0.4)
    for index, raw in enumerate(page.structured.h1[:4]):
        yield _Claim(clean_text(raw), raw, "html.h1", 0.65 if index == 0 else 0.4)
    if page.structured.title_tag:
        raw = page.structured.title_tag
        yield _Claim(clean_text(raw), raw, "html.title", 0.4)


def _cut(claim: _Claim, signer: Signer) -> _Claim:
    """Without the site's name at either end."""
    return _Claim(cut_site(claim.text, signer), claim.raw, claim.rule, claim.weight, claim.span)


def cut_site(title: str, signer: Signer) -> str:
    """The title without a part, at either end, that is the outlet's name."""
    for _ in range(3):
        marks = list(_SEPARATOR.finditer(title))
        if not marks:
            break
        last, first = marks[-1], marks[0]
        if signer.is_outlet(title[last.end() :]):
            title = title[: last.start()].strip()
        elif signer.is_outlet(title[: first.start()]):
            title = title[first.end() :].strip()
        else:
            break
    return title


def _weigh(claims: Sequence[_Claim]) -> list[Found[str]]:
    groups: dict[str, list[_Claim]] = {}
    for claim in claims:
        groups.setdefault(fold_name(claim.text) or claim.text, []).append(claim)
    scored = []
    for group in groups.values():
        rules = {c.rule: c.weight for c in reversed(group)}
        missing = 1.0
        for weight in rules.values():
            missing *= 1 - weight
        best = max(group, key=lambda c: c.weight)
        scored.append(Found(best.text, best.raw, best.rule, round(1 - missing, 3), best.span))
    return sorted(scored, key=lambda f: -f.confidence)
