"""Bytes to text: which charset, and why.

The order is that of the HTML standard (13.2.3.2): byte order mark, HTTP header, declaration in the
first bytes; then what the bytes themselves show. Labels mean what the WHATWG Encoding Standard
says, so `iso-8859-1` is windows-1252. A declaration that plainly does not fit is overruled.
"""

from __future__ import annotations

import re
import string
from codecs import getincrementaldecoder
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from unicodedata import category

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le", "utf-32le"),
    (b"\x00\x00\xfe\xff", "utf-32-be", "utf-32be"),
    (b"\xff\xfe", "utf-16-le", "utf-16le"),
    (b"\xfe\xff", "utf-16-be", "utf-16be"),
)
# Bytes that no text has: controls but for tab, line ends, form feed, NUL (by itself) and escape.
CONTROLS = bytes([*range(1, 9), 11, *range(14, 27), *range(28, 32), 127])
_ORDERS = ("utf-16-le", "utf-16-be")
_PARTINGS = " \n\r<>\u3000\u3001\u3002\uff0c"
_HEAD = 8 * 1024
_SAMPLE = 4 * 1024
_EVIDENCE = 8  # bytes beyond ASCII; with fewer the detector only guesses
_REPLACEMENT = "\ufffd"
_LATIN_1 = frozenset({"cp1252", "iso8859_15"})
_ASCII_LETTERS = string.ascii_letters.encode()
_ENOUGH = 40  # bytes beyond ASCII that show another script
_RUN = re.compile(rb"[\x80-\xff]{5}")
# Half-width katakana, which EUC-JP's bytes are as Shift_JIS; no text has many.
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_ESCAPE_JP = re.compile(rb"\x1b\$[@B]|\x1b\([JB]")
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([^\s"';,]+)""", re.IGNORECASE)
_XML_DECLARATION = re.compile(rb"""\s*<\?xml\b[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""")
_META = re.compile(rb"<meta\b[^>]{0,2000}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_MARKUP = re.compile(rb"<(script|style)\b.*?</\1\s*>|<[^<>]*>", re.IGNORECASE | re.DOTALL)
_LANGUAGE = re.compile(rb"<html\b[^>]{0,500}?\blang\s*=\s*[\"']?([a-z]{2})", re.IGNORECASE)
_PUNCTUATION = frozenset("“”‘’‚„…–—•·«»‹›€£§°©®™½¼¾²³´\xa0\xad")

# What the detector may answer: charsets that pages were really written in.
_DETECTABLE = (
    "cp1251 cp1253 cp1255 cp1256 cp874 cp932 euc_jp gb18030 big5 cp949 koi8_r koi8_u "
    "iso8859_5 iso8859_7 cp1252 cp1250 cp1254 cp1257"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the charset's WHATWG name, and what told: 'bom', 'http', 'meta' (an XML
    declaration too), 'detected' from the bytes, or 'fallback' when nothing did."""

    text: str
    charset: str
    charset_from: str


@dataclass(frozen=True, slots=True)
class _Charset:
    name: str
    codec: str

    @property
    def wide(self) -> bool:
        """Whether ASCII bytes do not mean ASCII characters."""
        return self.name.startswith(("utf-16", "iso-2022"))

    @property
    def multibyte(self) -> bool:
        return self.codec in {"cp932", "euc_jp", "gb18030", "big5hkscs", "cp949"}


_UTF8 = _Charset("utf-8", "utf-8")
_FALLBACK = _Charset("windows-1252", "cp1252")


def decode(content: bytes, content_type: str | None) -> Decoded:
    """The text of a document; never raises.

    Undecodable bytes become U+FFFD, NULs and a byte order mark are removed, line ends are kept.
    """
    for bom, codec, name in _BOMS:
        if content.startswith(bom):
            return _make(content[len(bom) :], _Charset(name, codec), "bom")
    if unmarked := guess_utf16(content):
        return _make(content, _lookup(unmarked) or _UTF8, "detected")
    declared = _read_declaration(content, content_type)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(content, declared)
    return _judge_utf8(content, text, declared)


def guess_utf16(content: bytes) -> str | None:
    """'utf-16le' or 'utf-16be' when the first bytes are unmarked UTF-16: by where their NULs lie,
    and in scripts that have few by what they spell."""
    head = content[:1024]
    if 0 not in head or len(head) < 8:
        return None
    if head.count(0) * 4 < len(head):
        return _spell_utf16(head[: len(head) // 2 * 2])
    even, odd = head[::2].count(0), head[1::2].count(0)
    enough, few = len(head) // 5, len(head) // 20
    if odd >= enough and even <= few:
        return "utf-16le"
    if even >= enough and odd <= few:
        return "utf-16be"
    return None


def _spell_utf16(head: bytes) -> str | None:
    """The byte order in which these bytes are assigned characters with spaces or line ends between;
    None for what is text as it stands, but for a stray NUL."""
    if _is_narrow(head):
        return None
    spelt = {order: head.decode(order, "replace").removesuffix(_REPLACEMENT) for order in _ORDERS}
    order = max(_ORDERS, key=lambda order: sum(map(spelt[order].count, _PARTINGS)))
    parted = any(sign in spelt[order] for sign in _PARTINGS)
    return order.replace("16-", "16") if parted and _is_assigned(spelt[order]) else None


def _is_narrow(head: bytes) -> bool:
    """Whether it reads as UTF-8, with hardly a control among it; the end may be cut."""
    try:
        getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return (len(head) - len(head.translate(None, CONTROLS))) * 40 <= len(head)


def _is_assigned(text: str) -> bool:
    """Whether each character is one that Unicode names, and no control but white space."""
    return not any(
        char == _REPLACEMENT or (category(char) in ("Cc", "Cn", "Co") and char not in "\t\n\r\f")
        for char in text
    )


def _judge_utf8(content: bytes, text: str, declared: tuple[_Charset, str] | None) -> Decoded:
    """The bytes are valid UTF-8: is that what they are meant to be?"""
    ascii_only = len(text) == len(content)
    if declared is None:
        if ascii_only and b"\x1b" in content and _ESCAPE_JP.search(content):
            return _make(content, _lookup("iso-2022-jp") or _UTF8, "detected")
        return Decoded(_tidy(text), "utf-8", "detected")
    charset, source = declared
    if charset == _UTF8 or (ascii_only and not charset.wide):
        return Decoded(_tidy(text), charset.name, source)
    if charset.wide and b"\x1b" in content and charset.name.startswith("iso-2022"):
        return _make(content, charset, source)
    # Two or three double-byte characters can be valid UTF-8 by chance; more are not.
    if charset.multibyte and len(content) - len(text) < 5:
        return _make(content, charset, source)
    return Decoded(_tidy(text), "utf-8", "detected")


def _decode_legacy(content: bytes, declared: tuple[_Charset, str] | None) -> Decoded:
    """The bytes are not valid UTF-8: as declared if that fits, else as detected."""
    text, errors, valid = _measure_utf8(content)
    charset, source = declared or (None, "detected")
    if charset in (None, _UTF8):
        # What was declared needs less proof than what was not.
        likely = valid >= (errors if declared else 10 * errors)
        return Decoded(_tidy(text), "utf-8", source) if likely else _detect(content)
    if valid >= 20 * errors and not charset.multibyte:
        return Decoded(_tidy(text), "utf-8", "detected")
    decoded = _make(content, charset, source)
    fits = _fits(decoded.text) and not _is_guise(content, charset)
    return decoded if fits else _detect(content)


def _measure_utf8(content: bytes) -> tuple[str, int, int]:
    """The text as UTF-8 with replacements, the count of errors, the count of good characters."""
    text = content.decode("utf-8", "replace")
    errors = text.count(_REPLACEMENT) - content.count(b"\xef\xbf\xbd")
    return text, errors, _count_beyond_ascii(text) - text.count(_REPLACEMENT)


def _fits(text: str) -> bool:
    odd = text.count(_REPLACEMENT) * 10 + len(_HALF_WIDTH.findall(text)) * 3
    return odd <= _count_beyond_ascii(text)


def _is_guise(content: bytes, charset: _Charset) -> bool:
    """Whether it is declared to be in Latin letters, as servers do unasked, and is in another
    script: its letters are nearly all beyond ASCII, which is so in no language of Latin letters."""
    if charset.codec not in _LATIN_1 or not _RUN.search(content):
        return False
    sample = _take_sample(content)
    letters = len(sample) - len(sample.translate(None, _ASCII_LETTERS))
    beyond = sum(byte > 0x7F for byte in sample)
    return beyond >= _ENOUGH and beyond > letters


def _count_beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _make(content: bytes, charset: _Charset, source: str) -> Decoded:
    return Decoded(_tidy(content.decode(charset.codec, "replace")), charset.name, source)


def _tidy(text: str) -> str:
    text = text.removeprefix("\ufeff")
    return text.replace("\0", "") if "\0" in text else text


def _read_declaration(content: bytes, content_type: str | None) -> tuple[_Charset, str] | None:
    if content_type and (match := _HEADER_CHARSET.search(content_type)):
        charset = _lookup(match[1])
        if charset:
            return charset, "http"
    charset = _read_meta(content[:_HEAD])
    return (charset, "meta") if charset else None


def _read_meta(head: bytes) -> _Charset | None:
    """The first charset that a <meta> or an XML declaration names (HTML 13.2.3.2, prescan)."""
    match = _XML_DECLARATION.match(head)
    if match is None and b"charset" not in head and b"CHARSET" not in head.upper():
        return None
    match = match or _META.search(_COMMENT.sub(b"", head))
    charset = _lookup(match[1].decode("ascii", "replace")) if match else None
    # A declaration that could be read as ASCII cannot be right about UTF-16.
    return _UTF8 if charset and charset.name.startswith("utf-16") else charset


def _lookup(label: str) -> _Charset | None:
    folded = _fold(label)
    return _UTF8 if folded == "utf8" else _load_labels().get(folded)


def _fold(label: str) -> str:
    return re.sub(r"[^a-z0-9]", "", label.lower())


@cache
def _load_labels() -> Mapping[str, _Charset]:
    labels = {}
    for name, codec, aliases in _read_table("charset_labels.tsv"):
        for alias in (name, *aliases.split()):
            labels[_fold(alias)] = _Charset(name, codec)
    return MappingProxyType(labels)


def _read_table(name: str) -> list[list[str]]:
    lines = Path(__file__).with_name(name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def _detect(content: bytes) -> Decoded:
    """What the bytes that are not ASCII most likely are; windows-1252 when nothing speaks."""
    sample = _take_sample(content)
    language = _LANGUAGE.search(content[:_HEAD])
    codec = _choose_alphabet(sample, language[1].decode().lower() if language else "")
    codec = codec or _ask_detector(sample)
    if codec is None:
        return _make(content, _FALLBACK, "fallback")
    return _make(content, _name_codec(codec), "detected")


def _take_sample(content: bytes) -> bytes:
    """A few kibibytes of the visible text that is not ASCII, whole lines of it."""
    pieces: list[bytes] = []
    size = 0
    for piece in re.split(rb"[\r\n]+|\s{2,}", _MARKUP.sub(b"  ", content[: 256 * 1024])):
        if piece.isascii():
            continue
        pieces.append(piece[: 4 * _SAMPLE])
        size += len(pieces[-1])
        if size > _SAMPLE:
            break
    return b"\n".join(pieces)


@cache
def _load_alphabets() -> tuple[tuple[str, str, frozenset[str]], ...]:
    return tuple(
        (language, codec, frozenset(letters + letters.upper()) | _PUNCTUATION)
        for language, codec, letters in _read_table("charset_alphabets.tsv")
    )


def _choose_alphabet(sample: bytes, language: str) -> str | None:
    """The codec under which some language in Latin letters explains nearly every character."""
    best, chosen = 0.9, None
    for name, codec, letters in _load_alphabets():
        beyond = [char for char in sample.decode(codec, "replace") if char > "\x7f"]
        if not beyond:
            continue
        share = sum(char in letters for char in beyond) / len(beyond)
        share += 0.05 if name == language else 0.0
        if share > best + 1e-9:
            best, chosen = share, codec
    return chosen


def _ask_detector(sample: bytes) -> str | None:
    if sum(byte > 127 for byte in sample) < _EVIDENCE:
        return None
    import charset_normalizer

    found = charset_normalizer.from_bytes(
        sample, cp_isolation=_DETECTABLE.split(), enable_fallback=False
    ).best()
    return found.encoding if found else None


def _name_codec(codec: str) -> _Charset:
    codec = "big5hkscs" if codec == "big5" else codec
    for charset in _load_labels().values():
        if charset.codec == codec:
            return charset
    return _Charset(codec, codec)
