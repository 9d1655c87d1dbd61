"""An article as HTML of some ten kilobytes, with the furniture that news pages have."""

from __future__ import annotations

import json
from functools import lru_cache
from html import escape

from tests.world.news.state import SECTIONS, Article, Site, describe, write_text

STYLE = "\n".join(
    f".c-{n}{{margin:{n}px {n % 7}em;padding:0 {n % 5}px;color:#{n * 7919 % 4096:03x};float:left}}"
    for n in range(36)
)
SCRIPT = (
    "window.dataQueue=window.dataQueue||[];function put(){dataQueue.push(arguments)}"
    + "".join(f"put('slot-{n}',{{w:{300 + n},h:{250 - n}}});" for n in range(30))
)
MENU = "".join(f'<li><a href="/{name}/">{name.title()}</a></li>' for name in SECTIONS)


def write_page(site: Site, article: Article, amp: bool = False, at: str | None = None) -> bytes:
    """The current version of an article; its canonical address is its own, or the path `at`."""
    told = sum(v.told for v in article.versions)
    changed = article.updated_at.isoformat() if told > 1 else None
    when = article.published_at.isoformat()
    path = at or site.path_of(article)
    return _write(
        site.seed, site.number, article.number, article.version, site.host, path, when, changed, amp
    )


@lru_cache(maxsize=1_500)
def _write(
    seed: int, site: int, number: int, version: int, host: str, path: str, when: str,
    changed: str | None, amp: bool,
) -> bytes:  # fmt: skip
    title, author, standfirst = describe(seed, site, number)
    outlet = Site(site, host, seed).name
    url = f"http://{host}{path}"
    data = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": title,
        "datePublished": when, "dateModified": changed or when, "url": url,
        "author": {"@type": "Person", "name": author},
        "publisher": {"@type": "Organization", "name": outlet},
    }  # fmt: skip
    text = "\n".join(f"<p>{escape(p, False)}</p>" for p in write_text(seed, site, number, version))
    modified = f'<meta property="article:modified_time" content="{changed}">' if changed else ""
    twin = "" if amp else f'<link rel="amphtml" href="http://{host}/amp{path}">'
    return f"""<!DOCTYPE html>
<html lang="en"{" amp" if amp else ""}><head><meta charset="utf-8"><title>{title} | {outlet}</title>
<link rel="canonical" href="{url}">{twin}
<link rel="alternate" type="application/rss+xml" title="{outlet}" href="/feed.xml">
<meta name="description" content="{escape(standfirst)}"><meta name="author" content="{author}">
<meta property="og:title" content="{title}"><meta property="og:site_name" content="{outlet}">
<meta property="og:type" content="article"><meta property="og:url" content="{url}">
<meta property="article:published_time" content="{when}">{modified}
<script type="application/ld+json">{json.dumps(data)}</script>
<style>{STYLE}</style><script>{SCRIPT}</script></head>
<body><a href="#main">Skip to content</a><nav><ul><li><a href="/">Home</a></li>{MENU}</ul></nav>
<main id="main"><article><h1>{title}</h1><p class="standfirst">{escape(standfirst, False)}</p>
<p class="byline">By <a rel="author" href="/staff">{author}</a></p>
<time datetime="{when}">{when[:10]} {when[11:16]}</time>
{text}
</article></main>
<aside><h3>Most read</h3><ul><li><a href="/a">Ferry to run later</a></li>
<li><a href="/b">Rain until Sunday</a></li></ul></aside>
<footer>© 2026 {outlet}. All rights reserved.</footer></body></html>
""".encode()


def write_home(site: Site) -> bytes:
    """A home page: its feeds and news sitemap in the head, links to the newest articles."""
    links = "".join(
        f'<li><a href="{site.path_of(article)}">{title}</a></li>\n'
        for article in site.newest(40)
        for title, _, _ in [describe(site.seed, site.number, article.number)]
    )
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{site.name}</title>
<link rel="alternate" type="application/rss+xml" title="All stories" href="/feed.xml">
<link rel="alternate" type="application/atom+xml" title="All stories (Atom)" href="/atom.xml">
<link rel="alternate" type="application/feed+json" title="All stories (JSON)" href="/feed.json">
<link rel="sitemap" type="application/xml" href="/sitemap-news.xml"></head>
<body><nav><ul><li><a href="/">Home</a></li>{MENU}</ul></nav><h1>{site.name}</h1>
<ul>{links}</ul><footer>© 2026 {site.name}. All rights reserved.</footer></body></html>
""".encode()
