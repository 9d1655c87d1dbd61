"""The formats of `copydesk clean`: a stream of documents in, pieces of text out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from flows.records import make_record, name_authors, stamp_text
from tasks.model import KEPT, Article, Edited, Label, Line


class CleanFormat(StrEnum):
    """How `clean` prints."""

    JSON = "json"
    JSONL = "jsonl"
    TEXT = "text"
    MARKDOWN = "markdown"


def write_format(form: CleanFormat, documents: Iterable[Edited]) -> Iterator[str]:
    """The documents in one of the formats, a piece a document, so that nothing piles up."""
    return _WRITERS[form](documents)


def to_json(value: object, indent: int | None = None) -> str:
    """JSON in its own script, not in escapes; half a surrogate pair becomes U+FFFD."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    return _LONE_SURROGATE.sub("\ufffd", text)


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _write_json(documents: Iterable[Edited]) -> Iterator[str]:
    """A JSON array, an element at a time; closed even when a source breaks on the way."""
    opening = "[\n"
    try:
        for edited in documents:
            yield opening + to_json(make_record(edited), indent=1)
            opening = ",\n"
    except GeneratorExit:
        return
    except BaseException:
        yield "[]\n" if opening == "[\n" else "\n]\n"
        raise
    yield "[]\n" if opening == "[\n" else "\n]\n"


def _write_jsonl(documents: Iterable[Edited]) -> Iterator[str]:
    for edited in documents:
        yield to_json(make_record(edited)) + "\n"


def _write_text(documents: Iterable[Edited]) -> Iterator[str]:
    """Articles parted by a line of three asterisks; problems are told on standard error only."""
    parting = ""
    for edited in documents:
        if isinstance(edited.outcome, Article):
            yield parting + format_text(edited.outcome) + "\n"
            parting = "\n* * *\n\n"


def _write_markdown(documents: Iterable[Edited]) -> Iterator[str]:
    """Articles as Markdown, each with its facts as front matter."""
    parting = ""
    for edited in documents:
        if isinstance(edited.outcome, Article):
            yield parting + format_markdown(edited.outcome) + "\n"
            parting = "\n"


_WRITERS: dict[CleanFormat, Callable[[Iterable[Edited]], Iterator[str]]] = {
    CleanFormat.JSON: _write_json,
    CleanFormat.JSONL: _write_jsonl,
    CleanFormat.TEXT: _write_text,
    CleanFormat.MARKDOWN: _write_markdown,
}


def format_text(article: Article) -> str:
    """Title, standfirst, byline and date, body: paragraphs parted by blank lines."""
    signed = " · ".join(part for part in (article.byline, stamp_text(article.published)) if part)
    parts = (article.title, article.standfirst, signed, article.body)
    return "\n\n".join(part for part in parts if part)


def format_markdown(article: Article) -> str:
    """CommonMark with YAML front matter (its scalars in JSON's quotes, which YAML 1.2 reads)."""
    parts = [_front_matter(article)]
    if article.title:
        parts.append(f"# {_escape(article.title)}")
    if article.standfirst:
        parts.append(f"*{_escape(article.standfirst).strip()}*")
    levels = iter([heading.level or 2 for heading in article.headings])
    parts += [_block(line, levels) for line in article.lines if line.label in KEPT]
    return "\n\n".join(parts)


def _front_matter(article: Article) -> str:
    facts: dict[str, object] = {
        "url": article.url,
        "authors": name_authors(article),
        "published": stamp_text(article.published),
        "modified": stamp_text(article.modified),
        "language": article.language,
        "section": article.section,
        "tags": list(article.tags),
    }
    rows = [f"{key}: {to_json(value)}" for key, value in facts.items() if value]
    return "\n".join(["---", *rows, "---"])


def _block(line: Line, levels: Iterator[int]) -> str:
    text = _escape(line.text.strip())
    if line.label is Label.HEADING:
        return f"{'#' * max(2, next(levels, 2))} {text}"
    if line.label is Label.QUOTE:
        return "> " + text.replace("\n", "\n> ")
    if line.label is Label.LIST_ITEM:
        return "- " + text
    return text


_MARKS = re.compile(r"([\\`*_\[\]<])")
_BLOCK_STARTS = re.compile(r"^(\s*)([#>+-])", re.MULTILINE)
_LIST_STARTS = re.compile(r"^(\s*\d+)([.)])", re.MULTILINE)


def _escape(text: str) -> str:
    """Characters that Markdown would read as marks, escaped (CommonMark 2.4)."""
    for pattern, replacement in (
        (_MARKS, r"\\\1"),
        (_BLOCK_STARTS, r"\1\\\2"),
        (_LIST_STARTS, r"\1\\\2"),
    ):
        text = pattern.sub(replacement, text)
    return text
