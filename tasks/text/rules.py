"""THE table of line rules: what a line is, told from the line alone.

A rule is one row: an id, the label it gives, a test on the line's shape, and a line that it hits
and one that it must miss (both run by the tests). The first rule that hits decides. What takes
neighbours or the whole page to know is in `tasks.text.label` and `tasks.text.blocks`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.lexicon.lines import load_phrases, normalise
from tasks.model import Label
from tasks.text.credits import is_credit_text
from tasks.text.dates import is_date_line
from tasks.text.shape import SHAPES, Shape

# No rule reads a longer line, whatever it counts as words.
LONGEST = 800
Test = Callable[[Shape], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. `languages` is "*" where the rule reads no words, else "lexicon"."""

    id: str
    label: Label
    test: Test
    hit: str
    miss: str
    languages: str = "*"


def _phrases(name: str, most_words: int) -> Test:
    """A test by one phrase file, on lines of at most `most_words` words that do not open as speech
    does: "“Help us!” she called."""

    def test(shape: Shape) -> bool:
        return shape.words <= most_words and name in shape.phrases and not _QUOTED.match(shape.text)

    return test


_QUOTED = re.compile(r"[\"“”„«»‘「『]")
# What a line of navigation counts at most when it ends like a sentence ("Loading.").
_NAVIGATION_ENDS = 4
_SYMBOLS = re.compile(r"^[\W_]+$")
_NUMBER = re.compile(r"^[\W_]*\d{1,3}[\W_]*(?:/[\W_]*\d{1,3})?[\W_]*$")
_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$|^\S+@\S+\.\w{2,}$")
_HANDLE = re.compile(r"^@\w{2,30}$")
_COUNT_OF = re.compile(r"^\d[\d.,]*\s?[KMkm]?\s+\w+$")
_BREADCRUMB = re.compile(r"^[^.!?]{2,40}(?:\s*[»›>|•·/]\s*[^.!?»›>|•·/]{2,40}){2,}$")
_BRACKET_CREDIT = re.compile(r"^[\[(（][^\])）]{2,80}[\])）]$")
_COUNTED = re.compile(r"^\d[\d.,]*\s+(.{3,40})$")
_SAYS = re.compile(
    r"^\D.*\b(?:says|said|wrote|sagt|schreibt|meint|dit|a dit|dice|dijo|disse|diz|ha detto|schreef"
    r"|zegt|dedi ki|diyor ki|пишет)\s?:$",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"^(?:©|ⓒ|\(c\)|copyright\b)\s*(?:©|ⓒ|\(c\))?\s*(?:copyright\s*)?(?:19|20)\d\d", re.IGNORECASE
)
# A file to load: its kind and its size, either first.
_KIND = r"(?<![A-Za-z])(?:PDF|DOCX?|XLSX?|PPTX?|ODT|ZIP|EPUB|MP[34]|JPE?G|CSV)\b"
_SIZE = r"\d[\d.,]{0,14}\s?(?:[KkMG]i?B|[KM]Byte|KO|Ko|Mo|octets|bytes)\b"
_DOWNLOAD = re.compile(rf"{_KIND}.{{0,20}}?{_SIZE}|{_SIZE}.{{0,20}}?{_KIND}")
# What a line of these two begins with.
_SIGNS = frozenset("©ⓒ(cC")
_BAR = re.compile(r"[»›>|•·/]")
_MARK = re.compile(r"[:：=＝/／|]")
_SIGNED = re.compile(r"^(?:©|\(c\))\s?\S", re.IGNORECASE)


_names_navigation = _phrases("navigation", 10)


def _is_byline(shape: Shape) -> bool:
    """A byline word, then names: capitals or an unspaced script, no end mark, not long."""
    if shape.words > 14 or shape.ends or shape.words < 2:
        return False
    if "byline_prefixes" not in shape.phrases:
        return False
    prefix = load_lexicons().prefixes.match(shape.text)
    names = shape.text[prefix.end() :] if prefix else shape.text
    words = re.findall(r"[^\W\d_]+", names)[0 if prefix else 1 :]
    if not words:
        return False
    lower = sum(1 for word in words if word[0].islower() and len(word) > 3)
    return lower * 3 <= len(words)


def _is_credit(shape: Shape) -> bool:
    """A credit word and a mark after it ("Photo: …"), or © and a name."""
    text = shape.text
    if shape.words > 25:
        return False
    if text[0] in _SIGNS and _SIGNED.match(text) and shape.words <= 12:
        return not _COPYRIGHT.match(text)
    if not _MARK.search(text):
        return False
    head = _MARK.split(text, maxsplit=1)
    if len(head) == 2 and len(head[0]) <= 30 and head[1].strip():
        return shape.words <= 14 and "credit" in load_phrases().find(normalise(head[0]))
    return False


def _is_navigation(shape: Shape) -> bool:
    """A phrase of the page's furniture; "Published in 1911, the novel sold well." is none."""
    return (not shape.ends or shape.words <= _NAVIGATION_ENDS) and _names_navigation(shape)


def _is_address(shape: Shape) -> bool:
    """An address of the web or of mail, or a name on a network, and nothing else."""
    text = shape.text
    return " " not in text and bool(_ADDRESS.match(text) or _HANDLE.match(text))


_SEPARATOR = re.compile(r"[_*:•·◇◆■□~#=–—-](?:\s*[_*:•·◇◆■□~#=–—-])*")


