"""The byline lexicons, compiled once: prefixes, joins, roles, desks, agencies, what is no name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tasks.identity import fold_name
from tasks.lexicon.lines import UNSPACED, load_rows
from tasks.model import AuthorKind

_HEAD = re.compile(r"[^\s:：／/|·・＝=丨-]+")
# A name may stick to these.
_STUCK = ("By", "Par", "Por", "Von", "by", "von")


@dataclass(frozen=True, slots=True, eq=False)
class Lexicons:
    """Patterns and sets over the byline lexicons. Equal to itself alone, so that what is asked of
    them can be remembered."""

    prefixes: re.Pattern[str]
    prefix_heads: frozenset[str]
    prefix_words: frozenset[str]
    weak_prefixes: frozenset[str]
    places: re.Pattern[str]
    apart: re.Pattern[str]
    joins: re.Pattern[str]
    join_words: frozenset[str]
    join_parts: frozenset[str]
    suffixes: re.Pattern[str]
    ends: re.Pattern[str]
    marks: re.Pattern[str]
    contributed: re.Pattern[str]
    days: frozenset[str]
    cities: frozenset[str]
    waws: frozenset[str]
    contacts: frozenset[str]
    topics: frozenset[str]
    pictures: frozenset[str]
    wires: frozenset[str]
    sources: re.Pattern[str]
    copulas: frozenset[str]
    archives: re.Pattern[str]
    papers: frozenset[str]
    short_days: frozenset[str]
    titles: frozenset[str]
    particles: frozenset[str]
    roles: frozenset[str]
    role_ends: tuple[str, ...]
    unspaced_roles: tuple[str, ...]
    desks: frozenset[str]
    desk_words: frozenset[str]
    unspaced_desks: tuple[str, ...]
    agencies: dict[str, str]
    agencies_folded: dict[str, str]
    unspaced_agencies: tuple[str, ...]
    nonames: frozenset[str]
    sections: frozenset[str]
    organisations: frozenset[str]
    unspaced_organisations: tuple[str, ...]

    def may_begin(self, text: str) -> bool:
        """Whether the pattern of prefixes is worth trying: a cheap look at the first word."""
        head = find_head(text)
        return head in self.prefix_heads or text[:1] > "\u0dff" or text.startswith(_STUCK)

    def may_open(self, text: str) -> bool:
        """The same, where no prefix may be missed: words with letters that have several small ones
        go on to the pattern."""
        head = find_head(text)
        return not head.isascii() or head in self.prefix_heads or text.startswith(_STUCK)

    def is_role_word(self, word: str) -> bool:
        """Whether one word is a role by itself."""
        low = word.casefold().strip(".,:")
        return low in self.roles or ("-" in low and low.rsplit("-", 1)[-1] in self.roles)

    def is_role(self, text: str) -> bool:
        """Whether the text holds a role as a whole word."""
        low = text.casefold().strip(" .,:")
        if low in self.roles:
            return True
        if UNSPACED.search(low):
            return any(low.endswith(role) for role in self.unspaced_roles)
        words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", low)
        if any(w in self.roles or self._ends_as_role(w) for w in words):
            return True
        return any(f"{a} {b}" in self.roles for a, b in pairwise(words))

    def is_noname(self, folded: str) -> bool:
        """Whether it stands in place of a name, or is a section; some are called as places are."""
        return folded in self.nonames or folded in self.sections

    def is_wire(self, name: str) -> bool:
        """Whether the name is an agency's by what it is built of ("Harbour News Service")."""
        words = fold_name(name).split()
        sizes = range(1, min(len(words), 2) + 1)
        return any(" ".join(end) in self.wires for n in sizes for end in (words[:n], words[-n:]))

    def makes_pictures(self, role: str | None) -> bool:
        """Whether who has the role makes the pictures of a text: "Photographer", "Photos"."""
        return role is not None and role.casefold().strip(" .,:()") in self.pictures

    def _ends_as_role(self, word: str) -> bool:
        """Whether a longer word ends with a role, as German ones do."""
        return word.endswith(self.role_ends) and any(
            word.endswith(end) and len(word) > len(end) + 2 for end in self.role_ends
        )

    def find_kind(self, name: str) -> AuthorKind | None:
        """AGENCY or DESK where the lexicons know the name as one, else None."""
        bare = name.strip(" .,:;()[]@")
        if self.find_agency(bare):
            return AuthorKind.AGENCY
        return AuthorKind.DESK if self._is_desk(bare) else None

    def is_organisation(self, name: str) -> bool:
        """Whether a word of the name is one that only organisations have."""
        if name.endswith(self.unspaced_organisations):
            return True
        words = re.findall(r"[^\W\d_](?:\.?[^\W\d_])*", name.casefold())
        return any(w in self.organisations for w in words[1:] or words) or any(
            len(w) > 9 and w.endswith(_ORGANISED) for w in words
        )

    def is_newspaper(self, name: str) -> bool:
        """Whether the name is built as a newspaper's: "The Harbour Post", "Aldvik City Star"."""
        words = name.split()
        if len(words) < 2 or words[-1].casefold() not in self.papers or self.find_agency(name):
            return False
        if not all(word[:1].isupper() for word in words):
            return False
        return len(words) > 2 or words[0] == "The" or self.is_organisation(name)

    def find_agency(self, name: str) -> str | None:
        """The agency's usual name, also for "Reuters Staff" and "AFP/Example"."""
        if name in self.agencies:
            return self.agencies[name]
        folded = fold_name(name)
        if folded in self.agencies_folded and not (
            len(folded) <= 4 and name.isascii() and not name.isupper()
        ):
            return self.agencies_folded[folded]
        head, _, tail = folded.rpartition(" ")
        if tail in _AGENCY_STAFF and head in self.agencies_folded:
            return self.agencies_folded[head]
        return None

    def name_agency(self, name: str) -> str:
        """The agency as it signs, without "Staff" behind it."""
        bare = name.strip(" .,:;()[]@")
        head, _, tail = bare.rpartition(" ")
        return head if head and tail.casefold() in _AGENCY_STAFF else bare

    def _is_desk(self, name: str) -> bool:
        folded = fold_name(name)
        if folded in self.desks:
            return True
        if UNSPACED.search(folded):
            return any(folded.endswith(d) for d in self.unspaced_desks)
        words = folded.split()
        if len(words) > 1 and words[0] in _ARTICLES and " ".join(words[1:]) in self.desks:
            return True
        if len(words) > 2 and " ".join(words[-2:]) in self.desks:
            return True
        return len(words) > 1 and (words[-1] in self.desk_words or words[0] in self.desk_words)


