"""What sort of article a page is."""

import pytest

from tasks.fields.kinds import find_kind
from tasks.model import Dateline
from tests.tasks.fields.pages import jsonld, make_page, make_text_page, wrap

URL = "https://example.com/2024/08/a-bridge-opens"


def kind_of(page, **values):
    return find_kind(page, {"word_count": 500, **values})[0].value.value


def test_news_is_the_default():
    found = find_kind(make_text_page(("body", "The bridge is open.")), {})
    assert [(f.value.value, f.rule) for f in found] == [("news", "kind.default")]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("LiveBlogPosting", "live_blog"),
        ("OpinionNewsArticle", "opinion"),
        ("ReviewNewsArticle", "review"),
        ("AdvertiserContentArticle", "sponsored"),
        ("NewsArticle", "news"),
    ],
)
def test_types(kind, expected):
    assert kind_of(make_page(wrap(jsonld(f'{{"@type": "{kind}", "headline": "H"}}')))) == expected


def test_flags():
    page = make_page(wrap('<meta property="article:opinion" content="true">'))
    assert kind_of(page) == "opinion"
    assert kind_of(make_page(wrap('<meta property="article:opinion" content="false">'))) == "news"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com/opinion/a-bridge", "opinion"),
        ("https://example.com/meinung/kommentare/a-bridge", "opinion"),
        ("https://example.com/politik/kommentar/a-bridge", "opinion"),
        ("https://example.com/idees/tribunes/a-bridge", "opinion"),
        ("https://example.com/columnas/a-bridge", "opinion"),
        ("https://example.com/opiniao/a-bridge", "opinion"),
        ("https://example.com/editoriali/a-bridge", "opinion"),
        ("https://example.com/opinie/a-bridge", "opinion"),
        ("https://example.com/yazarlar/a-bridge", "opinion"),
        ("https://example.com/debatt/a-bridge", "opinion"),
        ("https://example.com/news/live/a-bridge", "live_blog"),
        ("https://example.com/liveticker/a-bridge", "live_blog"),
        ("https://example.com/en-direct/a-bridge", "live_blog"),
        ("https://example.com/news/a-bridge-live-updates-12", "live_blog"),
        ("https://example.com/film/reviews/a-bridge", "review"),
        ("https://example.com/kultur/filmkritik/a-bridge", "review"),
        ("https://example.com/entrevistas/a-bridge", "interview"),
        ("https://example.com/presse/pressemitteilungen/a-bridge", "press_release"),
        ("https://example.com/Presse/Liste_Pressemitteilungen/2022/a.html", "press_release"),
        ("https://example.com/comunicati-stampa/a-bridge", "press_release"),
        ("https://example.com/sponsored/a-bridge", "sponsored"),
        ("https://example.com/news/the-opinion", "news"),
        ("https://example.com/news/live-music-returns", "news"),
        ("https://example.com/a-review-of-bridges", "news"),
        ("https://example.com/opinionated/a-bridge", "news"),
    ],
)
def test_addresses(url, expected):
    assert kind_of(make_page(wrap(), url=url)) == expected


@pytest.mark.parametrize(
    ("url", "words", "expected"),
    [
        ("https://example.com/video/a-bridge", 40, "video"),
        ("https://example.com/video/a-bridge", 700, "news"),
        ("https://example.com/podcasts/a-bridge", 200, "audio"),
        ("https://example.com/fotostrecken/a-bridge", 100, "gallery"),
        ("https://example.com/fotostrecken/a-bridge", 900, "news"),
    ],
)
def test_a_film_with_a_long_text_is_an_article(url, words, expected):
    assert kind_of(make_page(wrap(), url=url), word_count=words) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Opinion | The bridge was worth it", "opinion"),
        ("Kommentar: Die Brücke war es wert", "opinion"),
        ("Die Brücke war es wert – ein Kommentar", "news"),
        ("Editorial: El puente", "opinion"),
        ("社説：橋の再開", "opinion"),
        ("[사설] 다리", "opinion"),
        ("LIVE: The bridge opens", "live_blog"),
        ("En direct : le pont ouvre", "live_blog"),
        ("Liveticker: Die Brücke wird geöffnet", "live_blog"),
        ("Review: The Bridge", "review"),
        ("Interview mit Max Muster", "interview"),
        ("Entrevista: Ana Pérez", "interview"),
        ("Pressemitteilung: Brücke offen", "press_release"),
        ("The bridge: a review of nine years", "news"),
        ("Live music returns to the bridge", "news"),
    ],
)
def test_titles(title, expected):
    assert kind_of(make_page(wrap(), url=URL), title=title) == expected


@pytest.mark.parametrize(
    ("section", "expected"),
    [("Meinung", "opinion"), ("Opinión", "opinion"), ("오피니언", "opinion"), ("Мнения", "opinion"),
     ("آراء", "opinion"), ("Politik", "news"), ("Advertorial", "sponsored")],
)  # fmt: skip
def test_sections(section, expected):
    assert kind_of(make_page(wrap(), url=URL), section=section) == expected


def test_updates_with_a_time_each_are_a_live_blog():
    updates = [
        ("body", text) for n in range(7) for text in (f"1{n}:30 Uhr", "Der Rat tagt weiter.")
    ]
    assert kind_of(make_text_page(*updates)) == "live_blog"
    assert kind_of(make_text_page(*updates[:8], *[("body", "Prose.")] * 20)) == "news"
    match = [("heading", f"{n} minutes: one all") for n in range(60, 70)]
    assert kind_of(make_text_page(*match, ("body", "Full time."))) == "live_blog"


def test_questions_to_somebody_are_an_interview():
    pairs = [
        ("Wie haben Sie die Brücke gebaut?", "Mit Stahl und mit Geduld, neun Jahre lang."),
        ("Was sagen Ihre Nachbarn?", "Sie freuen sich jeden Tag über den kurzen Weg."),
    ] * 3
    lines = [("body", text) for pair in pairs for text in pair]
    assert kind_of(make_text_page(*lines)) == "interview"
    faq = [
        ("body", t) for _ in range(6) for t in ("Was kostet die Brücke?", "Neun Millionen Euro.")
    ]
    assert kind_of(make_text_page(*faq)) == "news"


def test_press_releases_by_their_contact_or_wire():
    lines = [("body", "Die Brücke ist offen."), ("boilerplate", "Pressekontakt: Max Muster")]
    assert kind_of(make_text_page(*lines)) == "press_release"
    assert kind_of(make_text_page(lines[0], ("navigation", "Pressekontakt"))) == "news"
    wire = Dateline("BONN /PRNewswire/ --", "Bonn", "DE", "PR Newswire")
    assert kind_of(make_text_page(lines[0]), dateline=wire) == "press_release"


def test_a_page_from_a_file_is_filed_under_the_address_it_gives_itself():
    html = wrap().replace(
        "</head>", '<link rel="canonical" href="https://a.example/opinion/bridge-12"></head>'
    )
    assert "canonical" in html
    assert kind_of(make_page(html, url=None)) == "opinion"
