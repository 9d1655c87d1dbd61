"""HTML, plain text, or neither: decided by content, whatever the name and the header say."""

from __future__ import annotations

import re

from tasks.charset import CONTROLS, guess_utf16
from tasks.model import Fault, Media, Stage

_SAMPLE = 128 * 1024
_SPACE = " \t\r\n\f\v\ufeff\xa0\u200b\0"
_SPACE_BYTES = b" \t\r\n\f\v\0"
_WIDE_BOMS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)

# First bytes (offset, signature, what it is); signatures that news text could begin with are out.
_SIGNATURES = (
    (0, b"%PDF-", "a PDF"),
    (0, b"\x89PNG\r\n", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF87a", "a GIF image"),
    (0, b"GIF89a", "a GIF image"),
    (8, b"WEBPVP8", "a WebP image"),
    (4, b"ftyp", "a video or an AVIF image"),
    (0, b"PK\x03\x04", "a zip archive or an office document"),
    (0, b"PK\x05\x06", "an empty zip archive"),
    (0, b"\x1f\x8b\x08", "gzip data inside gzip or HTTP"),
    (0, b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (0, b"\xfd7zXZ\0", "xz data"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"BZh91AY&SY", "bzip2 data"),
    (0, b"\x7fELF", "an executable"),
    (0, b"MZ\x90\0", "an executable"),
    (0, b"\xca\xfe\xba\xbe", "an executable"),
    (0, b"\xcf\xfa\xed\xfe", "an executable"),
    (0, b"\0asm", "an executable"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (0, b"SQLite format 3\0", "an SQLite database"),
    (0, b"PAR1", "a Parquet file"),
    (0, b"wOFF", "a font"),
    (0, b"wOF2", "a font"),
    (0, b"\0\0\x01\0", "an icon"),
    (0, b"OggS\0", "audio or video"),
    (0, b"fLaC\0", "audio"),
    (0, b"ID3\x03\0", "audio"),
    (0, b"ID3\x04\0", "audio"),
)

_BLOCK = (
    "address|article|aside|blockquote|body|center|dd|details|div|dl|dt|fieldset|figcaption|figure|"
    "footer|form|h[1-6]|head|header|hr|html|li|main|nav|ol|p|pre|section|table|tbody|td|"
    "th|thead|title|tr|ul"
)
_INLINE = (
    "a|abbr|acronym|amp-img|audio|b|base|big|br|button|cite|code|em|embed|font|frame|frameset|i|"
    "iframe|img|input|ins|label|link|meta|noscript|object|picture|q|s|script|select|small|source|"
    "span|strike|strong|style|sub|sup|svg|template|textarea|time|tt|u|video"
)
_ANY = f"{_BLOCK}|{_INLINE}"

_LEADING = re.compile(r"(?:\s+|<!--.*?-->|<\?xml\b[^>]*\?>|<\?[\w-]+[^>]*>)*", re.DOTALL)
_DOCTYPE_HTML = re.compile(r"<!doctype\s+html\b", re.IGNORECASE)
_ROOT = re.compile(r"<(?:!doctype\s+)?([a-z][\w.-]*(?::[\w.-]+)?)(?=[\s>/])", re.IGNORECASE)
_BEGINS_WITH_TAG = re.compile(rf"<({_ANY})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_TAG = re.compile(rf"</?(?:{_ANY})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK_END = re.compile(rf"</(?:{_BLOCK})\s*>|<br\s*/?>", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"^[^\S\n]*(?:<!doctype\s+html\b|<html[\s>])|<html[\s>][^<]*<(?:head|body|meta)\b|</html\s*>\s*\Z",
    re.IGNORECASE | re.MULTILINE,
)
_FEEDS = frozenset({"rss", "feed", "rdf:rdf", "opml", "urlset", "sitemapindex", "channel"})
_XML_ROOTS = _FEEDS | {"svg", "nitf", "newsml", "newsitem", "newsmessage", "plist", "kml", "gpx"}
_OBJECT = re.compile(r'\{\s*(?:"(?:[^"\\\n]|\\.)*"\s*:|\}\s*\Z)')
_ARRAY = re.compile(r'\[\s*(?:[\[{"\d\-\]]|true|false|null)')
_JSON = (
    "This is JSON, and no page; make it JSON lines, an object a page with html, text or file"
    " (jq -c '.[]' does that to a list), and give that."
)
_ADDRESS = re.compile(r"https?://\S+")
_ADDRESSES = (
    "This is a list of addresses, not a page; have them fetched: xargs copydesk ingest < the list."
)
_CODE_TYPES = ("javascript", "ecmascript", "text/css", "text/calendar")


def sniff(content: bytes, content_type: str | None) -> Media | Fault:
    """What the bytes are; never raises.

    Faults (stage edit): 'empty-file' (nothing but white space), 'binary' (by signature, or by
    control bytes), 'not-html' (JSON, a feed or other XML, a script: text, but no page).
    """
    binary = _find_signature(content)
    if binary:
        return _fault("binary", f"This is {binary}, not a page; it was kept and left alone.")
    head = _read_head(content)
    if head is None:
        return _fault("binary", "Its bytes are no text in any charset; it was kept and left alone.")
    text = head.strip(_SPACE).strip()
    if not text and not content[_SAMPLE:].strip(_SPACE_BYTES):
        return _fault("empty-file", "There is nothing in it; fetch it again.")
    return _judge_text(text, content, (content_type or "").lower())


def _judge_text(text: str, content: bytes, content_type: str) -> Media | Fault:
    start = text[_match_end(_LEADING, text) :]
    if _DOCTYPE_HTML.match(start):
        return Media.HTML
    root = _ROOT.match(start)
    name = root[1].lower() if root else ""
    if name == "html":
        return Media.HTML
    if name in _XML_ROOTS or (root and text.startswith("<?xml")):
        if name in _FEEDS:
            return _fault("not-html", "This is a feed or a sitemap; poll it: copydesk sources add.")
        return _fault("not-html", f"This is XML (<{name}>), not an article page.")
    if not _is_json(text, content) and _is_html(start):
        return Media.HTML
    return _judge_plain(text, content, content_type)


def _judge_plain(text: str, content: bytes, content_type: str) -> Media | Fault:
    if _is_json(text, content):
        return _fault("not-html", _JSON)
    if _is_address_list(text):
        return _fault("not-html", _ADDRESSES)
    if text.startswith("{\\rtf"):
        return _fault("not-html", "This is a rich text (RTF) document; save it as plain text.")
    if text.startswith("WARC/1."):
        return _fault("not-html", "This is a WARC file; give it by its name, ending in .warc.")
    if any(kind in content_type for kind in _CODE_TYPES):
        return _fault("not-html", f"It was served as {content_type.split(';')[0]}, not as a page.")
    return Media.TEXT


def _find_signature(content: bytes) -> str | None:
    for offset, signature, what in _SIGNATURES:
        if content.startswith(signature, offset):
            return what
    return None


def _read_head(content: bytes) -> str | None:
    """The beginning as characters (tags and spaces are right in it), or None for binary data."""
    for bom, codec in _WIDE_BOMS:
        if content.startswith(bom):
            return _decode_wide(content[:_SAMPLE], codec)
    if unmarked := guess_utf16(content):
        codec = "utf-16-le" if unmarked == "utf-16le" else "utf-16-be"
        return _decode_wide(content[:_SAMPLE], codec)
    head = content.removeprefix(b"\xef\xbb\xbf").lstrip(_SPACE_BYTES)[:_SAMPLE].rstrip(b"\0")
    clean = head.replace(b"\0", b"")
    nuls = len(head) - len(clean)
    controls = len(clean) - len(clean.translate(None, CONTROLS))
    if nuls * 4 > len(head) or controls * 40 > len(clean):
        return None
    return clean.decode("utf-8", "replace")


def _decode_wide(head: bytes, codec: str) -> str | None:
    text = head.decode(codec, "replace")
    odd = text.count("\ufffd") + sum(text.count(chr(code)) for code in CONTROLS)
    return None if odd * 10 > len(text) else text


def _match_end(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0


def _is_html(start: str) -> bool:
    """Whether markup carries the text, rather than being mentioned in it."""
    if _DOCUMENT.search(start):
        return _weigh_markup(start) > 0.01 and len(_BLOCK_END.findall(start)) > 1
    first = _BEGINS_WITH_TAG.match(start)
    if first:
        closed = re.search(rf"</{first[1]}\s*>", start, re.IGNORECASE)
        return bool(closed) or len(_TAG.findall(start)) > 2
    return len(_BLOCK_END.findall(start)) > 2 and _weigh_markup(start) > 0.05


def _weigh_markup(text: str) -> float:
    """The share of characters that stand inside known tags."""
    return sum(len(match[0]) for match in _TAG.finditer(text)) / max(len(text), 1)


def _is_json(text: str, content: bytes) -> bool:
    if _OBJECT.match(text):
        return True
    return bool(_ARRAY.match(text)) and content.rstrip(b" \t\r\n\0").endswith(b"]")


def _is_address_list(text: str) -> bool:
    """Whether the first lines are addresses and nothing else, and there are several."""
    lines = [line for line in text[:4096].splitlines()[:20] if line.strip()]
    return len(lines) > 1 and all(_ADDRESS.fullmatch(line.strip()) for line in lines)


def _fault(code: str, message: str) -> Fault:
    return Fault(Stage.EDIT, code, message)