def is_separator(text: str) -> bool:
    """Whether a line is made of the marks that part a text, "* * *" or "___"."""
    return len(text) <= 30 and _SEPARATOR.fullmatch(text) is not None


def _is_comment_count(shape: Shape) -> bool:
    """A number and a word for comments."""
    match = _COUNTED.match(shape.text.strip("[]() ")) if shape.words <= 4 else None
    return match is not None and "comments" in load_phrases().find(normalise(match[1]))


def _is_bracket_credit(shape: Shape) -> bool:
    """Nothing but a bracket that names a picture's source."""
    if shape.words > 10 or not _BRACKET_CREDIT.match(shape.text):
        return False
    return is_credit_text(shape.text.strip(" []()（）"))


RULES: tuple[Rule, ...] = (
    Rule(
        "line.symbols",
        Label.BOILERPLATE,
        lambda s: s.words < 3 and bool(_SYMBOLS.match(s.text)),
        "* * *",
        "A.",
    ),
    Rule(
        "line.number",
        Label.NAVIGATION,
        lambda s: s.words < 3 and bool(_NUMBER.match(s.text)),
        "1 / 23",
        "1984 was",
    ),
    Rule(
        "line.date",
        Label.DATE_LINE,
        lambda s: is_date_line(s),
        "Updated: Aug 13, 2024 10:40 AM",
        "On Aug 13, 2024 the law came into force.",
        "lexicon",
    ),
    Rule(
        "line.address",
        Label.NAVIGATION,
        _is_address,
        "https://example.org/a",
        "See https://example.org/a for more.",
    ),
    Rule(
        "line.share",
        Label.SHARE,
        _phrases("share", 9),
        "Share this article",
        "Share prices fell on Monday.",
        "lexicon",
    ),
    Rule(
        "line.comments",
        Label.COMMENT,
        _phrases("comments", 12),
        "Leave a Reply",
        "He left a reply on her machine.",
        "lexicon",
    ),
    Rule(
        "line.comment-count",
        Label.COMMENT,
        _is_comment_count,
        "12 Comments",
        "12 comments on the plan were read out.",
        "lexicon",
    ),
    Rule(
        "line.comment-author",
        Label.COMMENT,
        lambda s: s.text[-1] in ":：" and s.words <= 14 and bool(_SAYS.search(s.text)),
        "Jane Example says:",
        "What the minister says is plain.",
        "en de fr es pt it nl tr ru",
    ),
    Rule(
        "line.related",
        Label.RELATED,
        _phrases("related", 28),
        "Read more: Mayor resigns after vote",
        "Related charges were dropped in June.",
        "lexicon",
    ),
    Rule(
        "line.legal",
        Label.LEGAL,
        _phrases("legal", 60),
        "© 2024 Example Media. All rights reserved.",
        "The copyright case was settled in 2021.",
        "lexicon",
    ),
    Rule(
        "line.copyright",
        Label.LEGAL,
        lambda s: s.text[0] in _SIGNS and s.words <= 60 and bool(_COPYRIGHT.match(s.text)),
        "© 2024 Example Media",
        "Copyright law of 1998 was amended.",
    ),
    Rule(
        "line.navigation",
        Label.NAVIGATION,
        _is_navigation,
        "Skip to content",
        "The menu offers two soups.",
        "lexicon",
    ),
    Rule(
        "line.promo",
        Label.PROMO,
        _phrases("promo", 30),
        "Sign up for our newsletter",
        "The committee signed up for the treaty in May.",
        "lexicon",
    ),
    Rule(
        "line.bio",
        Label.BIO,
        _phrases("bio", 10),
        "About the author",
        "About the author of the letter nothing is known.",
        "lexicon",
    ),
    Rule(
        "line.bracket-credit",
        Label.CREDIT,
        _is_bracket_credit,
        "(AP Photo/Jane Doe)",
        "(He did not say when) it would end.",
    ),
    Rule(
        "line.credit",
        Label.CREDIT,
        _is_credit,
        "Photo: Jane Doe / Agency",
        "Photo evidence was shown in court.",
        "lexicon",
    ),
    Rule(
        "line.byline",
        Label.BYLINE,
        _is_byline,
        "By Anna Example and Peter Muster",
        "By Monday the water had gone.",
        "lexicon",
    ),
    Rule(
        "line.download",
        Label.NAVIGATION,
        lambda s: s.words <= 25 and not s.ends and bool(_DOWNLOAD.search(s.text)),
        "Report of the audit office (PDF, 2.3 MB)",
        "The report, a PDF of 2.3 MB, was sent to the court.",
    ),
    Rule(
        "line.breadcrumb",
        Label.NAVIGATION,
        lambda s: (
            s.words <= 20 and len(_BAR.findall(s.text)) > 1 and bool(_BREADCRUMB.match(s.text))
        ),
        "Home › World › Europe",
        "He said yes. She said no.",
    ),
    Rule(
        "line.count",
        Label.SHARE,
        lambda s: s.words <= 3 and s.text[0].isdigit() and bool(_COUNT_OF.match(s.text)),
        "1.2K shares",
        "1984 was a year.",
    ),
)


@lru_cache(maxsize=SHAPES)
def find_rule(shape: Shape) -> Rule | None:
    """The first rule that hits, or None: keep the line. Remembered as long as the shape: the pages
    of a site share most of their lines."""
    if len(shape.text) > LONGEST:
        return None
    for rule in RULES:
        if rule.test(shape):
            return rule
    return None
