"""What each language says speech with: its verbs, pronouns, offices, and where the speaker stands.

The words are data (`speech.tsv`). A language without rows of its own is read with English words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tasks.lexicon.lines import load_rows

# Languages that share their words with another.
_SAME = {"nb": "no", "nn": "no", "sk": "cs", "be": "ru", "bg": "ru", "ca": "es", "gl": "pt",
         "ms": "id", "fa": "ar", "fo": "is"}  # fmt: skip
_NO_WORDS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sayings:
    """The words of one language, in lower case.

    `say` and `weak` verbs, `pronouns` with whom they may stand for ("he", "she", "they", "it"),
    `determiners` and `links` of a description, `aside` words before what is no subject, `roles`
    before a name (`longest_roles`: the longest first) with `role_ends`, `small` words that are no
    names, `persons` the first and second person, `helpers` auxiliaries and adverbs beside a verb,
    `inside` words before a place, `agents` words before the speaker of a verb without one ("lyder
    det fra"), `credit` phrases as a pattern.
    `feminine` and `masculine` articles, `anaphors` that open the sentence behind a quotation,
    `behind` words that follow the one who said it, `views` words before somebody's view,
    `nouns` and `person_ends` of people, `bodies` that are none.
    `spoken`, `verbal`, `unnamed` and `unspoken` are unions of these, made once.
    `inverted`: the speaker follows the verb behind a quotation. `dashed`: a dash may begin speech.
    """

    language: str
    say: frozenset[str]
    weak: frozenset[str]
    pronouns: dict[str, str]
    determiners: frozenset[str]
    links: frozenset[str]
    aside: frozenset[str]
    roles: frozenset[str]
    longest_roles: tuple[str, ...]
    role_ends: tuple[str, ...]
    small: frozenset[str]
    persons: frozenset[str]
    helpers: frozenset[str]
    inside: frozenset[str]
    agents: frozenset[str]
    feminine: frozenset[str]
    masculine: frozenset[str]
    anaphors: frozenset[str]
    behind: frozenset[str]
    views: frozenset[str]
    nouns: frozenset[str]
    person_ends: tuple[str, ...]
    bodies: frozenset[str]
    credit: re.Pattern[str] | None
    inverted: bool
    dashed: bool
    spoken: frozenset[str]
    verbal: frozenset[str]
    unnamed: frozenset[str]
    unspoken: frozenset[str]

    def is_role(self, word: str) -> bool:
        """Whether a word is an office or trade, alone or at the end of a compound."""
        low = word.lower().rstrip(".")
        if low in self.roles:
            return True
        if "-" in low and low.rsplit("-", 1)[-1] in self.roles:
            return True
        return len(low) > 6 and low.endswith(self.role_ends)

    def is_somebody(self, word: str) -> bool:
        """Whether a noun of a description is a person's: an office, a trade, a form like them."""
        low = word.lower()
        if low in self.bodies:
            return False
        if self.is_role(low) or low in self.nouns:
            return True
        return len(low) > 5 and low.endswith(self.person_ends)


@lru_cache(maxsize=64)
def load_sayings(language: str | None) -> Sayings:
    """The words of a language (ISO 639-1); English ones where it has none."""
    code = (language or "en").lower()[:2]
    code = _SAME.get(code, code)
    rows = _list_rows()
    if ("say", code) not in rows:
        code = "en"

    def words(kind: str) -> frozenset[str]:
        return rows.get((kind, code), _NO_WORDS)

    roles, people = words("role"), words("person")
    return Sayings(
        language=code,
        say=words("say"),
        weak=words("weak"),
        pronouns={word: kind for kind in ("it", "they", "she", "he") for word in words(kind)},
        determiners=words("the"),
        links=words("of"),
        aside=words("to"),
        roles=frozenset(role for role in roles if role[0] != "-"),
        longest_roles=_order_by_length(role for role in roles if role[0] != "-"),
        role_ends=tuple(role[1:] for role in roles if role[0] == "-") or ("\0",),
        small=words("small"),
        persons=words("me"),
        helpers=words("aux"),
        inside=words("in"),
        agents=words("from"),
        feminine=words("feminine"),
        masculine=words("masculine"),
        anaphors=words("that"),
        behind=words("behind"),
        views=words("for"),
        nouns=frozenset(word for word in people if word[0] != "-"),
        person_ends=tuple(word[1:] for word in people if word[0] == "-") or ("\0",),
        bodies=words("body"),
        credit=_compile_credit(words("credit")),
        inverted="after" in words("order"),
        dashed="yes" in words("dash"),
        spoken=words("say") | words("weak"),
        verbal=words("say") | words("aux"),
        unnamed=words("say") | words("to"),
        unspoken=words("me") | words("small"),
    )


@lru_cache(maxsize=1)
def _list_rows() -> dict[tuple[str, str], frozenset[str]]:
    return {
        (kind, language): frozenset(word.lower() for word in words if word)
        for kind, language, *words in load_rows("speech.tsv")
    }


def _order_by_length(words: Iterable[str]) -> tuple[str, ...]:
    """The longest first; of one length by their letters, however a set orders them."""
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _compile_credit(phrases: frozenset[str]) -> re.Pattern[str] | None:
    """A pattern for the phrases as whole words, the longest first."""
    if not phrases:
        return None
    longest = map(re.escape, _order_by_length(phrases))
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest)})(?!\w)", re.IGNORECASE)
