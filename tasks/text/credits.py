"""Splits the credit off a caption, by its shape and by credit words.

Shapes, tried in order: a last bracket that holds a credit word, an agency-like capital word, or a
few capitalised words; a tail after a credit word and a mark ("Photo: …"); a tail after ©, | or a
slash between two names.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.lexicon.lines import load_phrases, load_rows, normalise

_BRACKET = re.compile(
    r"^(?P<text>.*?)\s*[(\[（【](?P<credit>[^()\[\]（）【】]{2,90})[)\]）】]\s*\.?$", re.S
)
_SIGN = re.compile(r"^(?P<text>.*?)\s*(?P<credit>(?:©|\(c\)|℗)\s*.{2,90})$", re.S | re.IGNORECASE)
_BAR = re.compile(r"^(?P<text>.{12,}?)\s+[|│]\s+(?P<credit>[^|.!?]{2,60})$", re.S)
_AFTER = re.compile(
    r"^(?P<text>.{20,}[^\W\d_]{3}[.!?»”\"])\s+(?P<credit>[^\W\d_][^.!?:,;]{1,40})$", re.S
)
_SOURCE = re.compile(
    r"\b(?:photos?|fotos?|fotoğraf\w*|images?|getty|reuters|afp|fot|фото\w*|pool|handout)\b"
)
# No caption is longer, in characters.
LONGEST = 1_500
_MARKED = re.compile(r"[(\[（【:：=＝/／©|│]| by | von |\([cC]\)")
_NAME = r"(?:[A-ZÀ-ÞĞİŞÇÖÜА-Я][\w.'’-]*|de|van|von|der|den|la|le|al|via|for)"
_NAMES = re.compile(rf"^{_NAME}(?:[\s/&,–-]+{_NAME})*$")


@lru_cache(maxsize=1)
def _tail() -> re.Pattern[str]:
    """A credit word and a colon (or "by"), then names to the end."""
    words = {row[2] for row in load_rows("lines_credit.tsv") if len(row[2]) > 2}
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    named = f"(?:{'|'.join(map(re.escape, longest_first))})"
    marked = r"(?:\s?[:：=＝/／]| by | von )\s*.{2,90}"
    start = r"^(?P<text>.*?)(?:^|(?<=[\s.!?。」）)]))"
    return re.compile(rf"{start}(?P<credit>{named}{marked})$", re.S | re.IGNORECASE)


def is_credit_text(text: str) -> bool:
    """Whether a bracket's content names a source: credit words, or capitals and nothing else."""
    normal = normalise(text)
    if any(char.isdigit() for char in text) and not re.search(r"photo|foto|©", normal):
        return False
    if "credit" in load_phrases().find(normal):
        return True
    if _SOURCE.search(normal):
        return True
    return len(text) <= 60 and ("/" in text or text.isupper()) and bool(_NAMES.match(text))


def split_credit(text: str, in_caption: bool = False) -> tuple[str, str | None]:
    """(caption, credit without brackets); the credit is None where none is seen. With `in_caption`
    the text is known to be a caption, so that a bare name after its sentence is a credit too."""
    if len(text) > LONGEST:
        return text, None
    after = _AFTER.match(text) if in_caption else None
    if after and _NAMES.match(after["credit"]):
        return after["text"].strip(), after["credit"].strip()
    if not _MARKED.search(text):
        return text, None
    bracket = _BRACKET.match(text)
    if bracket and is_credit_text(bracket["credit"]):
        return bracket["text"].strip(), bracket["credit"].strip()
    for pattern in (_tail(), _SIGN):
        match = pattern.match(text)
        if match:
            return match["text"].strip(" |-–—"), match["credit"].strip(" ()[]")
    bar = _BAR.match(text)
    if bar and _NAMES.match(bar["credit"]):
        return bar["text"].strip(), bar["credit"].strip()
    return text, None
