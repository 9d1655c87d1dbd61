import pytest

from tasks.model import Stage
from tasks.text.verdict import judge

from .pages import ARTICLE, PARAGRAPHS, SCRAPE, html_page, text_page

TEASERS = "".join(
    f'<div class="card"><h2><a href="/news/{n}">A headline about matter {n} of today</a></h2>'
    f"<p>One short line that says why matter {n} is worth a reader’s while today.</p></div>"
    for n in range(14)
)
FRONT = f"<html><head><title>The Post</title></head><body><main>{TEASERS}</main></body></html>"


@pytest.mark.parametrize("text", [SCRAPE, "The bridge is shut.", "\n\n".join(PARAGRAPHS)])
def test_texts_of_any_length_are_articles(text):
    assert judge(text_page(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        ARTICLE,
        f"<p>{PARAGRAPHS[0]}</p>",
        "<p>The bridge is shut.</p>",
        f"<h1>Brief</h1><p>{PARAGRAPHS[0]}</p><ul>"
        + "".join(f"<li><a href=/{n}>Another story, number {n}</a></li>" for n in range(60))
        + "</ul>",
        # Some set their text in headings.
        f"<main><h1>Brief</h1><h3>{PARAGRAPHS[0]}</h3><h4>{PARAGRAPHS[1]}</h4></main><ul>"
        + "".join(f"<li><a href=/{n}>Another story, number {n}</a></li>" for n in range(60))
        + "</ul>",
    ],
)
def test_pages_with_prose_are_articles(text):
    assert judge(html_page(text)) is None


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (FRONT, "https://post.example/"),
        (FRONT, "https://post.example/news"),
        (FRONT, None),
        ("<title>404 Not Found</title><h1>404</h1><p>The page you want is not here.</p>", None),
        ("<title>Seite nicht gefunden</title><p>Diese Seite gibt es nicht mehr.</p>", None),
        ("<title>Just a moment...</title><p>Please wait while we check you.</p>", None),
        ("<title>Log in | Post</title><h1>Log in</h1><p>You need an account to read on.</p>", None),
        ("<title>Search results for crane</title><p>Your search gave three results.</p>", None),
        (FRONT.replace("The Post", "Post"), "https://post.example/search?q=crane"),
    ],
)
def test_what_is_no_article_is_refused(text, url):
    fault = judge(html_page(text, url))
    assert fault is not None
    assert (fault.stage, fault.code) == (Stage.EDIT, "not-an-article")


@pytest.mark.parametrize("text", ["<p></p>", "<nav><a href=/>Home</a></nav>", "<img src=a.png>"])
def test_a_page_without_body_has_no_text(text):
    fault = judge(html_page(text))
    assert fault is not None
    assert fault.code == "no-text"


def test_an_article_about_an_error_is_an_article():
    title = "404: how a number became a joke"
    prose = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    assert judge(html_page(f"<title>{title}</title><h1>{title}</h1>{prose}")) is None
