"""What a page says its title is: every claim, cleaned, with the site's name cut off.

Claims come from JSON-LD, meta elements, the headings of level 1, <title>, and the headings printed
above the article that say what one of the others says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tasks.fields.bylines.signers import Signer, squeeze_name
from tasks.fields.claims import clean_text, list_articles, list_meta, list_texts
from tasks.fields.outlets import make_signer, read_host
from tasks.identity import fold_name
from tasks.lexicon.lines import is_unspaced
from tasks.model import Label, Line, Page

# What stands between the parts of a title. The letter l is a bar to those who lack one.
_SEPARATOR = re.compile(
    r"\s+(?:[|–—·•»«›‹~:l-]|::|//|\|\||>>|<<|--)\s+|\s*[|｜]\s*|\s*_\s*(?=[^_]{2,20}$)"
    r"|：(?=[^：]{2,20}$)"
)
_BRACKETED = re.compile(r"\s*[(（\[]([^()（）\[\]]{2,60})[)）\]]$")
# Elements that editors put into a headline, and that JSON-LD and meta elements then spell out.
_TAG = re.compile(
    r"</?(?:a|b|abbr|br|cite|del|em|font|i|ins|mark|p|q|s|small|span|strong|sub|sup|u|wbr)"
    r"(?:\s[^<>]{0,200})?/?>",
    re.IGNORECASE,
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe"})
_ARCHIVED = re.compile(r"https?://web\.archive\.org/web/[^/]+/(.+)", re.DOTALL)
_META = (
    "og:title", "twitter:title", "headline", "dc.title", "parsely-title", "sailthru.title", "title",
)  # fmt: skip
_JSONLD = (
    ("jsonld.headline", "headline"),
    ("jsonld.alternative", "alternativeHeadline"),
    ("jsonld.name", "name"),
)
_DISPLAYED = frozenset({"html.h1", "html.h1-main", "jsonld.headline"})
_HEADINGS = frozenset({"h1", "h2", "h3"})
LONGEST, LONGEST_WHOLE = 400, 1_000
SHORTEST_PART = 10
# How often longer than the host the site's name may be, and a last part that begins with it.
_LONGEST_NAME, _LONGEST_LAST = 2, 3
# What stands where a source cut the title off, and the least that is left of such a one.
_CUT_OFF = re.compile(r"\s*(?:\.\.\.|…)$")
_LEAST_LEFT = 20
MAX_H1 = 8
# So many titles of one source are looked at: each is compared with all others.
_MOST_TOLD = 40
# How many lines above the article a heading may stand to be its title.
REACH = 40


@dataclass(frozen=True, slots=True)
class Claim:
    """A title as one source gives it: `rule` names the source, `key` is the text folded, so that
    two claims of one title have one key. `span` is set where it was read from a line."""

    text: str
    raw: str
    rule: str
    key: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """A heading as printed: `above` is how many lines it stands over the article's first
    paragraph, or -1 where the page has none."""

    line: Line
    key: str
    above: int


@dataclass(frozen=True, slots=True)
class Site:
    """The outlet's names, and the host it is read from."""

    signer: Signer
    host: str

    def is_named(self, part: str) -> bool:
        """Whether a part of a title is the site's name: a known one, or what the host spells, a
        few words more allowed. Headlines may name the site, too."""
        if self.signer.is_outlet(part):
            return True
        key = squeeze_name(part)
        if len(key) < 4 or len(self.host) < 4:
            return False
        if key in self.host or _spell_umlauts(part) in self.host:
            return True
        return self.host in key and len(key) <= _LONGEST_NAME * len(self.host)

    def opens(self, part: str) -> bool:
        """Whether the last part of a title begins with the site's name, as "Post Magazine" does."""
        key = squeeze_name(part)
        short = len(key) <= _LONGEST_LAST * len(self.host)
        return short and len(self.host) >= 4 and key.startswith(self.host)


def _spell_umlauts(part: str) -> str:
    return squeeze_name(part.lower().translate(_UMLAUTS)) or "\0"


def list_claims(page: Page, printed: Sequence[Printed]) -> list[Claim]:
    """Every claim of an HTML page, in the order of trust; the outlet's own name is none."""
    site = read_site(page)
    told = ((raw, rule, clean_title(raw)) for raw, rule in _list_first(_list_sources(page)))
    sources = [one for one in told if len(one[2]) <= LONGEST_WHOLE]
    # Sources repeat each other: each text is looked at once.
    cut = {text: cut_site(text, site) for text in {text for _, _, text in sources}}
    named = {text: bare for text, bare in cut.items() if bare and not site.is_named(bare)}
    # A page may be called what its site is called.
    cut = named or {text: bare for text, bare in cut.items() if bare}
    keys = {bare: fold_title(bare) for bare in cut.values()}
    claims = [
        Claim(cut[text], raw, rule, keys[cut[text]]) for raw, rule, text in sources if text in cut
    ]
    shown = {c.key: REACH + 1 for c in claims if c.rule in _DISPLAYED}
    shown |= {p.key: p.above for p in printed}
    claims = [_complete(_cut_shown(claim, shown), claims) for claim in claims]
    claims += _list_printed_claims(printed, {c.key for c in claims})
    return [c for c in claims if 1 < len(c.text) <= LONGEST]