def find_head(text: str) -> str:
    """The first word of a text, in small letters, up to the marks that may end a prefix."""
    match = _HEAD.match(text)
    return match[0].lower() if match else ""


@lru_cache(maxsize=1)
def load_lexicons() -> Lexicons:
    """Read and compile every byline lexicon."""
    words: dict[str, list[str]] = {}
    for kind, _language, *forms in load_rows("bylines.tsv"):
        words.setdefault(kind, []).extend(forms)
    desks = _forms("desks.tsv")
    agencies = {form: row[0] for row in load_rows("agencies.tsv") for form in row}
    roles = [*_forms("roles.tsv"), *words["pictures"]]
    labels = frozenset(words["prefix"]).intersection(_forms("nonames.tsv"))
    return Lexicons(
        prefixes=_compile_prefixes([*words["prefix"], *words["asked"]], labels),
        prefix_heads=frozenset(find_head(w) for w in (*words["prefix"], *words["asked"])),
        prefix_words=frozenset(fold_name(w) for w in words["prefix"]),
        weak_prefixes=frozenset(words["weak"]),
        places=_compile_words(words["place"], r"(?=[^\W\d_a-zß-öø-ÿ])"),
        apart=_compile_words(words["apart"], r"(?=\S)"),
        joins=_compile_joins(words["join"]),
        join_words=frozenset(fold_name(w) for w in words["join"]),
        join_parts=frozenset(part for w in words["join"] for part in w.lower().split()),
        suffixes=_compile_suffixes(words["suffix"]),
        ends=_compile_ends(words["end"]),
        marks=_compile_marks({kind: words[kind] for kind in MARKS}, roles),
        contributed=_compile_contributed(words["contributed"]),
        days=frozenset(fold_name(w) for w in words["day"]),
        cities=frozenset(fold_name(w) for w in words["city"]),
        waws=frozenset(words["waw"]),
        short_days=frozenset(fold_name(w) for w in words["shortday"]),
        copulas=frozenset(words["copula"]),
        archives=re.compile(rf"(?:{_alternatives(words['archive'])})\s+(?=\S)", re.IGNORECASE),
        papers=frozenset(words["paper"]),
        contacts=frozenset(fold_name(w) for w in words["contact"]),
        topics=frozenset(fold_name(w) for w in words["topic"]),
        sources=re.compile(
            rf"(?<!\w)(?:{_alternatives(words['source'])})\s?[:：]\s?", re.IGNORECASE
        ),
        wires=frozenset(fold_name(w) for w in words["wires"]),
        pictures=frozenset(w.casefold().strip(":") for w in (*words["pictures"], *words["credit"])),
        titles=frozenset(words["title"]),
        particles=frozenset(words["particle"]),
        roles=frozenset(r.casefold() for r in roles if r[0] != "-"),
        role_ends=tuple(r[1:].casefold() for r in roles if r[0] == "-"),
        unspaced_roles=tuple(r for r in roles if UNSPACED.search(r)),
        desks=frozenset(fold_name(d) for d in desks),
        desk_words=frozenset(fold_name(w) for w in _forms("desks.tsv", "part")),
        unspaced_desks=_list_unspaced_desks(desks, words["suffix"]),
        agencies=agencies,
        agencies_folded={fold_name(form): name for form, name in agencies.items()},
        unspaced_agencies=tuple(form for form in agencies if UNSPACED.search(form)),
        organisations=frozenset(w.casefold() for w in _forms("organisations.tsv")),
        unspaced_organisations=tuple(w for w in _forms("organisations.tsv") if UNSPACED.search(w)),
        nonames=_list_nonames(signing=[*desks, *agencies]).union(map(fold_name, words["topic"])),
        sections=frozenset(fold_name(w) for w in _forms("sections.tsv"))
        - {fold_name(name) for name in (*desks, *agencies)},
    )


