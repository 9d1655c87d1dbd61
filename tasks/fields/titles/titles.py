"""The title: what JSON-LD, Open Graph, the headings and <title> say, weighed together.

No single source is right on more than three pages of four. The claims that say the same are one
candidate; what speaks for each is weighed in `facts`, and its most careful printing is taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tasks.fields.titles.claims import (
    Claim,
    clean_title,
    cut_site,
    list_claims,
    list_printed,
    read_site,
)
from tasks.fields.titles.facts import rate
from tasks.model import Found, Label, Line, Media, Page

# What a printing counts for, by its source, where the sources print one title in several ways.
_PRINTING = {"jsonld.headline": 3.0, "html.h1": 2.0, "html.h1-main": 2.0, "meta.og:title": 1.25}
_LINE_PRINTING, _OTHER_PRINTING = 1.0, 0.5
_MARKS = str.maketrans({**dict.fromkeys("‘’`´", "'"), **dict.fromkeys("“”„«»", '"'), "–": "-"})
# A blank that the markup of a kicker leaves before a mark.
_GAP = re.compile(r"\s[:,.;]")
# How often a line with this rule is the title, on publishers that the model has not seen.
_TEXT_CONFIDENCE = {"text.headline": 0.86, "text.title": 0.7, "text.headline-doubted": 0.6}


def find_title(page: Page) -> Sequence[Found[str]]:
    """Candidates, best first; none for a text without a line labelled TITLE."""
    if page.media is Media.TEXT:
        return [_take_line(line, page) for line in page.lines if line.label is Label.TITLE]
    printed = list_printed(page)
    groups: dict[str, list[Claim]] = {}
    for claim in list_claims(page, printed):
        groups.setdefault(claim.key, []).append(claim)
    chances = rate(page, groups, printed)
    found = []
    for key in sorted(groups, key=lambda key: -chances[key]):
        best = choose_printing(groups[key])
        found.append(Found(best.text, best.raw, best.rule, round(chances[key], 3), best.span))
    return found


def _take_line(line: Line, page: Page) -> Found[str]:
    text = cut_site(clean_title(line.text), read_site(page))
    confidence = _TEXT_CONFIDENCE.get(line.rule, 0.5)
    return Found(text, line.text, line.rule, confidence, (line.start, line.end))


def choose_printing(claims: Sequence[Claim]) -> Claim:
    """The claim that prints the title best: as most sources do, not in capitals where one has small
    letters, and without the blanks that markup leaves before a colon."""
    if len(claims) == 1:
        return claims[0]
    votes: dict[str, float] = {}
    for claim in claims:
        text = _level(claim.text)
        votes[text] = votes.get(text, 0.0) + _weigh_printing(claim.rule)
    return max(claims, key=lambda c: votes[_level(c.text)] - _count_flaws(c.text))


def _weigh_printing(rule: str) -> float:
    return _PRINTING.get(rule, _LINE_PRINTING if rule.startswith("line.") else _OTHER_PRINTING)


def _level(text: str) -> str:
    return text.replace("`", "'") if text.isascii() else text.translate(_MARKS)


def _count_flaws(text: str) -> float:
    return 10.0 * text.isupper() + 4.0 * len(_GAP.findall(text))
