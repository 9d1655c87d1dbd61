"""Reads one caption and its credit from the element, the box or the figure that holds them."""

from __future__ import annotations

from lxml.html import HtmlElement

from tasks.fields.claims import as_list
from tasks.model import Caption, Structured
from tasks.text.boxes import HEADINGS, first_image, has_linked_image
from tasks.text.class_words import Marks, read_marks
from tasks.text.credit_tails import split_tail
from tasks.text.credits import find_dangling, is_credit_line, split_credit, tidy_credit
from tasks.text.dom import clean_text
from tasks.text.pictures import absolute, image_facts
from tasks.text.printed import Piece, list_pieces, visible_text
from tasks.text.shape import count_words
from tasks.text.teasers import is_linked

_CREDIT_PROPERTIES = frozenset({"copyrightHolder", "creditText", "copyrightNotice"})
# A longer text is no caption, in characters; a shorter one that nothing marks, in words.
LONGEST, FEWEST_WORDS = 1_200, 4


def read_holder(holder: HtmlElement, box: HtmlElement, url: str | None) -> Caption | None:
    """The caption of one element; its credit in it, or elsewhere in the box around it."""
    text = visible_text(holder)
    if len(text) > LONGEST or is_linked(holder, url):
        return None
    credit = find_credit(holder) or find_credit(box) or find_credit_line(box, text)
    return compose(text, credit, first_image(box), url)


def read_bare(figure: HtmlElement, url: str | None) -> Caption | None:
    """A figure without a caption element: its credit alone, or a sentence beside the image."""
    if is_linked(figure, url) or has_linked_image(figure, url):
        return None
    credit = find_credit(figure)
    pieces = list_pieces(figure)
    if credit is None:
        credit = next((piece.text for piece in pieces if is_credit_line(piece.text)), None)
    if credit:
        return compose("", credit, first_image(figure), url)
    text = " ".join(piece.text for piece in pieces)
    headed = next(figure.iter(*HEADINGS), None) is not None
    told = first_image(figure) is not None and len(pieces) <= 2 and not headed
    return compose(text, None, first_image(figure), url) if told and is_sentence(text) else None


def is_sentence(text: str) -> bool:
    """Whether a text is long enough to say something of a picture, and no longer than a caption."""
    return count_words(text) >= FEWEST_WORDS and len(text) <= LONGEST


def read_pieces(pieces: list[Piece], image: HtmlElement, url: str | None) -> Caption | None:
    """A caption whose last words, in an element of their own or not, are a credit."""
    texts = [piece.text for piece in pieces]
    credit = next((text for text in texts if is_credit_line(text)), None)
    if credit is not None:
        rest = " ".join(text for text in texts if text != credit)
        return compose(rest, credit, image, url)
    text, split = split_credit(" ".join(texts))
    return compose(text, split, image, url) if split and is_credit_line(split) else None


def find_credit(element: HtmlElement) -> str | None:
    """The text of the innermost descendants whose class or itemprop names a credit."""
    for child in element.iter():
        if isinstance(child.tag, str) and is_marked_credit(child):
            text = visible_text(child)
            if text and not any(is_marked_credit(inner) for inner in child.iterdescendants("*")):
                return text
    return None


def is_marked_credit(element: HtmlElement) -> bool:
    """Whether an element's itemprop or class names a credit."""
    if element.get("itemprop") in _CREDIT_PROPERTIES:
        return True
    return bool(read_marks(element.get("class") or "") & Marks.CREDIT)


def find_credit_line(box: HtmlElement, caption: str) -> str | None:
    """A line of the box, beside its caption, that is a credit by its words."""
    texts = [piece.text for piece in list_pieces(box)]
    return next((text for text in texts if text not in caption and is_credit_line(text)), None)


def compose(
    text: str, credit: str | None, image: HtmlElement | None, url: str | None
) -> Caption | None:
    """The caption with its credit split off and the image's address and alt text."""
    address, alt = image_facts(image, url)
    if credit and credit in text:
        head, _, tail = text.rpartition(credit)
        text, credit = join_dangling(head.rstrip(), credit)
        text = clean_text(f"{text} {tail}").strip(" |·•")
    elif not credit and is_credit_line(text):
        text, credit = split_alt(text, alt)
    elif not credit:
        text, credit = split_caption(text)
    text, credit = text.lstrip(" :;,"), tidy_credit(credit or "")
    if not text and not credit:
        return None
    return Caption(text=text or None, credit=credit or None, image_url=address, alt=alt)


def split_caption(text: str) -> tuple[str, str | None]:
    """(caption, credit), where something announces the credit or the end looks like one."""
    head, credit = split_credit(text, in_caption=True)
    tail = split_tail(text) if credit is None else None
    return tail or (head, credit)


def join_dangling(head: str, credit: str) -> tuple[str, str]:
    """(text, credit) where a word before the credit's element belongs to it: "Photo:"."""
    match = find_dangling().search(head)
    return (head[: match.start("word")], f"{match['word']} {credit}") if match else (head, credit)


def split_alt(text: str, alt: str | None) -> tuple[str, str]:
    """(caption, credit) of names alone: those that the alt text says first are no credit."""
    if alt and text.startswith(alt) and is_credit_line(rest := text[len(alt) :].strip(" /|,-–—")):
        return alt, rest
    return "", text


def read_images(structured: Structured, url: str | None) -> list[Caption]:
    """Captions of ImageObjects under the JSON-LD article's `image`."""
    found = []
    for image in as_list((structured.article or {}).get("image")):
        text = image.get("caption") or image.get("description") if isinstance(image, dict) else None
        if not isinstance(text, str) or not text.strip():
            continue
        credit = image.get("creditText") or image.get("credit")
        caption = compose(clean_text(text), credit if isinstance(credit, str) else None, None, url)
        if caption is not None:
            address = image.get("contentUrl") or image.get("url")
            picture = absolute(url, address) if isinstance(address, str) else None
            found.append(Caption(caption.text, caption.credit, image_url=picture))
    return found