def _list_unspaced_desks(desks: Iterable[str], suffixes: Iterable[str]) -> tuple[str, ...]:
    """Words that make a desk of any name they end; what stands behind a person's name does not."""
    signed = frozenset(suffixes)
    return tuple(
        fold_name(d) for d in desks if UNSPACED.search(d) and len(d) > 2 and d not in signed
    )


# The kinds of section marks: what their names did is their role, or no author's work at all.
MARKS = ("contributor", "editor", "translator", "credit", "reviewer")
_ORGANISED = ("verband", "stiftung", "verein", "ministerium", "gesellschaft", "zeitung", "verlag")
# Prefixes that a name may follow without a mark.
_PREFIXED = (
    "記者", "记者", "本报记者", "本報記者", "新华社记者", "新華社記者",
    "特派記者", "特派记者", "中央社記者", "โดย",
)  # fmt: skip
_AGENCY_STAFF = frozenset(
    {"staff", "team", "national", "sports", "politics", "business", "entertainment", "world"}
)
# Lexicons of lines, of which those that are a line as a whole are nobody's name.
_BUTTONS = (
    "lines_share.tsv", "lines_navigation.tsv", "lines_promo.tsv", "lines_comments.tsv",
    "lines_related.tsv",
)  # fmt: skip
_ARTICLES = frozenset({"the", "die", "la", "le", "los", "de", "der", "our", "unsere"})


def _forms(name: str, kind: str = "") -> list[str]:
    rows = (row for row in load_rows(name) if not kind or row[0] == kind)
    return [form for _language, *forms in rows for form in forms if form]


def _list_nonames(signing: Iterable[str]) -> frozenset[str]:
    """What stands in place of a name, folded: words of author fields and what buttons and menus are
    called, but for what signs, too."""
    said = [phrase for name in _BUTTONS for _, how, phrase, *_ in load_rows(name) if how == "whole"]
    buttons = frozenset(map(fold_name, said)) - frozenset(map(fold_name, signing))
    return buttons.union(map(fold_name, _forms("nonames.tsv")))


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(set(words), key=len, reverse=True) if w)


