"""Names of people: what looks like one, and how it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from tasks.fields.bylines.lexicons import Lexicons
from tasks.fields.bylines.text import EDGE
from tasks.identity import fold_name

CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
KEPT_GENERATION = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
_LETTER = re.compile(r"[^\W\d_]")
_LETTERS = re.compile(r"[^\W\d_]+")
_LOGIN = re.compile(r"^(?:[a-z0-9_.-]*\d[a-z0-9_.-]*|[a-z]+[._-][a-z._-]+)$")
_HANDLE = re.compile(r"^(?=.*[^\W\d_])[\w.-]{3,24}$")
# "G1", "F1": a channel or a race.
_CODE = re.compile(r"^[A-Z]{1,3}\d$")
_MC = re.compile(r"\bMc([a-z])")
_O = re.compile(r"\b([OD])(['’])([a-z])")
_POSSESSIVE = re.compile(r"(?<=[^\W\d_]['’])S\b")
_INITIALS = re.compile(r"^(?:[^\W\d_]\.?){1,3}$")
_ONE_LETTER = re.compile(r"^[^\W\d_](?:\.[^\W\d_])*\.?$")
_ELIDED = re.compile(r"^[a-z]{1,5}['’](?=[^\W\d_])(?![a-zß-öø-ÿ])")
# Georgian is written in letters that Unicode calls small.
_UNICASE = re.compile("[\u10d0-\u10ff]")
_TURKISH = re.compile("[İĞŞ]")
_DEGREE = re.compile(
    r"^(?:phd|md|esq|mba|cfa|cpa|rn|rd|ma|ba|msc|bsc|dds|do|mp|obe|cbe|mbe|pharmd|jd|rdn|dvm|psyd"
    r"|edd|lcsw|mph|bs|ms|frcp|fca)$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"[!?<>{}=#%$€£+@|;]|\.\.\.|…")
_NO_ASIAN_NAME = re.compile(r"[。！？!?「」『』…、，=＝@|;]")
_MAX_NAME_WORDS = 6
_MAX_ASIAN_CHARS = 14


def trim_name(text: str) -> str:
    """Without marks at the ends; the full stop of "Jr." and of an initial stays."""
    name = text.strip(EDGE)
    last = name.rsplit(" ", 1)[-1]
    dotted = last.lower() in ("jr", "sr") or (len(last) == 1 and last.isupper() and last != name)
    return f"{name}." if dotted and f"{name}." in text else name


def strip_titles(text: str, lexicons: Lexicons) -> str:
    """Without "Dr.", "Prof." and their like in front, degrees behind."""
    words = text.split()
    while len(words) > 1 and words[0].lower() in lexicons.titles and not _is_initial(words):
        words = words[1:]
    while len(words) > 2 and is_degree(words[-1]):
        words = words[:-1]
    return " ".join(words)


def _is_initial(words: Sequence[str]) -> bool:
    """Whether the first word is one letter, as titles may be, and an initial: "D. B. Doe",
    "D. Doe"."""
    alone = len(words[0].strip(".")) == 1
    return alone and (len(words) == 2 or _ONE_LETTER.match(words[1]) is not None)


def is_degree(word: str) -> bool:
    """Whether the word is a degree as printed behind a name: "PhD", "M.D."."""
    bare = word.strip(",.").replace(".", "")
    return bool(_DEGREE.match(bare)) and (bare.isupper() or bare == "PhD")


def is_inverted(pieces: Sequence[str], lexicons: Lexicons) -> bool:
    """Two parts of which neither is a whole name: "McDonald, John" or "de la Cruz, Ana María"."""
    last, first = (p.strip(EDGE) for p in pieces)
    if CJK.search(last + first) or lexicons.is_role(first) or lexicons.is_role(last):
        return False
    if any(lexicons.find_kind(p) for p in (last, first)) or is_degree(first):
        return False
    if fold_name(first) in lexicons.days | lexicons.cities | KEPT_GENERATION:
        return False
    last_words, first_words = last.split(), first.split()
    heads = [w for w in last_words if w.lower() not in lexicons.particles]
    plain = all(w[:1].isupper() for w in heads + first_words if w)
    shouted = first.isupper() and not (last.isupper() and len(first_words) == 1)
    return plain and len(heads) == 1 and 1 <= len(first_words) <= 2 and not shouted


def is_person(name: str, lexicons: Lexicons) -> bool:
    """Whether it looks like a person's name: few words, capitals where the script has them."""
    if "\n" in name or "\t" in name or len(name) < 2:
        return False
    if not _LETTER.search(name) or sum(map(str.isdigit, name)) > 1:
        return False
    folded = fold_name(name)
    if lexicons.is_noname(folded) or folded in lexicons.days or lexicons.is_role(name):
        return False
    words = name.split()
    if len(words) > _MAX_NAME_WORDS or _LOGIN.match(name):
        return False
    if len(words) > 1 and words[-1].islower() and words[-1] in lexicons.particles:
        return False
    if any(w.lower() == "by" or _CODE.match(w) for w in words):
        return False
    if CJK.search(name):
        return _is_asian_name(name)
    if _NO_NAME.search(name):
        return False
    named = [w for w in words if w.lower().strip(".") not in lexicons.particles]
    if not named or not all(_opens_name(w) for w in named):
        return False
    return len(name) > 2 or not name.isascii()


