"""How long an adult reads a text, silently and for understanding.

English: 238 words a minute (Brysbaert 2019, "How many words do we read per minute?", Journal of
Memory and Language 109: the mean of 190 studies, non-fiction), taken for all scripts with spaces.
Chinese and Japanese: the characters a minute of the IReST texts (Trauzettel-Klosinski and Dietz
2012, Investigative Ophthalmology & Visual Science 53: 255 and 357 beside 228 English words, read
aloud), raised by the same share as English is in silence.
"""

from __future__ import annotations

import re

from tasks.fields.words import count_words

WORDS_A_MINUTE = 238
_SILENT = WORDS_A_MINUTE / 228
HAN_A_MINUTE, KANA_A_MINUTE = 255 * _SILENT, 357 * _SILENT
_HAN = re.compile(r"[\u3400-\u9fff]")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
# A text with so many kana among its Han is Japanese.
_JAPANESE = 0.1


def measure_seconds(body: str, words: int | None = None) -> int:
    """Seconds to read the text; 0 for none. `words` are its words, where they were counted."""
    if body.isascii() or _UNSPACED.search(body) is None:
        return round(60 * (count_words(body) if words is None else words) / WORDS_A_MINUTE)
    kana, han = len(_KANA.findall(body)), len(_HAN.findall(body))
    characters = kana + han
    speed = KANA_A_MINUTE if kana > _JAPANESE * characters else HAN_A_MINUTE
    rest = _KANA.sub(" ", _HAN.sub(" ", body))
    return round(60 * (characters / speed + count_words(rest) / WORDS_A_MINUTE))
