"""What stands around an invented article: the lines that were removed, links, and evidence.

In amounts as on real pages: of 354 pages of seven sets the desk removed 135 lines of 26 characters
(most of them the same on all pages of a site), and filed 27 rows of evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.random import Generator

from bench.warehouse.events import ARTICLES_A_DAY, make_news_tongue, speak
from tasks.model import Article, Evidence, Label, Line, Link

# Lines of a site's navigation, of lists of other articles, and of what else comes and goes.
TEASERS = 30
LONGEST = 400
# The rules that find a field's candidates.
RULES: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "published": (
            "jsonld.datePublished",
            "meta.article:published_time",
            "html.time",
            "url.date",
            "line.date_line",
        ),
        "authors": ("jsonld.author", "html.byline-class", "line.byline"),
        "byline": ("html.byline-class", "line.byline"),
        "canonical_url": ("link.canonical", "meta.og:url", "jsonld.url"),
        "site": ("url.host", "link.canonical"),
        "outlet": ("meta.og:site_name", "jsonld.publisher", "url.host"),
        "language": ("html.lang", "text.words"),
        "title": ("jsonld.headline", "meta.og:title", "html.title"),
        "image_url": ("meta.og:image", "jsonld.image", "meta.twitter:image"),
        "section": ("jsonld.articleSection", "url.path"),
        "standfirst": ("meta.og:description", "meta.description"),
        "kind": ("kind.default",),
        "tags": ("meta.keywords", "jsonld.keywords"),
    }
)


@lru_cache(maxsize=512)
def make_menu(outlet: int) -> tuple[tuple[str, Label, str], ...]:
    """The lines that stand on every page of an outlet: text, label and rule."""
    rng = np.random.default_rng([31, outlet])
    count = int(min(LONGEST, np.exp(rng.normal(4.2, 0.75))))
    phrases = make_news_tongue(speak(outlet)).phrases
    lines = []
    for at in range(count):
        words = phrases[int(rng.integers(len(phrases)))][: int(rng.integers(1, 5))]
        label, rule = (
            (Label.NAVIGATION, "html.nav") if at % 8 else (Label.BOILERPLATE, "html.outside")
        )
        lines.append((" ".join(words), label, rule))
    return tuple(lines)


@lru_cache(maxsize=2_048)
def make_teasers(outlet: int, day: int) -> tuple[tuple[str, Label, str], ...]:
    """The headlines of other articles that an outlet shows on a day."""
    rng = np.random.default_rng([32, outlet, day])
    tongue = make_news_tongue(speak(outlet))
    return tuple(
        (" ".join(tongue.draw(rng, int(size))), Label.RELATED, "html.link-list")
        for size in rng.integers(4, 12, TEASERS).tolist()
    )


def list_removed(outlet: int, number: int, title: str, caption: str, rng: Generator) -> list[Line]:
    """The lines around an article that the desk would remove."""
    teasers = make_teasers(outlet, number // ARTICLES_A_DAY)
    own = [(title, Label.TITLE, "html.title"), (caption, Label.CAPTION, "html.figcaption")]
    shown = [teasers[at] for at in rng.permutation(len(teasers))[:20].tolist()]
    lines = [*make_menu(outlet), *own, *shown]
    return [Line(at, 0, 0, text, label, rule) for at, (text, label, rule) in enumerate(lines)]


def list_links(outlet: int, site: str, rng: Generator) -> tuple[Link, ...]:
    """Links out of the text, most of them to the own site."""
    phrases = make_news_tongue(speak(outlet)).phrases
    links = []
    for at in rng.integers(0, len(phrases), int(rng.poisson(4.4))).tolist():
        host = site if at % 4 else f"www.source-{at % 300}.example"
        links.append(
            Link(f"https://{host}/topic/{at}/page-{at * 7 % 900}", " ".join(phrases[at][:4]))
        )
    return tuple(links)


def list_evidence(article: Article) -> tuple[Evidence, ...]:
    """What the fields were chosen from: one to three candidates for each value told."""
    stamp = article.published.isoformat() if article.published else None
    raw = {"title": f"{article.title} | {article.outlet}", "tags": ", ".join(article.tags)}
    told = {
        "published": stamp,
        "authors": ", ".join(author.name for author in article.authors),
        "byline": article.byline,
        "canonical_url": article.canonical_url,
        "site": article.site,
        "outlet": article.outlet,
        "language": article.language,
        "title": article.title,
        "image_url": article.image_url,
        "section": article.section,
        "standfirst": article.standfirst,
        "kind": article.kind,
        "tags": "; ".join(article.tags),
    }
    return tuple(
        Evidence(field, str(value), raw.get(field, str(value)), rule, 0.97 - 0.07 * at, at == 0)
        for field, value in told.items()
        if value
        for at, rule in enumerate(RULES[field])
    )
