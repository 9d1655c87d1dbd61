"""What a site lists of its articles: feeds in four formats, sitemaps, a list of addresses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from html import escape

from tests.world.news.pages import write_home
from tests.world.news.state import SECTIONS, Article, Site, describe, now

SITEMAP_SIZE = 1_000


def _items(site: Site, most: int) -> Iterator[tuple[Article, str, str, str, str]]:
    for article in site.newest(most):
        title, author, summary = describe(site.seed, site.number, article.number)
        yield article, site.root + site.path_of(article), escape(title), author, escape(summary)


def write_rss(site: Site, most: int, query: str = "") -> bytes:
    """RSS 2.0, with dc:creator and categories."""
    items = "".join(
        f"<item><title>{title}</title><link>{url}{query}</link><guid>{url}</guid>"
        f"<pubDate>{format_datetime(article.published_at, usegmt=True)}</pubDate>"
        f"<dc:creator>{author}</dc:creator><category>{SECTIONS[article.number % 5]}</category>"
        f"<description>{summary}</description></item>\n"
        for article, url, title, author, summary in _items(site, most)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{site.name}</title><link>{site.root}/</link><language>en</language>"
        f"<description>News of {site.name}</description>\n{items}</channel></rss>\n"
    ).encode()


def write_atom(site: Site, most: int) -> bytes:
    """Atom 1.0 (RFC 4287), where an edit changes `updated`."""
    entries = "".join(
        f'<entry><id>{url}</id><title>{title}</title><link rel="alternate" href="{url}"/>'
        f"<published>{article.published_at.isoformat()}</published>"
        f"<updated>{article.updated_at.isoformat()}</updated>"
        f"<author><name>{author}</name></author><summary>{summary}</summary></entry>\n"
        for article, url, title, author, summary in _items(site, most)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        f'xml:lang="en"><id>{site.root}/</id><title>{site.name}</title>'
        f"<updated>{site.changed_at.isoformat()}</updated>\n{entries}</feed>\n"
    ).encode()


def write_rdf(site: Site, most: int) -> bytes:
    """RSS 1.0, which is RDF."""
    rows = list(_items(site, most))
    listed = "".join(f'<rdf:li rdf:resource="{url}"/>' for _, url, _, _, _ in rows)
    items = "".join(
        f'<item rdf:about="{url}"><title>{title}</title><link>{url}</link>'
        f"<dc:date>{article.published_at.isoformat()}</dc:date><dc:creator>{author}</dc:creator>"
        f"<description>{summary}</description></item>\n"
        for article, url, title, author, summary in rows
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<channel rdf:about="{site.root}/"><title>{site.name}</title><link>{site.root}/</link>'
        f"<description>News</description><items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n"
        f"{items}</rdf:RDF>\n"
    ).encode()


def write_json(site: Site, most: int) -> bytes:
    """JSON Feed 1.1."""
    items = [
        {
            "id": url,
            "url": url,
            "title": title,
            "summary": summary,
            "date_published": article.published_at.isoformat(),
            "date_modified": article.updated_at.isoformat(),
            "authors": [{"name": author}],
            "tags": [SECTIONS[article.number % 5]],
        }
        for article, url, title, author, summary in _items(site, most)
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": site.name, "language": "en"}
    return json.dumps(head | {"home_page_url": f"{site.root}/", "items": items}).encode()


def write_index(site: Site) -> bytes:
    """A sitemap index over all pages, and the news sitemap."""
    parts = range(1, 2 + max(0, len(site.articles) - 1) // SITEMAP_SIZE)
    names = [*(f"sitemap-{part}.xml" for part in parts), "sitemap-news.xml"]
    rows = "".join(
        f"<sitemap><loc>{site.root}/{name}</loc><lastmod>{site.changed_at.isoformat()}</lastmod>"
        "</sitemap>\n"
        for name in names
    )
    return _sitemap("sitemapindex", rows)


def write_sitemap(site: Site, part: int) -> bytes:
    """The part-th thousand of the pages, oldest first."""
    chosen = site.articles[(part - 1) * SITEMAP_SIZE : part * SITEMAP_SIZE]
    rows = "".join(
        f"<url><loc>{site.root}{site.path_of(a)}</loc><lastmod>{a.updated_at.isoformat()}</lastmod>"
        "</url>\n"
        for a in chosen
        if a.deleted is None
    )
    return _sitemap("urlset", rows)


def write_news_sitemap(site: Site) -> bytes:
    """A Google News sitemap: titles and times of the pages of the last two days."""
    since = now() - timedelta(days=2)
    rows = "".join(
        f"<url><loc>{url}</loc><news:news><news:publication><news:name>{site.name}</news:name>"
        "<news:language>en</news:language></news:publication>"
        f"<news:publication_date>{article.published_at.isoformat()}</news:publication_date>"
        f"<news:title>{title}</news:title></news:news></url>\n"
        for article, url, title, _, _ in _items(site, SITEMAP_SIZE)
        if article.published_at >= since
    )
    return _sitemap("urlset", rows)


def _sitemap(kind: str, rows: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<{kind} '
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{rows}</{kind}>\n'
    ).encode()


def write_list(site: Site) -> bytes:
    """All addresses as text, a line each."""
    rows = [site.root + site.path_of(a) for a in site.articles if a.deleted is None]
    return "\n".join([f"# {site.name}", *rows, ""]).encode()


def write_twins(site: Site, most: int) -> bytes:
    """A feed that names each page four times: plain, tracked, as AMP, by its number."""
    items = "".join(
        f"<item><title>{title}</title><link>{escape(link)}</link></item>\n"
        for article, url, title, _, _ in _items(site, most)
        for link in (
            url,
            f"{url}?utm_source=feed&utm_medium=rss",
            f"{site.root}/amp{site.path_of(article)}",
            f"{site.root}/story?id={article.number}",
        )
    )
    return f'<rss version="2.0"><channel><title>{site.name}</title>{items}</channel></rss>'.encode()


def write_broken(site: Site, most: int) -> bytes:
    """RSS as bad programs write it: a bare ampersand, no end."""
    whole = write_rss(site, most).replace(b"<description>", b"<description>Fish & chips &nbsp; ")
    return whole[: whole.rindex(b"</item>")]


RSS, ATOM, XML = "application/rss+xml", "application/atom+xml", "application/xml"

# Path → what it is, its media type, and how it is written.
Write = Callable[[Site, int], bytes]
LISTINGS: dict[str, tuple[str, str, Write]] = {
    "/": ("home page with links to feeds", "text/html; charset=utf-8", lambda s, n: write_home(s)),
    "/feed.xml": ("RSS 2.0", f"{RSS}; charset=utf-8", write_rss),
    "/atom.xml": ("Atom 1.0", ATOM, write_atom),
    "/rdf.xml": ("RSS 1.0 (RDF)", "application/rdf+xml", write_rdf),
    "/feed.json": ("JSON Feed 1.1", "application/feed+json", write_json),
    "/sitemap.xml": ("sitemap index", XML, lambda s, n: write_index(s)),
    "/sitemap-news.xml": ("news sitemap", XML, lambda s, n: write_news_sitemap(s)),
    "/list.txt": ("addresses, a line each", "text/plain", lambda s, n: write_list(s)),
    "/feeds/tracking.xml": (
        "RSS, all links with tracking parameters",
        RSS,
        lambda s, n: write_rss(s, n, "?utm_source=feed&amp;fbclid=abc"),
    ),
    "/feeds/twins.xml": ("RSS, each page four times under other addresses", RSS, write_twins),
    "/feeds/broken.xml": ("RSS that is no XML, cut off", RSS, write_broken),
    "/feeds/wrong-type.xml": ("RSS said to be HTML", "text/html", write_rss),
    "/feeds/long.xml": ("RSS with 1,000 entries", RSS, lambda s, n: write_rss(s, 1_000)),
    "/feeds/empty.xml": ("RSS without entries", RSS, lambda s, n: write_rss(s, 0)),
}
