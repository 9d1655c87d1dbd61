"""Lists of feeds as feed readers keep them: OPML 2.0 (opml.org), read and written.

What OPML has no word for (a source's name, zone, pace …) travels in attributes of a namespace of
our own, which other programs pass over; sources that are no feeds are outlines of type "link".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from tasks.charset import decode
from tasks.errors import SourceUnreadable
from tasks.fields.urls import normalise_url
from tasks.listings.markup import describe_break, drop_controls, make_parser, mend_xml
from tasks.live import Kind, Source

_SPACE = "urn:copydesk:sources"
_OWN = ("name", "kind", "zone", "language", "every", "pace", "most", "revisits", "enabled")


def read_opml(content: bytes, name: str) -> list[Source]:
    """The sources of an OPML file, in its order, each address once; folders are left out.

    A source's name is "" where Copydesk did not write the file. `name` is the file's, for errors:
    SourceUnreadable where this is no OPML, or none that can be read whole.
    """
    root = _parse(content, name)
    if etree.QName(root).localname.lower() != "opml":
        raise SourceUnreadable(
            f"{name} is no OPML: it begins with <{root.tag}>.", "Export it anew."
        )
    sources: dict[str, Source] = {}
    for outline in root.iter("{*}outline"):
        if source := _read_outline(outline, name):
            sources.setdefault(source.url, source)
    return list(sources.values())


def _parse(content: bytes, name: str) -> etree._Element:
    text = decode(content, None).text
    text = text[max(text.lower().find("<opml"), 0) :].strip()
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), make_parser())
    except etree.XMLSyntaxError:
        pass
    try:
        return etree.fromstring(mend_xml(text).encode("utf-8", "replace"), make_parser())
    except etree.XMLSyntaxError as error:
        why = describe_break(error)
        raise SourceUnreadable(f"{name} is no OPML: {why}.", "Export it anew.") from None


def _read_outline(outline: etree._Element, name: str) -> Source | None:
    """A feed by its xmlUrl; another source where Copydesk wrote it."""
    given = {key.lower(): value for key, value in outline.attrib.items()}
    own = {key: value for key in _OWN if (value := outline.get(f"{{{_SPACE}}}{key}"))}
    raw = given.get("xmlurl") or (given.get("url") if "kind" in own else None) or ""
    kind = own.get("kind", Kind.FEED)
    # What an archive's address selects stands behind a '#', which pages' addresses lose.
    url = raw if kind in (Kind.INBOX, Kind.ARCHIVE) else normalise_url(raw)
    if not url:
        return None
    try:
        return _make_source(url, own, given.get("title"))
    except ValueError as error:
        raise SourceUnreadable(
            f"{name}: the outline of {url} cannot be read ({error}).", "Put its attributes right."
        ) from None


def _make_source(url: str, own: dict[str, str], title: str | None) -> Source:
    revisits = own.get("revisits")
    return Source(
        own.get("name", ""),
        Kind(own.get("kind", "feed")),
        url,
        # A feed's title elsewhere is often "X - News", no outlet.
        outlet=title if own else None,
        zone=own.get("zone"),
        language=own.get("language"),
        every=int(own["every"]) if "every" in own else None,
        pace=float(own["pace"]) if "pace" in own else None,
        most=int(own["most"]) if "most" in own else None,
        revisits=None
        if revisits is None
        else tuple(map(int, revisits.replace("none", "").split())),
        enabled=own.get("enabled") != "false",
    )


def write_opml(sources: Sequence[Source]) -> bytes:
    """OPML 2.0 in UTF-8, which `read_opml` reads as the same sources."""
    root = etree.Element("opml", {"version": "2.0"}, {"copydesk": _SPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Copydesk's sources"
    body = etree.SubElement(root, "body")
    for source in sources:
        attributes = {name: drop_controls(text) for name, text in _list_attributes(source)}
        etree.SubElement(body, "outline", attributes)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _list_attributes(source: Source) -> Iterator[tuple[str, str]]:
    """`text` is what OPML asks of every outline; the title is the outlet, if there is one."""
    feed = source.kind is Kind.FEED
    yield "text", source.outlet or source.name or source.url
    yield "type", "rss" if feed else "link"
    yield "xmlUrl" if feed else "url", source.url
    if source.language:
        yield "language", source.language
    if source.outlet:
        yield "title", source.outlet
    for name, value in _list_own(source):
        if value is not None:
            yield f"{{{_SPACE}}}{name}", str(value)


def _list_own(source: Source) -> Iterator[tuple[str, object]]:
    """What OPML has no word for, None where nothing is set."""
    yield "name", source.name or None
    yield "kind", source.kind.value
    yield "zone", source.zone
    yield "language", source.language
    yield "every", source.every
    yield "pace", source.pace
    yield "most", source.most
    yield "revisits", _print_revisits(source.revisits)
    yield "enabled", None if source.enabled else "false"


def _print_revisits(revisits: tuple[int, ...] | None) -> str | None:
    return None if revisits is None else " ".join(map(str, revisits)) or "none"
