"""Documents and reports as plain JSON values: the keys are the contract with other programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flows.plain import to_plain
from flows.report import RunReport
from tasks.model import (
    Article,
    Author,
    Caption,
    Dateline,
    Document,
    Edited,
    Evidence,
    Line,
    Mention,
    Problem,
    Quote,
    Stamp,
)
from tasks.tally import Tally

if TYPE_CHECKING:
    from warehouse.history import History
    from warehouse.live_health import Health
    from warehouse.lock import Holder
    from warehouse.read import ProblemDetail, ProblemRow, Status
    from warehouse.search import Found

Record = dict[str, Any]


def make_record(edited: Edited) -> Record:
    """One document as `copydesk clean` prints it; a problem has the same keys, empty."""
    document, outcome = edited.document, edited.outcome
    article = outcome if isinstance(outcome, Article) else None
    return {
        "id": document.external_id or document.id,
        "url": _name_address(article, document),
        **_text_fields(article),
        "uri": document.uri,
        "document_id": document.id,
        "article_id": article.id if article else None,
        "source": document.source,
        "fetched_at": document.fetched_at.isoformat(),
        "media": edited.media.value if edited.media else None,
        "charset": edited.charset,
        "charset_from": edited.charset_from,
        "problem": problem_record(outcome) if isinstance(outcome, Problem) else None,
    }


def _name_address(article: Article | None, document: Document) -> str | None:
    """Where the page was read, else where it says it lives."""
    read, said = (article.url, article.canonical_url) if article else (None, None)
    return read or document.url or said


def _text_fields(article: Article | None) -> Record:
    a = article or _NOTHING
    return {
        "title": a.title,
        "standfirst": a.standfirst,
        "body": a.body or None,
        "authors": name_authors(a),
        "byline": a.byline,
        "author_details": [author_record(author) for author in a.authors],
        "published": stamp_text(a.published),
        "modified": stamp_text(a.modified),
        "published_zone_from": zone_source(a.published),
        "modified_zone_from": zone_source(a.modified),
        "language": a.language,
        "site": a.site,
        "outlet": a.outlet,
        "section": a.section,
        "tags": list(a.tags),
        "headings": [heading.text for heading in a.headings],
        "captions": [caption_record(caption) for caption in a.captions],
        "quotes": [quote_record(quote) for quote in a.quotes],
        "image_url": a.image_url,
        "mentions": [mention_record(mention) for mention in a.mentions],
        "links": [{"url": link.url, "text": link.text} for link in a.links],
        "canonical_url": a.canonical_url,
        "word_count": a.word_count,
        "kind": a.kind.value if a.kind else None,
        "dateline": dateline_record(a.dateline) if a.dateline else None,
        "agency": a.agency,
        "credit_line": a.credit_line,
        "paywalled": a.paywalled,
        "truncated": a.truncated,
        "reading_seconds": a.reading_seconds,
        "language_confidence": a.language_confidence,
        "other_language": a.other_language,
    }


_NOTHING = Article(id="", content_hash="", body="", lines=(), language=None, word_count=0)


def name_authors(article: Article) -> list[str]:
    """Who signed, in order, the outlet too where the page names it as an author: `author_details`
    tells the kinds."""
    return [author.name for author in article.authors]


def stamp_text(stamp: Stamp | None) -> str | None:
    """ISO 8601, or None."""
    return stamp.isoformat() if stamp else None


def zone_source(stamp: Stamp | None) -> str | None:
    """Where the offset of a time came from: offset (on the page), outlet or assumed."""
    return stamp.zone_from.value if stamp and stamp.zone_from else None


def author_record(author: Author) -> Record:
    """One author with what the byline says beside the name."""
    return {
        "name": author.name,
        "kind": author.kind.value,
        "role": author.role,
        "location": author.location,
        "email": author.email,
        "handle": author.handle,
    }


def dateline_record(dateline: Dateline) -> Record:
    """A dateline as printed and taken apart."""
    return {
        "raw": dateline.raw,
        "place": dateline.place,
        "country": dateline.country,
        "agency": dateline.agency,
    }


def caption_record(caption: Caption) -> Record:
    """One caption, its credit apart."""
    return {
        "caption": caption.text,
        "credit": caption.credit,
        "photographer": caption.photographer,
        "agency": caption.agency,
        "image_url": caption.image_url,
        "alt": caption.alt,
    }


def quote_record(quote: Quote) -> Record:
    """One quotation: what is said, who says it, and where in the body it stands."""
    return {
        "quote": quote.text,
        "speaker": quote.speaker,
        "verb": quote.verb,
        "start": quote.start,
        "end": quote.end,
    }


def mention_record(mention: Mention) -> Record:
    """One name in the body, how often and where."""
    return {
        "name": mention.name,
        "kind": mention.kind.value,
        "times": len(mention.offsets),
        "country": mention.country,
        "offsets": list(mention.offsets),
    }


def problem_record(problem: Problem) -> Record:
    """Why a document made no article."""
    return {"stage": problem.stage.value, "code": problem.code, "message": problem.message}


def line_record(line: Line) -> Record:
    """One line of a page with its label and the rule that gave it."""
    return {
        "number": line.number,
        "start": line.start,
        "end": line.end,
        "label": line.label.value,
        "rule": line.rule,
        "tag": line.tag,
        "text": line.text,
    }


def explain_record(
    edited: Edited, lines: tuple[Line, ...], evidence: tuple[Evidence, ...]
) -> Record:
    """One document as `copydesk explain --json` prints it: the record, its lines and evidence."""
    return {
        **make_record(edited),
        "seconds": round(edited.seconds, 4),
        "lines": [line_record(line) for line in lines],
        "evidence": [found._asdict() for found in evidence],
    }


def report_record(report: RunReport) -> Record:
    """A run as `--json` prints it."""
    return {
        "run_id": report.run_id,
        "status": report.status,
        **tally_record(report.tally),
        "seconds": round(report.seconds, 3),
        "warehouse": str(report.published) if report.published else None,
        "changes": [asdict(change) for change in report.changes],
        "fetches": dict(report.fetches),
        "compacted": asdict(report.compacted) if report.compacted else None,
    }


def tally_record(tally: Tally) -> Record:
    """The counts of a run."""
    return {
        "read": tally.read,
        "new": tally.new,
        "updated": tally.updated,
        "unchanged": tally.unchanged,
        "problems": tally.problems,
        "problem_codes": dict(tally.problem_codes),
        "skipped": dict(tally.skipped),
    }


def status_record(status: Status, holder: Holder | None, live: Health | None) -> Record:
    """The warehouse as `copydesk status --json` prints it; `writer` is null when nobody writes,
    `live` when there are no sources."""
    return {
        **_dump(status),
        "writer": _dump(holder) if holder else None,
        "live": _dump(live) if live else None,
    }


def problem_row_record(row: ProblemRow) -> Record:
    """One row of `copydesk problems list --json`."""
    return _dump(row)


def problem_detail_record(detail: ProblemDetail) -> Record:
    """One problem with the document it arose from, and where its bytes lie."""
    return {**_dump(detail.problem), "document": _dump(detail.document)}


def history_record(history: History) -> Record:
    """An article's history as `copydesk history --json` prints it; `change` is null for the first
    version."""
    record = _dump(history)
    for version, kept in zip(record["versions"], history.versions, strict=True):
        if kept.change is not None:
            version["change"]["paragraphs"] = [one._asdict() for one in kept.change.paragraphs]
    return record


def _dump(value: Any) -> Record:  # noqa: ANN401 - any dataclass
    """A dataclass as JSON values; paths and times as text."""
    return {key: to_plain(item) for key, item in asdict(value).items()}


def found_record(found: Found) -> Record:
    """What a search found, the matches of each snippet in **."""
    from tasks.search.snippets import Wanted, cut_snippet

    wanted = Wanted(found.words, found.prefixes)
    hits = []
    for hit in found.hits:
        pieces = cut_snippet(hit.body or hit.standfirst or "", wanted.in_language(hit.language))
        snippet = "".join(f"**{p.text}**" if p.marked else p.text for p in pieces)
        record = _dump(hit)
        del record["body"]
        hits.append(record | {"snippet": snippet})
    return _dump(found) | {"hits": hits}
