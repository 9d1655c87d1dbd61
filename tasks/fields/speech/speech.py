"""Whether what stands between marks is speech: by its length, its letters, and its surroundings.

Names, titles of works and single words between marks are none. It is speech when a verb of saying
is beside it and it is long enough to say something, or when it is a sentence that stands by itself.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tasks.fields.speech.attributions import Attribution
from tasks.fields.speech.marks import Span
from tasks.fields.speech.sayings import Sayings
from tasks.fields.speech.scripts import LANGUAGES as UNCASED

_WORDS = re.compile(r"[^\W_]+(?:['’‑-][^\W_]+)*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
FINAL = frozenset(".!?…。！？؟")
# The least number of words of a sentence, and of a part of one, that counts as speech.
_SENTENCE, _PART = 3, 5


class Setting(NamedTuple):
    """A stretch between marks with what stands around it in its paragraph: `lead` since the
    stretch before, `tail` to the next one. `led` says that `lead` was taken from the paragraph
    before, which ends with a colon; `same` that a quote stands before in the paragraph, `follows`
    in it or the one before, `goes_on` that its sentence is taken up."""

    span: Span
    text: str
    lead: str
    tail: str
    led: bool
    same: bool
    follows: bool
    goes_on: bool


def count_words(text: str, most: int = 12) -> int:
    """How many words a stretch has, no further than `most`; two characters of Chinese or Japanese
    are a word."""
    if _CJK.search(text[:20]):
        return min(most, len(text) // 2)
    count = 0
    for _ in _WORDS.finditer(text):
        count += 1
        if count == most:
            break
    return count


def may_speak(body: str, span: Span, sayings: Sayings) -> bool:
    """Whether a stretch can be speech by its own look: not a word or two in lower case, no empty
    one. What cannot be is read as narration."""
    if span.mark == "—" or span.carried:
        return span.end > span.start
    text = body[span.start : span.end]
    words = count_words(text)
    if words == 0 or span.mark in "『":
        return False
    if sayings.language in UNCASED:
        return words >= 3 or (words == 2 and len(text) > 5 and sayings.language == "ko")
    if span.open_ended:
        return words >= _PART
    first = _first_letter(text)
    if first.islower():
        return (
            words >= _PART or (words >= 2 and text[-1] in ",!?") or (words >= 3 and text[-1] == ".")
        )
    if words >= _SENTENCE or text[-1] in ",.!?…":
        return True
    return _breaks_off(body[span.outer_end : span.outer_end + 3])


def _first_letter(text: str) -> str:
    """The first letter, or the first digit; "" where there is none."""
    return next((char for char in text[:40] if char.isalnum()), "")


def judge(setting: Setting, found: Attribution | None, said: bool, language: str) -> float | None:
    """How sure it is that a stretch is speech; None where it is none."""
    span, text = setting.span, setting.text
    if span.mark == "—":
        return 0.95 if found else 0.8
    if span.carried and setting.follows:
        return 0.95
    words = count_words(text)
    if language in UNCASED:
        return _judge_uncased(setting, words, said, language)
    first = _first_letter(text)
    if first.islower() and not setting.goes_on:
        return _judge_part(setting, words, found, said)
    if words < _SENTENCE:
        return _judge_short(setting, found)
    if is_title(text, language) and not (found and found.rule in ("after", "before") and words > 4):
        return None
    if found is not None and found.rule in ("after", "behind", "credit"):
        return 0.97 if found.phrase else 0.85
    return _judge_sentence(setting, words, found)


def _judge_uncased(setting: Setting, words: int, said: bool, language: str) -> float | None:
    """Speech in a script without capitals."""
    final = setting.text[-1] in FINAL
    alone = not setting.lead.strip() and not setting.tail.strip()
    least = {"ar": 6, "ko": 2}.get(language, 3)
    if said and words >= least:
        return 0.9
    if alone and words >= 5:
        return 0.75
    if final and words >= 5 and setting.lead.rstrip()[-1:] in ("", "。", ":", "："):
        return 0.7
    return None


def _judge_part(
    setting: Setting, words: int, found: Attribution | None, said: bool
) -> float | None:
    """Speech that begins within a sentence: attributed, and of five words or more."""
    if setting.lead.rstrip().endswith((":", "：")) and words >= _PART and found:
        return 0.85
    if found is None or words < _PART or not said:
        return None
    if found.rule == "after" and found.confidence < 0.8:
        return None
    return 0.85


def _judge_short(setting: Setting, found: Attribution | None) -> float | None:
    """One or two words are speech where a verb of saying stands right beside them."""
    ends = setting.text[-1] in ",.!?…" or _breaks_off(setting.tail)
    if not ends or not _stands(setting.lead):
        return None
    if found is not None and found.verb is not None and found.rule != "credit":
        return 0.75 if found.phrase or found.rule == "after" else None
    return 0.7 if setting.same and setting.text[-1] in FINAL else None


def _judge_sentence(setting: Setting, words: int, found: Attribution | None) -> float | None:
    """Speech that begins with a capital and has no attribution behind it."""
    lead = setting.lead.rstrip()
    final = setting.text[-1] in FINAL or setting.text[-1] == ","
    if lead.endswith((":", "：")):
        return 0.9 if found and found.verb else 0.85 if words >= 4 or final else None
    if setting.span.open_ended:
        return 0.65 if found or not lead or lead[-1] in ".!?…" else None
    if found is not None and found.verb is not None:
        if lead.endswith(",") or final or words >= 6:
            return 0.9
        return None
    if not _stands(lead):
        return None
    behind = setting.tail.lstrip()[:1]
    if final or behind in (".", ",") or (behind == "" and final):
        return 0.8 if setting.follows else 0.7 if words >= 5 else None
    return None


def is_title(text: str, language: str) -> bool:
    """Whether a stretch looks like the title of a work: every longer word has a capital."""
    if text[-1] in FINAL or text[-1] == ",":
        return False
    words = [word for word in _WORDS.findall(text[:200]) if len(word) > 3]
    if language == "de":
        return False
    return len(words) >= 2 and all(word[0].isupper() or word[0].isdigit() for word in words)


def _stands(lead: str) -> bool:
    """Whether a new sentence begins behind a text."""
    bare = lead.rstrip()
    return not bare or bare[-1] in FINAL or bare[-1] in ':："”»)]—–'


def _breaks_off(tail: str) -> bool:
    """Whether a sentence goes on behind a stretch with a comma or a dash."""
    return tail.lstrip()[:1] in (",", "–", "—", "-") and bool(tail.strip())


def starts_low(text: str) -> bool:
    """Whether a text begins with a small letter, marks aside."""
    return _first_letter(text.lstrip(' ,—–-"“”«»[(')).islower()
