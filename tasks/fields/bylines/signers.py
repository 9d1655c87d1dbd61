"""What a page calls itself, to tell the outlet from a person in a byline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tasks.identity import fold_name

_ADDRESS = re.compile(r"^(?:https?://)?(?:www\.)?")
_DOMAIN = re.compile(r"(?<=\w\w)\.(?:com?|org|net|info|eu|[a-z]{2})(?:\.[a-z]{2})?$")
_ARTICLE = re.compile(r"^(?:the|die|der|das|le|la|el) ")


@dataclass(frozen=True, slots=True)
class Signer:
    """What the page is called: a byline that only says so names the outlet."""

    outlets: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str | None]) -> Signer:
        """From outlet names, site names and host names, as they come."""
        return cls(frozenset(k for name in names if name and (k := squeeze_name(name))))

    def is_outlet(self, name: str) -> bool:
        """Whether the name is the outlet's own, spaces, case and a domain ending aside."""
        if not self.outlets:
            return False
        key = squeeze_name(name)
        return bool(key) and key in self.outlets

    def drop_outlet(self, name: str) -> str:
        """A name of several words without the outlet's behind it ("Jane Doe EXAMPLE TIMES")."""
        words = name.split()
        for size in range(2, len(words) if self.outlets else 0):
            if self.is_outlet(" ".join(words[size:])):
                return " ".join(words[:size])
        return name


@lru_cache(maxsize=2_048)  # the sources of one page say the same names
def squeeze_name(name: str) -> str:
    """Letters and digits only, folded; "www." and the ending of a host name cut off."""
    bare = _ADDRESS.sub("", name.strip().casefold()).rstrip("/")
    bare = _ARTICLE.sub("", _DOMAIN.sub("", bare))
    return fold_name(bare).replace(" ", "")