def _compile_prefixes(words: Iterable[str], labels: Iterable[str]) -> re.Pattern[str]:
    """A prefix at the start: before a space or colon, or, in an unspaced script, before a mark; a
    label ("Author") before a comma, too."""
    apart = _alternatives(w for w in words if "…" in w).replace("…", ".{3,60}?")
    stuck = "|".join(_STUCK)
    words = [w for w in words if "…" not in w]
    spaced = [w for w in words if not UNSPACED.search(w) and w[-1] != ":"]
    headed = [w[:-1] for w in words if w[-1] == ":"]
    unspaced = [w for w in words if UNSPACED.search(w)]
    return re.compile(
        rf"(?:(?:{apart})\s|(?-i:(?:{stuck})(?=[A-ZÀ-Þ][a-zß-öø-ÿ.]))"
        rf"|(?:{_alternatives(headed)})\s?[:：]\s?|(?:{_alternatives(labels)})\s?[,،]\s"
        rf"|(?:{_alternatives(spaced)})(?:\s?[:：／]\s?|\s[-–—]\s|\s|\s?\|\s)"
        rf"|(?:{_alternatives(unspaced)})\s?(?:[:：／/・＝=丨|]|\s)\s?"
        rf"|(?:{'|'.join(_PREFIXED)})(?=[\u0e00-\u0e7f\u3400-\u9fff]{{2,4}}(?:$|[\s、，,/／])))",
        re.IGNORECASE,
    )


def _compile_words(words: Iterable[str], after: str) -> re.Pattern[str]:
    return re.compile(rf"\s+(?i:{_alternatives(words)})\s+{after}")


def _compile_joins(words: Iterable[str]) -> re.Pattern[str]:
    spaced = [w for w in words if not UNSPACED.search(w)]
    unspaced = [w for w in words if UNSPACED.search(w)]
    return re.compile(
        rf",?\s+(?:{_alternatives(spaced)})\s+|\s*(?:[和与與]|\s(?:{_alternatives(unspaced)})\s)\s*"
        r"|(?<=[\u4e00-\u9fff])と(?=[\u4e00-\u9fff])",
        re.IGNORECASE,
    )


def _compile_marks(words: dict[str, list[str]], roles: Iterable[str]) -> re.Pattern[str]:
    """A section's mark, its kind as the name of the group. A word written with a colon in the
    lexicon needs one, or, where it is no role, a line of its own; one of an unspaced script needs a
    mark or a space."""
    people = frozenset(role.casefold() for role in roles)
    kinds = []
    for kind, forms in words.items():
        free = [w for w in forms if w[-1] != ":" and not UNSPACED.search(w)]
        headed = [w[:-1] for w in forms if w[-1] == ":"]
        unspaced = [w for w in forms if w[-1] != ":" and UNSPACED.search(w)]
        patterns = [rf"(?:{_alternatives(headed)})\s?[:：]"] if headed else []
        things = [w for w in headed if kind == "credit" and w.casefold() not in people]
        if things:
            patterns.append(rf"(?<![^\n])(?:{_alternatives(things)})\s?\n")
        if free:
            patterns.append(rf"(?:{_alternatives(free)})(?=[\s:：])\s?[:：]?")
        if unspaced:
            patterns.append(rf"(?:{_alternatives(unspaced)})\s?(?:[:：／/＝=]|\s)")
        kinds.append(rf"(?P<{kind}>{'|'.join(patterns)})")
    return re.compile(
        rf"(?:^|(?<=[\s,;(|.，；、]))(?:{'|'.join(kinds)})\s*(?=[^\s:])", re.IGNORECASE
    )


def _compile_contributed(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<=\s)(?:{_alternatives(words)})(?!\w)[^.|\n]*", re.IGNORECASE)


def _compile_suffixes(words: Iterable[str]) -> re.Pattern[str]:
    """Asked of names in unspaced scripts alone, so that "PD" may stand among them."""
    return re.compile(rf"[\s·/／]*(?:{_alternatives(words)})$")


def _compile_ends(words: Iterable[str]) -> re.Pattern[str]:
    spaced = [w for w in words if not UNSPACED.search(w)]
    unspaced = [w for w in words if UNSPACED.search(w)]
    return re.compile(
        r"(?:^|(?<=[\s,.|(•·–-]))(?<!und )(?<!and )(?<!& )(?<!ein )"
        rf"(?:{_alternatives(spaced)})(?![\w-])|(?:{_alternatives(unspaced)})",
        re.IGNORECASE,
    )
