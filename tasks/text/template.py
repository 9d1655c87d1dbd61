"""The site's template, applied: lines that its other articles share are no part of this one.

Pure functions over an edited article. What is template was learned from earlier runs (see
`tasks.text.repetition`), and comes in by site: the hash of each line, and the one article that
keeps it because it had it first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b

from tasks.fields.mentions.entities import list_mentions
from tasks.fields.mentions.mentions import name_people, pick_people
from tasks.fields.readings import measure_seconds
from tasks.fields.speech.quotes import find_quotes
from tasks.fields.words import count_words
from tasks.learned import Template
from tasks.model import KEPT, Article, Imprint, Label, Line, Link
from tasks.text.body import join_lines, pick_headings
from tasks.text.shape import count_words as count_line
from tasks.text.shape import squeeze

RULE = "site.template"
# Quotes and lists recur with what they are about; only these are ever learned or removed.
LEARNED = frozenset({Label.BODY, Label.HEADING})
# A template line has so many letters, and no more than so many words.
LEAST_LETTERS, MOST_WORDS = 8, 80
# The title and so many paragraphs tell what an article is about; one has at least so many words.
LEADS, LEAD_WORDS, LEAD_LETTERS = 2, 12, 600
_QUOTED = re.compile('["“”„«»‹›‘‚「」『』《》＂]')


def hash_line(text: str) -> int:
    """64 bits of the line's letters and digits; 0 for a line that can never be template: one with
    quotation marks, a very short or a very long one."""
    if _QUOTED.search(text) or count_line(text) > MOST_WORDS:
        return 0
    key = squeeze(text)
    if len(key) < LEAST_LETTERS:
        return 0
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def take_imprint(article: Article) -> Imprint:
    """What the article leaves behind for learning, its removed template lines among it, so that
    using a template takes nothing from its evidence."""
    lines = [line for line in article.lines if line.label in KEPT or line.rule == RULE]
    hashes = [hash_line(line.text) if is_learned(line) else 0 for line in lines]
    headings = {
        number
        for line, number in zip(lines, hashes, strict=True)
        if number and line.label is Label.HEADING
    }
    return Imprint(tuple(hashes), tuple(sorted(headings)), read_topic(article))


def is_learned(line: Line) -> bool:
    """Whether the line is of a kind that can be template."""
    return line.label in LEARNED or line.rule == RULE


def read_topic(article: Article) -> str:
    """The title and the first paragraphs, cut short, a line each."""
    leads = [
        " ".join(line.text.split())[:LEAD_LETTERS]
        for line in article.lines
        if line.label is Label.BODY and count_line(line.text) >= LEAD_WORDS
    ]
    return "\n".join([" ".join((article.title or "").split()), *leads[:LEADS]])


def apply_template(article: Article, template: Template) -> Article:
    """The article without the template lines of its site, which become REPEAT lines of the rule
    "site.template"; as it is when there are none, when it had them first, or when nothing else
    would be left. `content_hash` stays: the page says what it said."""
    known = template.get(article.site or "")
    if not known:
        return article
    lines = tuple(relabel(line, known, article.id) for line in article.lines)
    if lines == article.lines or not any(line.label is Label.BODY for line in lines):
        return article
    body = join_lines(lines)
    return replace_body(article, lines, body)


def replace_body(article: Article, lines: tuple[Line, ...], body: str) -> Article:
    """The article with other labels, and all that follows from them; what is said stands elsewhere
    in another body, and is found anew."""
    mentions = list_mentions(body, article.language, name_people(article.authors))
    gone = "\n".join(line.text for line in lines if line.rule == RULE)
    return replace(
        article,
        lines=lines,
        body=body,
        word_count=count_words(body),
        reading_seconds=measure_seconds(body),
        headings=pick_headings(lines),
        quotes=find_quotes(body, article.language, pick_people(mentions)),
        mentions=mentions,
        links=tuple(link for link in article.links if stays(link, gone, body)),
    )


def relabel(line: Line, known: Mapping[int, str], article_id: str) -> Line:
    """The line, or the same as a template line."""
    if line.label not in LEARNED:
        return line
    keeper = known.get(hash_line(line.text))
    if keeper is None or keeper == article_id:
        return line
    return line._replace(label=Label.REPEAT, rule=RULE)


def stays(link: Link, gone: str, body: str) -> bool:
    """Whether a link stands in what is left of the body, as far as its text tells."""
    return not link.text or link.text not in gone or link.text in body
