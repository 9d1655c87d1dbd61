"""The nouns of Copydesk: what travels from a source to the warehouse. No I/O, no libraries.

The way of a document: a source yields a `Capture` (or a `Skip`); the archive turns it into a
`Document` with a `Place`; the desk edits it into an `Edited`, whose outcome is an `Article` or a
`Problem`, never both and never neither. Lines, links and evidence come by the hundred a page and
travel between processes: they are named tuples, which pickle in a quarter of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Media(StrEnum):
    """What the bytes of a document are, decided by content."""

    HTML = "html"
    TEXT = "text"


class Stage(StrEnum):
    """The stages of a run, in order; a problem names the one it arose in."""

    DISCOVER = "discover"
    ARCHIVE = "archive"
    EDIT = "edit"
    STAGE = "stage"
    LOAD = "load"
    LINK = "link"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a document cannot become an article: `code` is kebab-case and stable, `message` says
    what is wrong and what to do."""

    stage: Stage
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bytes lie: one WARC record (its gzip member starts at `offset`, `length` bytes).

    `file` is relative to the archive folder, or absolute for a WARC that is referenced in place.
    """

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a source says of a page beside its bytes: the columns of a manifest's row, an entry of a
    feed or sitemap, the HTTP header Last-Modified. All as given, None where nothing was; `zone` is
    an IANA name, `tags` are joined by semicolons. `by` says who tells: "feed", "sitemap", None for
    a manifest's row."""

    title: str | None = None
    byline: str | None = None
    published: str | None = None
    modified: str | None = None
    last_modified: str | None = None
    outlet: str | None = None
    section: str | None = None
    language: str | None = None
    zone: str | None = None
    summary: str | None = None
    tags: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """One input as a source found it, before anything was decided about it.

    `content` is what was inside the transport (gunzipped, for instance). With a `fault`, it is the
    part that could be read. `fetched_at` is aware, in UTC: as given, else the file's modification
    time, else now. `place` is set by sources that already are archives; `robots` says what in a
    host's robots.txt allowed the fetch.
    """

    uri: str
    content: bytes
    fetched_at: datetime
    url: str | None = None
    external_id: str | None = None
    source: str | None = None
    content_type: str | None = None
    place: Place | None = None
    fault: Fault | None = None
    told: Told | None = None
    robots: str | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """An input that is no document and is only counted: an image in a WARC, a 404 response."""

    uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """One input, with its identity, once its bytes are in the archive.

    `id` is 12 characters of base32, the same in every run (see `tasks.identity`). `duplicate_of`
    names the earlier document whose bytes and URL are the same: it is not edited again.
    """

    id: str
    sha256: str
    size: int
    uri: str
    fetched_at: datetime
    url: str | None = None
    external_id: str | None = None
    source: str | None = None
    content_type: str | None = None
    place: Place | None = None
    fault: Fault | None = None
    duplicate_of: str | None = None
    told: Told | None = None
    robots: str | None = None


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value and why we believe it.

    `raw` is exactly what the page says; `rule` names the finder ("jsonld.datePublished",
    "line.by-prefix"); `span` is a range of characters in `Page.text` where the value was read from
    a line; `confidence` is between 0 and 1.
    """

    value: T
    raw: str
    rule: str
    confidence: float
    span: tuple[int, int] | None = None


class Label(StrEnum):
    """What a line is. BODY, HEADING, QUOTE and LIST_ITEM are kept; all else is removed."""

    TITLE = "title"
    STANDFIRST = "standfirst"
    BYLINE = "byline"
    DATE_LINE = "date_line"
    DATELINE = "dateline"
    BODY = "body"
    HEADING = "heading"
    QUOTE = "quote"
    LIST_ITEM = "list_item"
    CAPTION = "caption"
    CREDIT = "credit"
    IMAGE_ALT = "image_alt"
    NAVIGATION = "navigation"
    PROMO = "promo"
    RELATED = "related"
    LEGAL = "legal"
    BIO = "bio"
    COMMENT = "comment"
    SHARE = "share"
    REPEAT = "repeat"
    BOILERPLATE = "boilerplate"
    BLANK = "blank"


KEPT = frozenset({Label.BODY, Label.HEADING, Label.QUOTE, Label.LIST_ITEM})


class Line(NamedTuple):
    """A stretch of the page with one label and the id of the rule that gave it.

    `text` is `Page.text[start:end]`. In plain text the lines cover the input from end to end
    (blank stretches are lines labelled BLANK), so that kept + removed == input. In HTML a line is
    one block element's visible text; `tag` is its element ("p", "h2", "li", "figcaption" …).
    """

    number: int
    start: int
    end: int
    text: str
    label: Label
    rule: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """A picture's caption as printed, credit split off. `credit` is without brackets."""

    text: str | None
    credit: str | None = None
    photographer: str | None = None
    agency: str | None = None
    image_url: str | None = None
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A sub-heading kept in the body; `level` 2–6, or None in plain text."""

    text: str
    level: int | None = None


class Link(NamedTuple):
    """A link out of the body: absolute `url`, `text` as printed."""

    url: str
    text: str


class DateMark(NamedTuple):
    """A <time> element or a short text marked up as a date. `how`: "time", "class", "updated" (a
    class that says so), "datepublished" or "datemodified" (microdata); `given` is the machine's
    value or "", `text` what a reader sees, with a label before it in `label`; `place`: "head" (by
    the headline), "top" (before it), "page", "body" (after the text began), "beside" (in
    comments, teasers, sidebars)."""

    how: str
    given: str
    text: str
    label: str = ""
    place: str = "page"


@dataclass(frozen=True, slots=True)
class Structured:
    """What the page says of itself to machines, read once.

    `jsonld` holds every object of every JSON-LD script, `@graph` and lists flattened, in order;
    `article` the one that describes the article (a schema.org Article or a kin of it), if any.
    `meta` maps lower-cased name/property/itemprop to every content given, in order. `links` maps
    rel to href. `h1_mains` are what is left of headings of level 1 without the kicker, subtitle
    or date they hold. `bylines` are short texts marked up as a byline, `byline_marks` says of each
    by what ("itemprop", "rel", "class-byline", "class", "hook", "link") and `byline_places` where
    it stands ("head", "top", "page", "body"); `dates` are <time> elements and short texts
    marked up as a date. `script_dates` are (key, value) of times in inline scripts that hold data,
    read only where neither JSON-LD nor meta tell of a publication, and `script_authors` (key,
    names) of authors, where neither tells one.
    """

    jsonld: tuple[dict[str, Any], ...] = ()
    article: dict[str, Any] | None = None
    meta: dict[str, tuple[str, ...]] | None = None
    links: dict[str, tuple[str, ...]] | None = None
    html_lang: str | None = None
    title_tag: str | None = None
    h1: tuple[str, ...] = ()
    h1_mains: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    byline_marks: tuple[str, ...] = ()
    byline_places: tuple[str, ...] = ()
    dates: tuple[DateMark, ...] = ()
    script_dates: tuple[tuple[str, str], ...] = ()
    script_authors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """HTML and plain text, met: labelled lines over one text, and what the page says of itself.

    `captions` are harvested from figures before the boilerplate goes (HTML), or from the lines
    labelled caption (text). `body_links` are the links inside kept blocks. `zone` is the outlet's
    (an IANA name), where it is configured or was learned; `told` what the source says.
    """

    media: Media
    text: str
    lines: tuple[Line, ...]
    fetched_at: datetime
    url: str | None = None
    source: str | None = None
    structured: Structured = Structured()
    captions: tuple[Caption, ...] = ()
    body_links: tuple[Link, ...] = ()
    zone: str | None = None
    told: Told | None = None


class Precision(StrEnum):
    """How exactly a time is known."""

    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


class ZoneFrom(StrEnum):
    """Where a stamp's zone came from: an offset on the page, the outlet's zone, or a guess."""

    OFFSET = "offset"
    OUTLET = "outlet"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as printed (`local`) and, where the zone is known, as an instant in UTC.

    With precision DAY, `local` is a date and `utc` is None: midnight is never invented.
    """

    local: date | datetime
    precision: Precision
    utc: datetime | None = None
    offset_minutes: int | None = None
    zone_from: ZoneFrom | None = None

    def isoformat(self) -> str:
        """ISO 8601: an instant with its offset, a local time without one, or a bare day."""
        timespec = "minutes" if self.precision is Precision.MINUTE else "seconds"
        if not isinstance(self.local, datetime):
            return self.local.isoformat()
        if self.utc is None or self.offset_minutes is None:
            return self.local.replace(tzinfo=None).isoformat(timespec=timespec)
        zone = timezone(timedelta(minutes=self.offset_minutes))
        return self.utc.astimezone(zone).isoformat(timespec=timespec)


