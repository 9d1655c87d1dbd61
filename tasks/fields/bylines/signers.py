"""What a page calls itself, to tell the outlet from a person in a byline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tasks.identity import fold_name
from tasks.lexicon.lines import load_rows

_ADDRESS = re.compile(r"^(?:https?://)?(?:www\.)?")
_DOMAIN = re.compile(r"(?<=\w\w)\.(?:com?|org|net|info|eu|[a-z]{2})(?:\.[a-z]{2})?$")
# What is left of an outlet's name has so many letters at least.
_SHORTEST = 3
_PARTED = re.compile(r"\s+[|–—•]\s+|\s+-\s+")
_ARTICLE = re.compile(r"^(?:the|die|der|das|le|la|el) ")


@dataclass(frozen=True, slots=True)
class Signer:
    """What the page is called: a byline that only says so names the outlet."""

    outlets: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str | None]) -> Signer:
        """From outlet names, site names and host names, as they come."""
        parts = [p for name in names if name for p in (name, *_PARTED.split(name))]
        return cls(frozenset(k for part in parts if (k := squeeze_name(part))))

    def is_outlet(self, name: str) -> bool:
        """Whether the name is the outlet's own, spaces, case and a domain ending aside."""
        if not self.outlets:
            return False
        return not self.outlets.isdisjoint(_list_keys(name))

    def drop_outlet(self, name: str) -> str:
        """A name of several words without the outlet's behind it ("Jane Doe EXAMPLE TIMES")."""
        words = name.split()
        for size in range(2, len(words) if self.outlets else 0):
            if self.is_outlet(" ".join(words[size:])):
                return " ".join(words[:size])
        return name


@lru_cache(maxsize=2_048)  # a name is asked for by several sources
def _list_keys(name: str) -> tuple[str, ...]:
    """The name squeezed, and so without what outlets add to it: "ABC News" is "ABC", but "Berlin"
    is not "Berlin Online"."""
    key = squeeze_name(name)
    bare = _load_added().sub("", key)
    return (key, bare) if bare != key and len(bare) >= _SHORTEST else (key,) if key else ()


@lru_cache(maxsize=1)
def _load_added() -> re.Pattern[str]:
    rows = list(load_rows("bylines.tsv"))
    ends, heads = (
        "|".join(squeeze_name(w) for kind, _, *words in rows if kind == wanted for w in words)
        for wanted in ("outletend", "outlethead")
    )
    return re.compile(f"(?:{ends})$|^(?:{heads})")


@lru_cache(maxsize=2_048)  # the sources of one page say the same names
def squeeze_name(name: str) -> str:
    """Letters and digits only, folded; "www." and the ending of a host name cut off."""
    bare = _ADDRESS.sub("", name.strip().casefold()).rstrip("/")
    bare = _ARTICLE.sub("", _DOMAIN.sub("", bare))
    return fold_name(bare).replace(" ", "")