def _is_asian_name(name: str) -> bool:
    return len("".join(name.split())) <= _MAX_ASIAN_CHARS and not _NO_ASIAN_NAME.search(name)


def _opens_name(word: str) -> bool:
    """A capital, or a letter of a script without capitals."""
    first = next((c for c in word if c.isalpha()), "")
    return bool(first) and (
        first.isupper()
        or not first.islower()
        or _UNICASE.match(first) is not None
        or any(c.isupper() for c in word[1:3])
        or _ELIDED.match(word) is not None
    )


def split_role(name: str, lexicons: Lexicons) -> tuple[str, str | None]:
    """The name and the role written beside it without a mark ("Jane Doe Political Editor")."""
    if CJK.search(name):
        return _split_asian_role(name, lexicons)
    words = name.split()
    for size in range(2, len(words)):
        rest = words[size:]
        if lexicons.is_role_word(rest[-1]) or lexicons.is_role_word(rest[0]):
            return " ".join(words[:size]), " ".join(rest)
    if len(words) > 2 and lexicons.is_role_word(words[0]):
        start = next((i for i, w in enumerate(words) if not lexicons.is_role_word(w)), 0)
        if len(words) - start >= 2 and not words[start][0].islower():
            return " ".join(words[start:]), " ".join(words[:start])
    return name, None


def _split_asian_role(name: str, lexicons: Lexicons) -> tuple[str, str | None]:
    """The name without what stands behind it ("山田太郎記者"); the role where it is one."""
    role: str | None = None
    head, _, rest = name.partition("・")
    if rest and head in lexicons.unspaced_roles:
        name, role = rest, head  # "編集委員・山田太郎"
    match = lexicons.suffixes.search(name)
    while match and match.start() >= 2:
        behind = match[0].strip(" ·/／")
        role = behind if behind in lexicons.unspaced_roles else role
        name = name[: match.start()].rstrip(EDGE + "·")
        match = lexicons.suffixes.search(name)
    return name, role


def is_login(text: str, lexicons: Lexicons) -> bool:
    """Whether the text is one word by which a system knows somebody ("jdoe", "anna.k")."""
    if not _HANDLE.match(text) or text.isdigit() or sum(c.isdigit() for c in text) > 4:
        return False
    folded = fold_name(text)
    if lexicons.is_noname(folded) or folded in lexicons.prefix_words or folded in lexicons.days:
        return False
    if folded.rstrip("0123456789 ") in lexicons.nonames:
        return False  # "admin8472"
    known = lexicons.is_role(text) or lexicons.find_kind(text) or lexicons.is_organisation(text)
    return not known


def print_name(name: str, lexicons: Lexicons) -> str:
    """The name as printed, or, where it is all capitals, as a name is written."""
    words = name.split()
    shouted = name.upper() == name and name.lower() != name
    if len(words) > 1 and shouted and any(len(w.strip(".")) > 2 for w in words):
        turkish = _TURKISH.search(name) is not None
        words = [_write_word(w, i, turkish, lexicons) for i, w in enumerate(words)]
    elif len(words) > 1:
        words = [_calm_surname(w, words) for w in words]
    return " ".join(words).strip(" ,;:|/-–—•·")


def _calm_surname(word: str, words: Sequence[str]) -> str:
    """ "Jean DUPONT" is Jean Dupont; initials and short forms stay."""
    bare = word.strip(".,")
    if bare[:2] == "Mc" and bare[2:].isupper() and len(bare) > 4:
        return f"Mc{bare[2:].capitalize()}"
    if len(bare) < 4 or not bare.isupper() or "." in bare or CJK.search(bare):
        return word
    if any(_INITIALS.match(w) for w in words if w != word and len(w) == 1):
        return word
    return _capitalise(word, turkish=_TURKISH.search(word) is not None)


def _write_word(word: str, index: int, turkish: bool, lexicons: Lexicons) -> str:
    low = word.lower()
    if index and low in lexicons.particles and len(low) > 1:
        return low
    if _INITIALS.match(word) and ("." in word or len(word) == 1):
        return word
    if low.strip(".") in ("ii", "iii", "iv"):
        return word
    return _capitalise(word, turkish=turkish)


def _capitalise(word: str, *, turkish: bool) -> str:
    """A capital and small letters, also after a hyphen or an apostrophe; in Turkish the small form
    of I is ı, and that of İ is i."""

    def calm(match: re.Match[str]) -> str:
        rest = match[0][1:]
        if turkish:
            rest = rest.replace("I", "ı").replace("İ", "i")
        return match[0][:1] + rest.lower()

    written = _MC.sub(lambda m: f"Mc{m[1].upper()}", _LETTERS.sub(calm, word))
    written = unicodedata.normalize("NFC", _POSSESSIVE.sub("s", written))
    return _O.sub(lambda m: f"{m[1]}{m[2]}{m[3].upper()}", written)