def read_site(page: Page) -> Site:
    """The site by every name that the page and its address tell."""
    return Site(make_signer(page), squeeze_name(read_host(find_address(page)) or ""))


def find_address(page: Page) -> str:
    """The page's address; that of the page within, where a web archive keeps it."""
    archived = _ARCHIVED.match(page.url or "")
    return archived[1] if archived else page.url or ""


def clean_title(raw: str) -> str:
    """One line without markup, entities and marks that nobody sees."""
    text = clean_text(raw)
    return " ".join(_TAG.sub(" ", text).split()) if "<" in text else text


def list_printed(page: Page) -> list[Printed]:
    """The headings above the article, from top to bottom."""
    body = Label.BODY
    first = next((n for n, line in enumerate(page.lines) if line.label is body), None)
    end = len(page.lines) if first is None else first + 1
    return [
        Printed(line, fold_name(line.text), -1 if first is None else end - 1 - number)
        for number, line in enumerate(page.lines[max(0, end - REACH) : end], max(0, end - REACH))
        if line.tag in _HEADINGS and 1 < len(line.text) <= LONGEST
    ]


def _list_sources(page: Page) -> Iterator[tuple[str, str]]:
    """What each source says, and its rule."""
    for node in list_articles(page):
        other = "" if node is page.structured.article else "-other"
        for rule, name in _JSONLD:
            if name != "name" or not node.get("headline"):
                for raw in list_texts(node.get(name)):
                    yield raw, f"{rule}{other}"
    for name in _META:
        for _, raw in list_meta(page, name):
            yield raw, f"meta.{name}"
    for raw in page.structured.h1[:MAX_H1]:
        yield raw, "html.h1"
    for raw in page.structured.h1_mains[:MAX_H1]:
        yield raw, "html.h1-main"
    if page.structured.title_tag:
        yield page.structured.title_tag, "html.title"


def _list_first(sources: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Without what a source says after its first titles."""
    counts: Counter[str] = Counter()
    for raw, rule in sources:
        counts[rule] += 1
        if counts[rule] <= _MOST_TOLD:
            yield raw, rule


def fold_title(text: str) -> str:
    """The title for comparison; one of signs alone ("???") is itself."""
    return fold_name(text) or text


def _list_printed_claims(printed: Sequence[Printed], told: Collection[str]) -> Iterator[Claim]:
    for heading in printed:
        if heading.key in told:
            line = heading.line
            rule, span = f"line.{line.tag}", (line.start, line.end)
            yield Claim(clean_title(line.text), line.text, rule, heading.key, span)


def cut_site(title: str, site: Site) -> str:
    """The title without parts, at either end, that are the site's name."""
    bracketed = _BRACKETED.search(title)
    if bracketed and site.is_named(bracketed[1]):
        title = title[: bracketed.start()]
    for _ in range(3):
        marks = list(_SEPARATOR.finditer(title))
        if not marks:
            break
        last, first = marks[-1], marks[0]
        tail = title[last.end() :]
        if site.is_named(tail) or site.opens(tail):
            title = title[: last.start()].strip()
        elif site.is_named(title[: first.start()]):
            title = title[first.end() :].strip()
        else:
            break
    return title


def _cut_shown(claim: Claim, shown: dict[str, int]) -> Claim:
    """Of a title with parts, the one at either end that the page displays; of two, the one that
    stands nearer to the article: the other is the site's, or a section's."""
    if claim.key in shown:
        return claim
    found = []
    for mark in _SEPARATOR.finditer(claim.text):
        for part in (claim.text[: mark.start()].strip(), claim.text[mark.end() :].strip()):
            key = fold_title(part)
            if len(part) > SHORTEST_PART and key in shown:
                found.append((shown[key], part, key))
    if not found:
        return claim
    _, part, key = min(found, key=lambda f: f[0])
    return replace(claim, text=part, key=key)


def _complete(claim: Claim, claims: Sequence[Claim]) -> Claim:
    """A title that its source cut off ("…", or within a word), as another source gives it whole."""
    key, dotted = claim.key, _CUT_OFF.search(claim.text) is not None
    if len(key) < _LEAST_LEFT:
        return claim
    for other in claims:
        rest = other.key[len(key) :] if other.key.startswith(key) else ""
        if not rest or _CUT_OFF.search(other.text):
            continue
        # Marks that the other has, too, are the title's own.
        cut = not other.text.startswith(claim.text) if dotted else _splits_word(rest)
        if cut:
            return replace(claim, text=other.text, key=other.key)
    return claim


def _splits_word(rest: str) -> bool:
    return not rest[0].isspace() and not is_unspaced(rest[0])
