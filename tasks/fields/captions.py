"""Captions made ready for the table: credit split off, and in it photographer and agency."""

from __future__ import annotations

import re
from dataclasses import replace

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.model import AuthorKind, Caption, Page
from tasks.text.credits import split_credit

_WORDS = re.compile(
    r"^(?:photo(?:graph)?s?|picture|image|pic|foto|fotos|fotoğraf|bild|symbolbild|archivbild|credit"
    r"|crédits?|crédit photo|quelle|source|fuente|fonte|kaynak|zdjęcie|fot\.?|фото|写真|图|圖|사진"
    r"|provided|handout|file)?\s*(?:by|von|par|de|:|：|/|©|=|-|–)?\s*",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"\s*(?:/|／|,|\||;|·|•|\bvia\b|\bfor\b|©|\(c\)|\bphoto by\b|\bby\b)\s*", re.IGNORECASE
)
_TAIL = re.compile(
    r"\s+(?:photos?|images?|pictures|file|handout|pool|fotos?|archiv)$", re.IGNORECASE
)


def list_captions(page: Page) -> tuple[Caption, ...]:
    """The page's captions, each once, credits split into photographer and agency."""
    found: dict[tuple[str | None, str | None], Caption] = {}
    for caption in page.captions:
        ready = finish_caption(caption)
        if ready.text or ready.credit:
            found.setdefault((ready.text, ready.credit), ready)
    return tuple(found.values())


def finish_caption(caption: Caption) -> Caption:
    """One caption with its credit split off and read."""
    text, credit = caption.text, caption.credit
    if text and not credit:
        text, credit = split_credit(text)
    if not credit:
        return replace(caption, text=text or None)
    photographer, agency = read_credit(credit)
    return replace(
        caption,
        text=text or None,
        credit=credit,
        photographer=caption.photographer or photographer,
        agency=caption.agency or agency,
    )


def read_credit(credit: str) -> tuple[str | None, str | None]:
    """(photographer, agency) of a credit such as "AP Photo/Jane Doe" or "Foto: Max Muster/dpa"."""
    lexicons = load_lexicons()
    photographer = agency = None
    for part in _PARTS.split(_WORDS.sub("", credit.strip(" ()[]"), count=1)):
        bare = _TAIL.sub("", (part or "").strip(" .()[]"))
        if not bare:
            continue
        named = lexicons.find_agency(bare) or lexicons.find_agency(part.strip(" .()[]"))
        if named:
            agency = agency or named
        elif photographer is None and _is_name(bare):
            photographer = bare
    return photographer, agency


def _is_name(text: str) -> bool:
    """Two to four capitalised words that are no desk and no role."""
    lexicons = load_lexicons()
    words = text.split()
    if (
        not 2 <= len(words) <= 4
        or any(c.isdigit() or c == "." for c in text[:-1])
        or lexicons.is_role(text)
    ):
        return False
    if lexicons.find_kind(text) is AuthorKind.DESK:
        return False
    named = [w for w in words if w.lower() not in lexicons.particles]
    return (
        bool(named) and all(w[:1].isupper() for w in named) and not all(len(w) < 3 for w in words)
    )