class AuthorKind(StrEnum):
    """Who signs: a person, a desk ("Newsroom"), a wire agency, or the outlet itself."""

    PERSON = "person"
    DESK = "desk"
    AGENCY = "agency"
    OUTLET = "outlet"


@dataclass(frozen=True, slots=True)
class Author:
    """One name of a byline, split from its role, place, e-mail and handle."""

    name: str
    kind: AuthorKind
    raw: str
    role: str | None = None
    location: str | None = None
    email: str | None = None
    handle: str | None = None


class ArticleKind(StrEnum):
    """What sort of article a page carries."""

    NEWS = "news"
    LIVE_BLOG = "live_blog"
    OPINION = "opinion"
    REVIEW = "review"
    INTERVIEW = "interview"
    GALLERY = "gallery"
    VIDEO = "video"
    AUDIO = "audio"
    PRESS_RELEASE = "press_release"
    SPONSORED = "sponsored"


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where a story was filed, as its first line says: "ANKARA, Türkiye (AP) —".

    `place` is the town as a reader writes it ("Ankara"), `country` an ISO 3166-1 alpha-2 code
    where it is known, `agency` the wire named with it, `raw` the dateline as printed.
    """

    raw: str
    place: str | None = None
    country: str | None = None
    agency: str | None = None


class Quote(NamedTuple):
    """Direct speech. `text` is `body[start:end]`, what stands between the marks, without them.

    `speaker` is the fullest form of the speaker's name that the text gives, `speaker_raw` what the
    attribution prints ("Flake", "she"), `verb` its verb as printed; None where nothing tells.
    `goes_on` says that the sentence of the quote before is continued, broken by its attribution.
    """

    text: str
    start: int
    end: int
    speaker: str | None = None
    speaker_raw: str | None = None
    verb: str | None = None
    goes_on: bool = False
    rule: str = ""
    confidence: float = 0.0


class MentionKind(StrEnum):
    """What a name in a text names."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"


