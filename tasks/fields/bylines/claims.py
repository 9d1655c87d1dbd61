"""The authors a page tells machines: JSON-LD, meta elements, and, for want of a name, log-in
names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from tasks.fields.bylines.lexicons import load_lexicons
from tasks.fields.bylines.name_words import load_name_words
from tasks.fields.bylines.names import merge_authors, parse_byline, read_login
from tasks.fields.bylines.signers import Signer
from tasks.fields.claims import as_list, list_articles, list_meta, list_texts, resolve_node
from tasks.identity import fold_name
from tasks.model import Author, AuthorKind, Found, Page

Signed = Found[tuple[Author, ...]]

_META = (
    ("author", 0.78),
    ("article:author", 0.78),
    ("article:author_name", 0.78),
    ("parsely-author", 0.78),
    ("sailthru.author", 0.76),
    ("byl", 0.8),
    ("dc.creator", 0.74),
    ("dcterms.creator", 0.74),
    ("dc:creator", 0.74),
    ("dcterms:creator", 0.74),
    ("cxenseparse:author", 0.74),
    ("og:article:author", 0.74),
    ("article:authors", 0.74),
    ("authors", 0.72),
    ("mediator_author", 0.74),
    ("bt:author", 0.74),
    ("vr:author", 0.74),
    ("citation_author", 0.8),
    ("dcsext.author", 0.6),
    ("article.author", 0.74),
    ("author_name", 0.74),
    ("twitter:misc:written by", 0.75),
)
# Of an explicit field, less where it names no person; less still where it names the outlet alone.
_LESS_DESK, _LESS_CLAIMED, _LESS_OUTLET = 0.5, 0.4, 0.75
_MOST_SIGNERS = 100
_LONGEST_JOB = 80
_MOST_MARKS = 12
_OWN_PAGE = re.compile(
    r"^https?://[^?#]*/(?:authors?|autor(?:en|es|i)?|auteurs?|profiles?|people|staff|journalists?)"
    r"/([a-z][a-z._-]{4,40})/?(?:$|[?#])"
)


def list_claims(page: Page, signer: Signer) -> Iterator[Signed]:
    """What JSON-LD and meta elements say, the surer ones first."""
    for node in list_articles(page):
        own = node is page.structured.article
        for key in ("author", "creator"):
            value = node.get(key)
            if value:
                sure = (0.92 if key == "author" else 0.7) if own else 0.5
                authors = _read_jsonld(page, value, signer)
                listed = isinstance(value, list) and len(value) > 1
                yield rate(authors, str(value), f"jsonld.{key}", sure, whole=listed)
    meta = page.structured.meta or {}
    for name, sure in _META:
        raws = [raw for raw in meta.get(name, ()) if not raw.startswith(("http", "/", "@"))]
        if raws:
            authors = [a for raw in raws for a in parse_byline(raw, signer, trusted=True)]
            yield rate(_drop_bodies(authors), " | ".join(raws), f"meta.{name}", sure)
    yield from _list_labelled(page, signer)


def _read_jsonld(page: Page, value: object, signer: Signer) -> list[Author]:
    authors: list[Author] = []
    for named in _list_signers(page, value):
        read = [a for raw in list_texts(named) for a in parse_byline(raw, signer, trusted=True)]
        authors.extend(_give_job(read, named))
    return merge_authors(authors)


def _give_job(authors: Sequence[Author], named: object) -> Sequence[Author]:
    """The one person of a JSON-LD value with its `jobTitle` (schema.org) as role, where it names
    one."""
    job = next(list_texts(named.get("jobTitle")), None) if isinstance(named, dict) else None
    if job is None or [a.kind for a in authors] != [AuthorKind.PERSON] or len(job) > _LONGEST_JOB:
        return authors
    return [replace(authors[0], role=authors[0].role or job)]


def _list_signers(page: Page, value: object) -> Iterator[object]:
    """One by one, whom a JSON-LD value names."""
    return (resolve_node(page, item) for item in as_list(value)[:_MOST_SIGNERS])


def _drop_bodies(authors: Sequence[Author]) -> list[Author]:
    """Without the outlet and without companies: in meta elements they own the site, or made it,
    and no reader sees them sign."""
    lexicons = load_lexicons()
    return [
        a
        for a in merge_authors(authors)
        if a.kind is not AuthorKind.OUTLET
        and not (a.kind is AuthorKind.DESK and lexicons.find_kind(a.name) is None)
    ]


def _list_labelled(page: Page, signer: Signer) -> Iterator[Signed]:
    """`twitter:data1` where `twitter:label1` is a byline word ("Written by", "Verfasst von")."""
    words = load_lexicons().prefix_words
    for number in ("1", "2"):
        labels = [raw for _, raw in list_meta(page, f"twitter:label{number}")]
        if labels and fold_name(labels[0]) in words:
            for _, raw in list_meta(page, f"twitter:data{number}"):
                authors = _drop_bodies(parse_byline(raw, signer, trusted=True))
                yield rate(authors, raw, f"meta.twitter:data{number}", 0.74)


def list_scripts(page: Page, signer: Signer) -> Iterator[Signed]:
    """What inline scripts tell: the story's own credits, else a name that begins with a common
    first name."""
    told = page.structured.script_authors
    for key in dict.fromkeys(key for key, _ in told):
        raws = [raw for other, raw in told if other == key]
        authors = merge_authors(a for raw in raws for a in parse_byline(raw, signer, trusted=True))
        people = [a.name for a in authors if a.kind is AuthorKind.PERSON]
        if key == "credits" or any(map(load_name_words().bears_out, people)):
            sure = 0.6 if key == "credits" else 0.25
            yield rate(_drop_bodies(authors), " | ".join(raws), f"script.{key}", sure)


def list_logins(page: Page, signer: Signer) -> Iterator[Signed]:
    """Fields for an author that hold one word, by which a system knows somebody: for want of a
    name, this is who signs."""
    raws = [
        ("jsonld.author", raw)
        for node in list_articles(page)
        for raw in list_texts(resolve_node(page, node.get("author")))
    ]
    raws.extend((f"meta.{name}", raw) for name, raw in list_meta(page, "author", "article:author"))
    marks = zip(page.structured.byline_marks, page.structured.bylines, strict=True)
    for mark, raw in islice(marks, _MOST_MARKS):
        raws.append((f"html.{mark}", raw.split("\n")[-1] if raw.count("\n") == 1 else raw))
    for rule, raw in raws:
        authors = () if signer.is_outlet(raw) else read_login(raw)
        if authors:
            yield Found(authors, raw, f"{rule}-login", 0.2)


def list_addresses(page: Page) -> Iterator[Signed]:
    """The name in the address of an author's own page (".../author/jane-doe"), which some pages
    give instead of a name; only where it begins with a common first name."""
    for rule, raw in islice(_list_told_addresses(page), _MOST_SIGNERS):
        slug = _OWN_PAGE.search(raw)
        name = slug[1].replace("-", " ").replace("_", " ").replace(".", " ").title() if slug else ""
        if 1 < len(name.split()) < 4 and load_name_words().bears_out(name):
            authors = tuple(a for a in parse_byline(name) if a.kind is AuthorKind.PERSON)
            yield Found(authors, raw, f"{rule}-address", 0.24)


def _list_told_addresses(page: Page) -> Iterator[tuple[str, str]]:
    """What may be the address of an author's own page, and who tells it."""
    for _, raw in list_meta(page, "article:author", "author"):
        yield "meta.article:author", raw
    for node in list_articles(page):
        for item in _list_signers(page, node.get("author")):
            told = item.get("url") or item.get("@id") if isinstance(item, dict) else item
            yield "jsonld.author", told if isinstance(told, str) else ""


def _is_nameless(author: Author) -> bool:
    """Whether it is somebody by their role alone ("Staff Reporter")."""
    return author.kind is AuthorKind.DESK and load_lexicons().is_role(author.name)


def rate(
    authors: Sequence[Author], raw: str, rule: str, sure: float, *, whole: bool = False
) -> Signed:
    """A source's authors. The outlet is nobody's author where others sign too, unless the source
    names it as one of a list (`whole`); without people a source counts less."""
    kept = tuple(a for a in authors if whole or a.kind is not AuthorKind.OUTLET)
    if any(a.kind is AuthorKind.PERSON for a in kept):
        return Found(tuple(a for a in kept if not _is_nameless(a)), raw, rule, sure)
    if any(a.kind is not AuthorKind.OUTLET for a in kept):
        less = _LESS_CLAIMED if rule == "jsonld.author" else _LESS_DESK
        return Found(kept, raw, rule, max(sure - less, 0.1))
    explicit = rule.startswith(("jsonld", "meta", "line.byline"))
    return Found(tuple(authors[:1]) if explicit else (), raw, rule, max(sure - _LESS_OUTLET, 0.05))
