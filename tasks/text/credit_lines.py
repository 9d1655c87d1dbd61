"""Credits printed as lines of an HTML page, with no class and no picture beside them.

"Photo: Jane Doe" as a paragraph below the text names a picture's source as surely as one in a
figure. Which picture it is can't be told, unless the line above is a caption without a credit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tasks.model import KEPT, Caption
from tasks.text.credits import find_source, is_credit_line, tidy_credit
from tasks.text.dom import Block
from tasks.text.shape import squeeze
from tasks.text.sheet import Verdict

# The line rules that know a credit.
RULES = frozenset({"line.credit", "line.bracket-credit"})
# How many blocks above and below the text still belong to it.
REACH = 3
# Words for pictures; a line that names a source alone ("Quelle: dpa") may mean the text's.
_PICTURE = re.compile(
    r"^\W*(?:photo|foto|fot\.|bild|symbolbild|titelbild|image|imagen|imagem|immagine|picture"
    r"|screenshot|beeld|afbeelding|görsel|zdjęci|kuva|ljósmynd|ảnh|illustration"
    r"|фото|снимок|изображение|φωτο|صورة|الصورة|تصوير|צילום|عکس|फोटो|ภาพ"
    r"|写真|画像|撮影|图|圖|照片|摄影|攝影|사진|이미지)",
    re.IGNORECASE,
)
_SIGN = re.compile(r"^(?:©|\([cC]\))\s*")
_NAMES = re.compile(r"[/|:,;–-]| via ")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def add_credits(
    captions: Sequence[Caption], blocks: Sequence[Block], verdicts: Sequence[Verdict]
) -> tuple[Caption, ...]:
    """The captions, with the credits that lines in and around the text print: each joins the
    caption right above it, where that has none, or is a caption without words. A credit that is
    known already is not added."""
    found = list(captions)
    places = {squeeze(c.text): n for n, c in enumerate(captions) if c.text}
    known = "|".join(squeeze(f"{c.text or ''} {c.credit or ''}") for c in captions)
    for number in list_lines(verdicts):
        text = blocks[number].text
        if not names_picture(text) or squeeze(text) in known:
            continue
        credit = tidy_credit(text)
        above = squeeze(blocks[number - 1].text) if number else ""
        at = places.get(above)
        if at is not None and not found[at].credit:
            found[at] = replace(found[at], credit=credit)
        else:
            found.append(Caption(None, credit))
    return tuple(dict.fromkeys(found))


def list_lines(verdicts: Sequence[Verdict]) -> Iterator[int]:
    """The numbers of the credit lines in the text, or a few blocks away from it."""
    kept = [number for number, verdict in enumerate(verdicts) if verdict[0] in KEPT]
    if not kept:
        return
    first, last = max(0, kept[0] - REACH), min(len(verdicts), kept[-1] + REACH + 1)
    yield from (number for number in range(first, last) if verdicts[number][1] in RULES)


def names_picture(text: str) -> bool:
    """Whether a credit is a picture's: it opens with a word for one, or with a sign and names an
    agency. The site's notice of copyright has a year."""
    if not is_credit_line(text) or _YEAR.search(text):
        return False
    if _PICTURE.match(text):
        return True
    sign = _SIGN.match(text)
    parts = _NAMES.split(text[sign.end() :]) if sign else []
    return any(find_source(part.strip()) is not None for part in parts)
