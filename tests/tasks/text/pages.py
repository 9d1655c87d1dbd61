"""Pages and scrapes of our own invention, for the tests of the text package."""

from datetime import UTC, datetime

from tasks.model import Fault, Label, Limits, Page
from tasks.text.html import read_html
from tasks.text.plain import read_plain

NOW = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)

PARAGRAPHS = (
    "The old harbour crane at Brennick will be taken down in April, the port authority said on "
    "Tuesday, after engineers found that its footing had moved by eleven centimetres.",
    "“We have looked at every way of saving it,” said Ivo Marlen, who runs the port. “None of "
    "them would let people walk under it again.”",
    "The crane was built in 1931 and last lifted a load in 1988. It has stood on the town's "
    "stamps, mugs and football shirts ever since.",
    "A smaller model, cast from the steel of the original, is to be put up on the quay before the "
    "summer, the authority said.",
)

ARTICLE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Brennick to lose its harbour crane | The Brennick Post</title>
<meta property="og:title" content="Brennick to lose its harbour crane">
<meta property="og:description" content="Engineers say that the footing of 1931 cannot be saved.">
<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Brennick to lose its harbour
 crane"}}</script></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article><h1>Brennick to lose its harbour crane</h1>
<h2 class="deck">Engineers say that the footing of 1931 cannot be saved.</h2>
<div class="byline">By <a href="/ada">Ada Quell</a></div><time>4 March 2025, 9:15</time>
<figure><img src="/img/crane.jpg" alt="A crane at dusk"><figcaption>The crane in 2019.
 (Photo: Tomas Reed/Brennick Post)</figcaption></figure>
<div class="story-body"><p>{}</p><p>{}</p><h3>Built in 1931</h3><p>{}</p>
<blockquote><p>I will miss it when I come home from the sea.</p></blockquote>
<p><a href="/tram">READ MORE: Tram line to the port is two years late</a></p><p>{}</p>
<p>Sign up for our newsletter to get stories like this in your inbox.</p></div>
<div class="author-bio"><p>Ada Quell has written about the coast for the Post since 2011.</p></div>
</article><aside><h3>Most read</h3><ul><li><a href="/1">Ferry fares to rise in May</a></li>
<li><a href="/2">School wins prize for its garden</a></li></ul></aside>
<footer><p>© 2025 The Brennick Post. All rights reserved.</p></footer></body></html>""".format(
    *PARAGRAPHS
)

SCRAPE = """Skip to content

Brennick to lose its harbour crane

Brennick to lose its harbour crane The crane at dusk, seen from the fish market. (Post Photo)
By Ada Quell
Mar 4, 2025 9:15 AM

{}

A landmark since 1931

{}

{}

Brennick to lose its harbour crane
Ivo Marlen on the quay (AP Photo)

{}

Last Updated:  Mar 4, 2025 11:02 AM""".format(*PARAGRAPHS)


def html_page(text: str, url: str | None = "https://post.example/news/crane") -> Page:
    page = read_html(text, url=url, fetched_at=NOW, source=None, limits=Limits())
    assert not isinstance(page, Fault), page
    return page


def text_page(text: str) -> Page:
    return read_plain(text, url=None, fetched_at=NOW, source=None, limits=Limits())


def texts(page: Page, *labels: Label) -> list[str]:
    return [line.text for line in page.lines if line.label in labels]
