"""What speaks for a title, and how much: facts of each candidate, and their learned weights.

A candidate is all the claims that say the same. Each fact is true, false or a share. The weights
stand in `tasks/weights/titles.tsv` beside what each fact means; `python -m bench.titles` makes
them. The sum of a candidate is compared with those of the others and with that of `none`, that no
candidate is the title (a conditional logit): all chances of a page add up to 1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from tasks.fields.titles.claims import (
    LONGEST_WHOLE,
    SHORTEST_PART,
    Claim,
    Printed,
    clean_title,
    find_address,
    fold_title,
)
from tasks.model import Page

WEIGHTS = "titles.tsv"
NONE = "none"
# Sources that are facts by themselves; each kind once, however often it says the same.
_SOURCES = (
    "jsonld.headline", "jsonld.headline-other", "jsonld.name", "meta.og:title",
    "meta.twitter:title", "meta.title", "html.title",
)  # fmt: skip
_EDITORIAL = frozenset({"meta.parsely-title", "meta.sailthru.title", "meta.headline"})
_ALTERNATIVE = frozenset({"jsonld.alternative", "jsonld.alternative-other"})
_TRUSTED = frozenset({"jsonld.headline", "meta.og:title"})
_NEAR = 3
_LONG, _SHORT, _SHORT_WORDS = 140, 20, 2
_WORD = re.compile(r"[^\W\d_]{3,}")
_ENDINGS = frozenset({"html", "shtml", "php", "article", "amp", "htm"})
_SPELT = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ss", "s"))

Groups = Mapping[str, Sequence[Claim]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the facts of all candidates of a page are told by."""

    groups: Groups
    h1: tuple[str, ...]
    has_main: bool
    title_tag: str
    address: frozenset[str]
    above: Mapping[str, int]
    nearest: int | None
    below_h1: frozenset[str]
    has_headline: bool


def rate(page: Page, groups: Groups, printed: Sequence[Printed]) -> dict[str, float]:
    """The chance of each candidate to be the title, by its key."""
    weights = load_weights()
    around = survey(page, groups, printed)
    scores = {
        key: sum(weights[name] * value for name, value in list_facts(key, around).items())
        for key in groups
    }
    top = max([*scores.values(), weights[NONE]])
    whole = sum(math.exp(s - top) for s in (*scores.values(), weights[NONE]))
    return {key: math.exp(score - top) / whole for key, score in scores.items()}


def survey(page: Page, groups: Groups, printed: Sequence[Printed]) -> Surroundings:
    """Reads once what the facts of every candidate need."""
    above: dict[str, int] = {}
    for heading in printed:
        above[heading.key] = min(heading.above, above.get(heading.key, heading.above))
    return Surroundings(
        groups=groups,
        h1=tuple(fold_title(clean_title(raw)) for raw in page.structured.h1[:1]),
        has_main=bool(page.structured.h1_mains),
        title_tag=fold_title((page.structured.title_tag or "")[:LONGEST_WHOLE]),
        address=read_address(find_address(page)),
        above=above,
        nearest=min((n for key, n in above.items() if key in groups and n <= _NEAR), default=None),
        below_h1=_find_below(printed),
        has_headline=any(c.rule == "jsonld.headline" for group in groups.values() for c in group),
    )


def list_facts(key: str, around: Surroundings) -> dict[str, float]:
    """The facts of one candidate that are not nothing, by name."""
    rules = {claim.rule for claim in around.groups[key]}
    facts: dict[str, float] = {name: 1.0 for name in _SOURCES if name in rules}
    above = around.above.get(key)
    told = {
        "meta.editorial": bool(rules & _EDITORIAL),
        "jsonld.alternative": bool(rules & _ALTERNATIVE),
        "three-sources": len(rules) >= 3,
        "below-h1": key in around.below_h1 and bool(rules & _TRUSTED),
        "near-without-headline": above is not None
        and above == around.nearest
        and not around.has_headline,
        "h1.main": "html.h1-main" in rules,
        "short": len(key) < _SHORT and len(key.split()) <= _SHORT_WORDS,
        "long": len(key) > _LONG,
    }
    facts.update((name, 1.0) for name, is_so in told.items() if is_so)
    if "html.h1" in rules:
        facts.update(_list_h1_facts(key, around))
    facts.update(_list_kin(key, around.groups))
    if around.address:
        facts["address"] = len(around.address & _spell(key)) / len(around.address)
    return facts


def _list_h1_facts(key: str, around: Surroundings) -> dict[str, float]:
    told = {
        "h1.first": key in around.h1 and not around.has_main,
        "h1.parted": key in around.h1 and around.has_main,
        "h1.later": key not in around.h1,
        "h1.in-title-tag": len(key) > 8 and key in around.title_tag,
        "h1.ends-title-tag": around.title_tag.endswith(f" {key}")
        and 2 * len(key) < len(around.title_tag),
    }
    return {name: 1.0 for name, is_so in told.items() if is_so}


def _list_kin(key: str, groups: Groups) -> dict[str, float]:
    """How the candidate is more or less than another one: at its head (a kicker), or its tail."""
    facts: dict[str, float] = {}
    for other in groups:
        if other == key:
            continue
        if len(other) > SHORTEST_PART:
            if key.endswith(f" {other}"):
                facts["head.more"] = 1.0
            elif key.startswith(f"{other} "):
                facts["tail.more"] = 1.0
        if len(key) > SHORTEST_PART:
            if other.endswith(f" {key}"):
                facts["head.less"] = 1.0
            elif other.startswith(f"{key} "):
                facts["tail.less"] = 1.0
    return facts


def _find_below(printed: Sequence[Printed]) -> frozenset[str]:
    """The headings of level 2 right below the first h1: where that one is made for search engines,
    readers see the headline here."""
    first = next((p for p in printed if p.line.tag == "h1"), None)
    if first is None:
        return frozenset()
    return frozenset(
        p.key
        for p in printed
        if p.line.tag == "h2" and 0 < p.line.number - first.line.number <= _NEAR
    )


def read_address(url: str) -> frozenset[str]:
    """The words of the address's part that has the most of them; none where they are too few to be
    a headline's."""
    path = url.partition("://")[2].partition("/")[2].partition("?")[0]
    parts = (_WORD.findall(part) for part in path.lower().split("/"))
    words = {_simplify(word) for word in max(parts, key=len)} - _ENDINGS
    return frozenset(words) if len(words) >= 3 else frozenset()


def _spell(key: str) -> set[str]:
    return {_simplify(word) for word in key.split()}


def _simplify(word: str) -> str:
    """One spelling for letters that addresses write in two ways (ü, ue)."""
    for two, one in _SPELT:
        word = word.replace(two, one)
    return word


@lru_cache(maxsize=1)
def load_weights() -> Mapping[str, float]:
    """The weight of each fact by name."""
    text = files("tasks.weights").joinpath(WEIGHTS).read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(weight) for name, _expected, weight, _meaning in rows}