class Mention(NamedTuple):
    """A name in the body. `name` is its fullest form there, `forms` every form, `offsets` where in
    the body they begin, in order; `country` the ISO 3166-1 alpha-2 code of a place."""

    name: str
    kind: MentionKind
    offsets: tuple[int, ...]
    forms: tuple[str, ...] = ()
    country: str | None = None
    rule: str = ""
    confidence: float = 0.0


class Evidence(NamedTuple):
    """One candidate for one field, chosen or not: the trail behind every value."""

    field: str
    value: str
    raw: str
    rule: str
    confidence: float
    chosen: bool


class Imprint(NamedTuple):
    """What an article leaves behind for learning its site's template. `lines` are the hashes of its
    kept lines in order, 0 for one that can never be template; `headings` those of the sub-headings
    among them; `topic` the title and the first paragraphs, a line each."""

    lines: tuple[int, ...]
    headings: tuple[int, ...]
    topic: str


class SitePage(NamedTuple):
    """One remembered article of a site; `fresh` ones came after the site was last learned."""

    article_id: str
    fresh: bool
    seen_at: datetime
    imprint: Imprint


class SiteLine(NamedTuple):
    """A line that repeats across the articles of a site. `label` is what later articles' lines with
    this text are; None where they stay, and `verdict` says why ("template", or what speaks against
    it). `stories` counts the unrelated articles among those it was judged by; the article
    `first_article_id` keeps the line."""

    site: str
    line_hash: int
    text: str
    label: Label | None
    verdict: str
    pages_seen: int
    stories: int
    first_article_id: str
    first_seen_at: datetime
    last_seen_at: datetime


class OutletZone(NamedTuple):
    """The IANA time zone of a site, learned from so many `times` that its pages print with an
    offset; None where they leave it open."""

    site: str
    zone: str | None
    times: int


@dataclass(frozen=True, slots=True)
class Article:
    """A clean article. `id` comes from its identity (canonical URL, URL, else where it was read);
    `content_hash` changes exactly when a reader would see another text or other facts."""

    id: str
    content_hash: str
    body: str
    lines: tuple[Line, ...]
    language: str | None
    word_count: int
    url: str | None = None
    canonical_url: str | None = None
    site: str | None = None
    outlet: str | None = None
    title: str | None = None
    standfirst: str | None = None
    byline: str | None = None
    authors: tuple[Author, ...] = ()
    published: Stamp | None = None
    modified: Stamp | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    captions: tuple[Caption, ...] = ()
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    imprint: Imprint | None = None
    kind: ArticleKind | None = None
    language_confidence: float | None = None
    other_language: str | None = None
    dateline: Dateline | None = None
    agency: str | None = None
    credit_line: str | None = None
    paywalled: bool | None = None
    truncated: bool | None = None
    reading_seconds: int | None = None
    quotes: tuple[Quote, ...] = ()
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A document that ended without an article, and why. Its bytes are kept."""

    stage: Stage
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of one document: exactly one outcome, and how it was read."""

    document: Document
    outcome: Article | Problem
    media: Media | None = None
    charset: str | None = None
    charset_from: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds within which a document is read and edited; all are settings.

    Bytes are counted after decompression. `ratio` bounds decompressed to compressed size, once a
    document is larger than a mebibyte.
    """

    document_bytes: int = 32 * 1024 * 1024
    ratio: int = 200
    nesting: int = 2_000
    seconds: float = 20.0
    memory_bytes: int = 2 * 1024 * 1024 * 1024
